"""The CSV files of the bundle: RFC 4180, UTF-8, formulas neutralised, empty where there is no number."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from analysis.findings.criterion import CriterionResult
from analysis.findings.diagnostics import Diagnostic
from analysis.findings.planes import NamedPlane
from analysis.findings.rater_table import RaterRow
from analysis.findings.subgroup_contrasts import Subgroup
from analysis.output.results_json import SEARCHED_DIGITS, number
from analysis.stats.notice import Notice
from analysis.stats.votes import Floats
from analysis.table.cells import neutralise
from analysis.table.dictionary import OUTPUTS, dictionary_rows

Cell = str | float | int | None


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A CSV file as bytes."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([_cell(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def _cell(cell: Cell) -> str:
    if isinstance(cell, str):
        return neutralise(cell)
    value = None if cell is None else number(cell)
    if value is None:
        return ""
    return str(int(value)) if value == int(value) and abs(value) < 2**53 else repr(value)


def csv_files(
    criteria: Mapping[str, CriterionResult],
    raters: Sequence[RaterRow],
    diagnostics: Sequence[Diagnostic],
    planes: Sequence[NamedPlane],
) -> dict[str, bytes]:
    """Every CSV of the bundle but `ratings.csv` itself."""
    rows: dict[str, Iterable[Sequence[Cell]]] = {
        "pairs.csv": _each(criteria, _pair_rows),
        "preferences.csv": _each(criteria, _preference_rows),
        "systems.csv": _each(criteria, _system_rows),
        "subgroups.csv": _each(criteria, _subgroup_rows),
        "agreement.csv": _each(criteria, _agreement_rows),
        "raters.csv": [row.cells for row in raters],
        "diagnostics.csv": [row.cells for row in diagnostics],
        "planes.csv": [row for plane in planes for row in _plane_rows(plane)],
    }
    files = {name: csv_bytes(tuple(OUTPUTS[name]), content) for name, content in rows.items()}
    files["data_dictionary.csv"] = csv_bytes(("file", "column", "meaning"), dictionary_rows())
    return files


def _each(
    criteria: Mapping[str, CriterionResult], rows_of: Callable[[CriterionResult], list[Sequence[Cell]]]
) -> list[Sequence[Cell]]:
    return [row for result in criteria.values() for row in rows_of(result)]


def _pair_rows(result: CriterionResult) -> list[Sequence[Cell]]:
    table, rate, preference = result.pairs, result.pairs.win_rate, result.pairs.preference
    columns = (
        table.n,
        table.raters,
        table.prompts,
        table.wins_a,
        table.wins_b,
        table.ties,
        table.ties / table.n,
        rate.value,
        rate.se,
        rate.low,
        rate.high,
        rate.df,
        rate.p_value,
        table.p_holm,
        preference.value,
        preference.low,
        preference.high,
    )
    return [
        (result.criterion, a, b, *(float(column[index]) for column in columns), *_wilcoxon(result, index))
        for index, (a, b) in enumerate(table.pairs)
    ]


def _wilcoxon(result: CriterionResult, index: int) -> tuple[float, float]:
    return result.literature.by_rater[index].p_value, result.literature.by_prompt[index].p_value


def _preference_rows(result: CriterionResult) -> list[Sequence[Cell]]:
    votes = result.votes
    return [
        (result.criterion, votes.systems[a], votes.systems[b], level, *reversed(_sides(result, index, level)))
        for index, (a, b) in enumerate(votes.pairs)
        for level in result.levels
    ]


def _sides(result: CriterionResult, pair: int, level: int) -> list[float]:
    return [float(count) for count in result.votes.levels[pair, level + result.votes.reach]]


def _system_rows(result: CriterionResult) -> list[Sequence[Cell]]:
    ranking, table = result.ranking, result.pairs
    count = len(ranking.systems)
    first, second = result.votes.pairs.T
    n = np.bincount(first, table.n, count) + np.bincount(second, table.n, count)
    won = np.bincount(first, table.wins_a + table.ties / 2, count)
    won += np.bincount(second, table.wins_b + table.ties / 2, count)
    columns = (
        n,
        won / n,
        ranking.score.value,
        ranking.score.se,
        ranking.score.low,
        ranking.score.high,
        ranking.rank_low,
        ranking.rank_high,
        ranking.davidson,
        *_model_columns(result),
        *_mean_columns(result),
    )
    return [
        (result.criterion, system, *(float(column[index]) for column in columns))
        for index, system in enumerate(ranking.systems)
    ]


def _model_columns(result: CriterionResult) -> tuple[Floats, ...]:
    """Score and interval of the ordinal model, nan where there is none."""
    if isinstance(result.ordinal, Notice):
        return (np.full(len(result.votes.systems), np.nan),) * 3
    score = result.ordinal.score
    return _searched(score.value), _searched(score.low), _searched(score.high)


def _searched(values: Floats) -> Floats:
    """Rounded to what the search for them settles."""
    return np.array([float(f"{value:.{SEARCHED_DIGITS}g}") for value in values])


def _mean_columns(result: CriterionResult) -> tuple[Floats, ...]:
    """Mean score and interval on absolute scales, nan elsewhere."""
    if result.means is None:
        return (np.full(len(result.votes.systems), np.nan),) * 3
    return result.means.mean.value, result.means.mean.low, result.means.mean.high


def _subgroup_rows(result: CriterionResult) -> list[Sequence[Cell]]:
    return [
        (result.criterion, part.by, part.group, a, b, *(float(column[index]) for column in columns))
        for part in result.subgroups.groups
        for columns in (_subgroup_columns(part),)
        for index, (a, b) in enumerate(result.pairs.pairs)
    ]


def _subgroup_columns(part: Subgroup) -> tuple[Floats, ...]:
    inside, outside, difference = part.found.inside, part.found.outside, part.found.difference
    rate = inside.win_rate
    counts = (inside.n, inside.raters, inside.prompts, rate.value, rate.low, rate.high)
    gap = (difference.value, difference.se, difference.low, difference.high, difference.df)
    return (*counts, outside.n, outside.win_rate.value, *gap, difference.p_value, part.p_holm)


def _agreement_rows(result: CriterionResult) -> list[Sequence[Cell]]:
    agreement = result.agreement
    return [
        (result.criterion, agreement.units, agreement.alpha, agreement.low, agreement.high, agreement.ac2)
    ]


def _plane_rows(named: NamedPlane) -> list[Sequence[Cell]]:
    plane = named.plane
    columns = (
        plane.quality.value,
        plane.quality.low,
        plane.quality.high,
        plane.diversity.value,
        plane.diversity.low,
        plane.diversity.high,
        plane.probability,
    )
    return [
        (named.quality, named.diversity, system, *(float(column[index]) for column in columns))
        for index, system in enumerate(plane.systems)
    ]
