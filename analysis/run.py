"""The whole analysis: bytes of `ratings.csv` in, every file of the bundle out. Pure: same bytes, same
settings, same files.
"""

from collections.abc import Sequence
from dataclasses import replace

from analysis.findings.answers import answers_of, planned_answers
from analysis.findings.bundle import Bundle
from analysis.findings.criterion import CriterionResult, analyse_criterion
from analysis.findings.diagnostics import diagnose
from analysis.findings.measure_worth import weigh_measures
from analysis.findings.participation import facts_of, table_notices
from analysis.findings.planes import planes_of
from analysis.findings.rater_table import rater_rows
from analysis.findings.selection import criteria as criteria_of
from analysis.output.all_figures import draw_all
from analysis.output.csv_files import csv_files
from analysis.output.measure_files import metric_files
from analysis.output.report.methods import METHODS_REFERENCES, methods_text
from analysis.output.report.page import report_page
from analysis.output.results_json import dump, results_of
from analysis.settings import Settings
from analysis.stats.notice import Notice
from analysis.table.coded import Table
from analysis.table.measure_table import read_measures
from analysis.table.read import read_table


def analyse_csv(data: bytes, *, seed: int | None = None, confidence: float = 0.95) -> Bundle:
    """Analyse an exported (or anybody's) table of ratings.

    data: the file's bytes. seed: of every random draw; without one, `Table.own_seed`. Raises TableRefused (one line:
    where, what, what is allowed) for a wrong table and SettingRefused for a wrong setting. Numbers that cannot be
    computed are null in `results` and explained in `warnings`.
    """
    Settings(seed=seed or 0, confidence=confidence)  # refused before a large table is read
    table = read_table(data)
    settings = Settings(seed=table.own_seed if seed is None else seed, confidence=confidence)
    del data  # of a million ratings, a fifth of all memory
    criteria = {
        name: result for name in criteria_of(table) if (result := analyse_criterion(table, name, settings))
    }
    return _bundle(table, criteria, settings)


def weigh_csv(ratings: bytes, measures: Sequence[bytes], *, confidence: float) -> dict[str, bytes]:
    """What automatic measures are worth beside the ratings: `metrics.csv` and `prediction_powered.csv`.

    ratings: a table with the columns samples_first and samples_second; measures: `measures.csv`, `set_measures.csv`.
    Nothing is drawn at random. Raises TableRefused as `analyse_csv` does.
    """
    table = read_table(ratings, with_samples=True)
    return metric_files(weigh_measures(table, read_measures(*measures), confidence))


def _bundle(table: Table, criteria: dict[str, CriterionResult], settings: Settings) -> Bundle:
    facts = facts_of(table)
    warnings = (*table_notices(table, facts), *_criterion_warnings(criteria))
    care = diagnose(table, criteria, settings)
    raters = rater_rows(table, care.repeat_agreement, care.agreement_with_others)
    planes = planes_of(criteria, settings)
    drawn = draw_all(criteria, care.rows, planes, settings.confidence)
    results = results_of(table, criteria, settings, planes, facts.exclusions, warnings)
    bundle = Bundle(
        files={},
        results=results,
        facts=facts,
        planned=planned_answers(criteria, settings.confidence),
        answers=answers_of(criteria, settings.confidence),
        criteria=criteria,
        raters=raters,
        diagnostics=care.rows,
        planes=planes,
        figures=tuple(figure for figure, _ in drawn),
        warnings=warnings,
        methods=methods_text(facts, criteria, settings),
        references=METHODS_REFERENCES,
    )
    files = {
        "results.json": dump(results),
        **csv_files(criteria, raters, care.rows, planes),
        **{figure.file: content for figure, content in drawn},
        "report.html": report_page(bundle, settings),
    }
    return replace(bundle, files=files)


def _criterion_warnings(criteria: dict[str, CriterionResult]) -> tuple[Notice, ...]:
    return tuple(
        Notice(notice.code, f"{name}: {notice.text}")
        for name, result in criteria.items()
        for notice in result.notices
    )
