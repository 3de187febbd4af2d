"""Every CSV file of the bundle, and the data dictionary that explains each of their columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic

from analysis.findings.all_findings import Findings
from analysis.findings.criterion import CriterionResult
from analysis.output.column import Row, Table, csv_bytes
from analysis.output.measure_files import METRICS, PREDICTION_POWERED
from analysis.output.pair_tables import (
    CONTRASTS,
    PAIRS,
    PREFERENCES,
    SUBGROUPS,
    contrast_rows,
    pair_rows,
    preference_rows,
    subgroup_rows,
)
from analysis.output.rater_tables import AGREEMENT, DIAGNOSTICS, RATERS
from analysis.output.system_tables import (
    DISAGREEMENT,
    MODELS,
    PLANES,
    PROMPTS,
    SYSTEMS,
    plane_rows,
    system_rows,
)
from analysis.table.columns import RATINGS
from analysis.table.platform_columns import PLATFORM


@dataclass(frozen=True)
class Written(Generic[Row]):
    """A table and where its rows come from."""

    table: Table[Row]
    rows: Callable[[Findings], Iterable[Row]]

    def of(self, findings: Findings) -> bytes:
        """The file's bytes."""
        return self.table.csv(self.rows(findings))


# Each file's rows, of all criteria.
WRITTEN: tuple[Written[Any], ...] = (
    Written(
        PAIRS,
        lambda findings: _each(
            findings, lambda result: pair_rows(result, findings.verdicts[result.criterion])
        ),
    ),
    Written(PREFERENCES, lambda findings: _each(findings, preference_rows)),
    Written(CONTRASTS, lambda findings: _each(findings, contrast_rows)),
    Written(SUBGROUPS, lambda findings: _each(findings, subgroup_rows)),
    Written(SYSTEMS, lambda findings: _each(findings, system_rows)),
    Written(MODELS, lambda findings: findings.criteria.values()),
    Written(PROMPTS, lambda findings: (row for found in findings.prompts.values() for row in found.systems)),
    Written(
        DISAGREEMENT,
        lambda findings: (row for found in findings.prompts.values() for row in found.disagreement),
    ),
    Written(PLANES, lambda findings: (row for named in findings.planes for row in plane_rows(named))),
    Written(RATERS, lambda findings: findings.raters),
    Written(AGREEMENT, lambda findings: findings.criteria.values()),
    Written(DIAGNOSTICS, lambda findings: findings.diagnostics),
)


def _each(findings: Findings, rows_of: Callable[[CriterionResult], Iterable[Row]]) -> Iterator[Row]:
    return (row for result in findings.criteria.values() for row in rows_of(result))


def dictionary_rows() -> list[tuple[str, str, str]]:
    """(file, column, meaning) of `ratings.csv`, of every file written here, of the platform's other tables."""
    files = {
        "ratings.csv": {column.name: column.meaning for column in RATINGS},
        **{
            table.file: table.meanings
            for table in (*(written.table for written in WRITTEN), METRICS, PREDICTION_POWERED)
        },
        **PLATFORM,
    }
    return [(file, name, meaning) for file, columns in files.items() for name, meaning in columns.items()]


# Name of the file -> what makes it.
CSV_FILES: Mapping[str, Callable[[Findings], bytes]] = {
    **{written.table.file: written.of for written in WRITTEN},
    "data_dictionary.csv": lambda _: csv_bytes(("file", "column", "meaning"), dictionary_rows()),
}
