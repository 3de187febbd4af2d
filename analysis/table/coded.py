"""A table of ratings, coded: every distinct text once, a column of small integers beside it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from analysis.stats.notice import Notice

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


def recoded(column: Coded, labels: Sequence[str]) -> Coded:
    """The column under new labels, one for each old one; old ones that become equal are merged."""
    merged = sorted(set(labels))
    place = {label: index for index, label in enumerate(merged)}
    codes = np.array([place[label] for label in labels], dtype=np.int32)
    return Coded(codes[column.codes] if column.codes.size else column.codes, tuple(merged))


@dataclass(frozen=True)
class Table:
    """All rows of a checked `ratings.csv`. Optional columns are present in `texts`/`numbers` only if given."""

    rows: int
    sha256: str
    texts: Mapping[str, Coded]
    numbers: Mapping[str, Floats]  # nan where the cell is empty
    preference: NDArray[np.int8]  # as presented: positive = second preferred
    replicate: (
        Ints  # how many earlier main ratings of this question the rater gave, [rows]; 0 nearly everywhere
    )
    notices: tuple[Notice, ...] = ()  # what was read otherwise than it stands in the file

    @cached_property
    def own_seed(self) -> int:
        """A seed from who rated and on what, so that everybody who analyses this table draws the same numbers.

        Neither the order of the rows, nor sides, nor what other programs rewrite changes it.
        """
        parts = [label for name in ("rater", "prompt_id") for label in (name, *self.texts[name].labels)]
        return int.from_bytes(hashlib.sha256("\n".join(parts).encode()).digest()[:4], "big")

    def text(self, name: str, default: str) -> Coded:
        """The column, or one that says `default` in every row where the file has no such column."""
        return self.texts.get(name) or Coded(np.zeros(self.rows, dtype=np.int32), (default,))

    def number(self, name: str) -> Floats:
        """The column, or nan in every row where the file has no such column."""
        values = self.numbers.get(name)
        return np.full(self.rows, np.nan) if values is None else values
