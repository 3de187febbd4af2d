"""A table of ratings, coded: every distinct text once, a column of small integers beside it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Coded:
    """A text column: `labels[codes[i]]` is row i. Labels are sorted, so that row order changes nothing."""

    codes: Ints  # [rows]
    labels: tuple[str, ...]

    def rows_with(self, label: str) -> Bools:
        """Which rows hold `label`, [rows]."""
        if label not in self.labels:
            return np.zeros(self.codes.size, dtype=np.bool_)
        return np.asarray(self.codes == self.labels.index(label))


@dataclass(frozen=True)
class Table:
    """All rows of a checked `ratings.csv`. Optional columns are present in `texts`/`numbers` only if given."""

    rows: int
    sha256: str
    texts: Mapping[str, Coded]
    numbers: Mapping[str, Floats]  # nan where the cell is empty
    preference: NDArray[np.int8]  # as presented: positive = second preferred
    byte_order_mark: bool = False  # the file started with one: a spreadsheet wrote it

    def text(self, name: str, default: str) -> Coded:
        """The column, or one that says `default` in every row where the file has no such column."""
        return self.texts.get(name) or Coded(np.zeros(self.rows, dtype=np.int32), (default,))

    def number(self, name: str) -> Floats:
        """The column, or nan in every row where the file has no such column."""
        values = self.numbers.get(name)
        return np.full(self.rows, np.nan) if values is None else values
