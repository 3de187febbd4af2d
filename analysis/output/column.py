"""A column that is written: its name, its meaning and how it is got, once for CSV, JSON and the data dictionary."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np

from analysis.table.cells import neutralise

SIGNIFICANT_DIGITS = 10
SEARCHED_DIGITS = 6  # of numbers that an iterative search over several parameters ends with

Cell = str | float | int | None
Json = dict[str, Any]
Row = TypeVar("Row")


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column. `json`: its place in `results.json`, dots between the levels; empty where it has none.

    `value` gives text, a count, or a number of which nan means none.
    """

    name: str
    meaning: str
    value: Callable[[Row], Cell]
    json: str = ""
    digits: int = SIGNIFICANT_DIGITS

    def cell(self, row: Row) -> Cell:
        """Text, a count, or a number rounded to what arithmetic on another machine repeats; None where there is "
        "none."""
        value = self.value(row)
        return value if value is None or isinstance(value, str | int) else number(value, self.digits)


@dataclass(frozen=True)
class Table(Generic[Row]):
    """A CSV file of the bundle."""

    file: str
    columns: tuple[Column[Row], ...]

    def csv(self, rows: Iterable[Row]) -> bytes:
        """The file's bytes."""
        return csv_bytes(
            [column.name for column in self.columns],
            ([column.cell(row) for column in self.columns] for row in rows),
        )

    def json(self, row: Row) -> Json:
        """The row as the values of `results.json`, by level."""
        found: Json = {}
        for column in self.columns:
            if column.json:
                *levels, name = column.json.split(".")
                inner = found
                for level in levels:
                    inner = inner.setdefault(level, {})
                inner[name] = column.cell(row)
        return found

    def column(self, name: str) -> Column[Row]:
        """The column of that name."""
        return next(column for column in self.columns if column.name == name)

    @property
    def meanings(self) -> dict[str, str]:
        """Column -> meaning."""
        return {column.name: column.meaning for column in self.columns}


def number(value: float, digits: int = SIGNIFICANT_DIGITS) -> float | None:
    """A finite number, rounded to what arithmetic on another machine repeats; None for nan."""
    return float(f"{value:.{digits}g}") + 0.0 if np.isfinite(value) else None


def whole(value: float) -> int | None:
    """A count or a rank; None for nan."""
    return int(value) if np.isfinite(value) else None


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A CSV file as bytes: RFC 4180, UTF-8, formulas neutralised, empty where there is no number."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([_text(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return neutralise(cell)
    return str(int(cell)) if cell == int(cell) and abs(cell) < 2**53 else repr(cell)
