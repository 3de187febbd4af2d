"""For notebooks: the same analysis as the command and the console, called from Python.

from analysis import api
bundle = api.analyse(Path("ratings.csv").read_bytes())
bundle.results["criteria"]; bundle.files["report.html"]
"""

from __future__ import annotations

from dataclasses import dataclass

from analysis.findings.monitoring import monitor_csv
from analysis.findings.selection import kept_rows, levels_of, main_rows, votes_of
from analysis.output.bundle import Bundle
from analysis.run import analyse_csv, weigh_csv
from analysis.stats.sample_size import Components, Layout, Plan, estimate_components, plan_for_effect
from analysis.study_file import read_study
from analysis.table.coded import Table
from analysis.table.read import read_table

__all__ = ["Components", "Layout", "analyse", "measures", "monitor", "plan"]


def analyse(
    ratings_csv: bytes, *, seed: int | None = None, confidence: float = 0.95, study_yaml: str | None = None
) -> Bundle:
    """The whole analysis of a table of ratings; `study_yaml` brings names and the smallest effect of interest.

    Raises TableRefused and SettingRefused, each with one line that says what is allowed.
    """
    study = None if study_yaml is None else read_study(study_yaml)
    return analyse_csv(ratings_csv, seed=seed, confidence=confidence, study=study)


@dataclass(frozen=True)
class MonitorRow:
    """One contrast under the always-valid monitor. `looks`: raters it was followed through; `e_value`: evidence "
    "so far."""

    contrast: tuple[str, str, str]  # system, system, criterion
    looks: int
    e_value: float
    stop: bool
    sentence: str


def monitor(ratings_csv: bytes, *, confidence: float = 0.95) -> tuple[MonitorRow, ...]:
    """One row per planned contrast of the table, or per pair and criterion where none is planned.

    Raises TableRefused as `analyse` does.
    """
    contrasts = _contrasts(read_table(ratings_csv))
    return tuple(
        MonitorRow(
            contrast=(found.system_a, found.system_b, found.criterion),
            looks=found.monitor.blocks,
            e_value=found.monitor.e_value,
            stop=found.monitor.decided,
            sentence=found.sentence,
        )
        for found in monitor_csv(ratings_csv, contrasts, confidence=confidence)
    )


def _contrasts(table: Table) -> list[tuple[str, str, str]]:
    main = main_rows(table)
    planned = main & table.text("planned", "false").rows_with("true")
    rows = (planned if planned.any() else main).nonzero()[0]
    columns = [table.texts[name] for name in ("system_first", "system_second", "criterion")]
    asked = {tuple(int(column.codes[row]) for column in columns) for row in rows}
    named = [[column.labels[code] for column, code in zip(columns, codes, strict=True)] for codes in asked]
    return sorted({(min(one, two), max(one, two), criterion) for one, two, criterion in named})


def plan(
    effect: float,
    layout: Layout,
    *,
    pilot_csv: bytes | None = None,
    criterion: str = "",
    confidence: float = 0.95,
    power: float = 0.8,
    contrasts: int = 1,
) -> Plan:
    """The smallest study that finds a win rate `effect` away from one half (0.1: 60% against 40%).

    pilot_csv: a table whose variances are used, of its `criterion` (its first in the alphabet without one), instead of
    stated ones. Raises TableRefused for the pilot, ValueError for an effect or a pilot that no plan can rest on.
    """
    components = Components() if pilot_csv is None else _components(pilot_csv, criterion)
    return plan_for_effect(
        effect, layout, components, confidence=confidence, power=power, contrasts=contrasts
    )


def _components(pilot_csv: bytes, criterion: str) -> Components:
    table = read_table(pilot_csv)
    labels = table.texts["criterion"].labels
    chosen = criterion or next(iter(labels), "")
    rows = main_rows(table) & kept_rows(table) & table.texts["criterion"].rows_with(chosen)
    if not rows.any():
        raise ValueError(
            f"criterion: got {chosen!r}; allowed: one with ratings that count, of {', '.join(labels)}"
        )
    return estimate_components(votes_of(table, rows, reach=max(levels_of(table, chosen))))


def measures(ratings_csv: bytes, *measures_csv: bytes, confidence: float = 0.95) -> dict[str, bytes]:
    """`metrics.csv` and `prediction_powered.csv`: what automatic measures are worth beside these ratings.

    measures_csv: `measures.csv`, `set_measures.csv`. Raises TableRefused.
    """
    return weigh_csv(ratings_csv, measures_csv, confidence=confidence)
