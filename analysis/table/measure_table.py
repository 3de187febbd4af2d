"""Bytes of `measures.csv` and `set_measures.csv` -> values by sample, and by system and prompt.

One row is one measure of one clip, or of one set of clips where the file has no column `sample`. Other columns are
not read. Bad input is refused whole, with its row and column, as `ratings.csv` is.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from analysis.errors import TableRefused
from analysis.table.cells import restore

NEEDED = ("system", "prompt_id", "measure", "value")
HEADER_ROW = 1


@dataclass(frozen=True)
class MeasureTable:
    """What programs measured. ``clips``: measure -> sample -> value. ``sets``: measure -> (system, prompt) -> value.

    ``made_by``: sample -> (system, prompt).
    """

    clips: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    sets: Mapping[str, Mapping[tuple[str, str], float]] = field(default_factory=dict)
    made_by: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def read_measures(*files: bytes) -> MeasureTable:
    """Read and check tables of measures. Raises TableRefused: where, what was given, what is allowed."""
    clips: dict[str, dict[str, float]] = {}
    sets: dict[str, dict[tuple[str, str], float]] = {}
    made_by: dict[str, tuple[str, str]] = {}
    for data in files:
        for number, row in _rows(data):
            value, made = _value(row["value"], number), (row["system"], row["prompt_id"])
            sample, measure = row.get("sample", ""), row["measure"]
            if sample and made_by.setdefault(sample, made) != made:
                raise TableRefused(
                    f"row {number}, column 'sample': {sample!r} was made by {made_by[sample]}, and here by {made}; "
                    "allowed: one system and one prompt per sample"
                )
            if sample in clips.get(measure, ()) or (not sample and made in sets.get(measure, ())):
                raise TableRefused(
                    f"row {number}: {measure!r} of {sample or made!r} is there twice; allowed: one value"
                )
            if sample:
                clips.setdefault(measure, {})[sample] = value
            else:
                sets.setdefault(measure, {})[made] = value
    return MeasureTable(clips, sets, made_by)


def _rows(data: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row with its number; the header is row 1."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TableRefused(f"byte {error.start} is not UTF-8; allowed: UTF-8 only") from None
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
    if missing:
        raise TableRefused(
            f"row 1: column {', '.join(map(repr, missing))} is missing; needed: {', '.join(NEEDED)}, and sample "
            "for measures of clips"
        )
    number = HEADER_ROW
    try:
        for number, row in enumerate(reader, HEADER_ROW + 1):
            if None in row or None in row.values():
                raise TableRefused(f"row {number}: as many cells as the header has columns are allowed")
            yield number, {name: restore(cell) for name, cell in row.items()}
    except csv.Error as error:
        raise TableRefused(f"row {number + 1}: not valid CSV ({error}); allowed: RFC 4180") from None


def _value(text: str, number: int) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise TableRefused(f"row {number}, column 'value': got {text[:60]!r}; allowed: a finite number")
    return value
