"""Bytes of a CSV file -> a checked `Table`. Bad input is refused whole, with its row and column."""

import csv
import hashlib
import io
from collections.abc import Iterator
from itertools import islice

import numpy as np

from analysis.cells import restore
from analysis.checking import check
from analysis.columns import NUMBER_NAMES, READ_NAMES, REQUIRED_NAMES
from analysis.errors import TableRefused
from analysis.table import Coded, Floats, Ints, Table
from analysis.values import number_of, preference_of

CHUNK_ROWS = 20_000
HEADER_ROW = 1


def read_table(data: bytes) -> Table:
    """Read and check `ratings.csv`. Raises TableRefused with one line: where, what was given, what is allowed."""
    reader = _open(data)
    names = _header(next(reader, []), data)
    columns = _code_columns(reader, names)
    numbers = {name: _numbers(columns[name], name) for name in NUMBER_NAMES if name in columns}
    preference = columns["preference"]
    table = Table(
        rows=preference.codes.size,
        sha256=hashlib.sha256(data).hexdigest(),
        texts={name: column for name, column in columns.items() if name not in {*NUMBER_NAMES, "preference"}},
        numbers=numbers,
        preference=_preferences(preference),
    )
    check(table)
    return table


def _open(data: bytes) -> Iterator[list[str]]:
    if data.startswith(b"\xef\xbb\xbf"):
        raise TableRefused(
            "row 1, column 1: the file starts with a byte-order mark (spreadsheets write one as 'CSV UTF-8'); "
            "allowed: plain UTF-8 without it"
        )
    # A TextIOWrapper decodes as it goes; a StringIO would hold four bytes for every character of the file.
    text = io.TextIOWrapper(io.BytesIO(data.rstrip(b"\r\n")), encoding="utf-8", newline="")
    return _named_errors(csv.reader(text, strict=True))


def _named_errors(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    row = 0
    try:
        for cells in reader:
            row += 1
            yield cells
    except csv.Error as error:
        raise TableRefused(
            f"row {row + 1}: not valid CSV ({error}); allowed: RFC 4180, quotes doubled"
        ) from None
    except UnicodeDecodeError as error:
        raise TableRefused(
            f"near row {row + 1}: byte 0x{error.object[error.start]:02x} is not UTF-8; allowed: UTF-8 only"
        ) from None


def _header(names: list[str], data: bytes) -> list[str]:
    if not data.strip():
        raise TableRefused(f"row 1: the file is empty; needed columns: {', '.join(REQUIRED_NAMES)}")
    if len(names) == 1 and ";" in names[0]:
        raise TableRefused("row 1: the columns are separated by semicolons; allowed: commas (RFC 4180)")
    doubled = sorted({name for name in names if names.count(name) > 1 and name in READ_NAMES})
    if doubled:
        raise TableRefused(f"row 1: column {doubled[0]!r} is there twice; allowed: once")
    missing = [name for name in REQUIRED_NAMES if name not in names]
    if missing:
        raise TableRefused(
            f"row 1: column {', '.join(map(repr, missing))} is missing; needed: {', '.join(REQUIRED_NAMES)}"
        )
    return names


class _Coder(dict[str, int]):
    """Gives each new text the next number."""

    def __missing__(self, text: str) -> int:
        code = self[text] = len(self)
        return code


def _code_columns(reader: Iterator[list[str]], names: list[str]) -> dict[str, Coded]:
    wanted = {name: names.index(name) for name in READ_NAMES if name in names}
    coders = {name: _Coder() for name in wanted}
    chunks: dict[str, list[Ints]] = {name: [] for name in wanted}
    first_row = HEADER_ROW + 1
    while rows := list(islice(reader, CHUNK_ROWS)):
        _check_widths(rows, len(names), first_row)
        columns = list(zip(*rows, strict=True))
        for name, place in wanted.items():
            codes = map(coders[name].__getitem__, columns[place])
            chunks[name].append(np.fromiter(codes, dtype=np.int32, count=len(rows)))
        first_row += len(rows)
    return {name: _sorted(coders[name], chunks[name]) for name in wanted}


def _check_widths(rows: list[list[str]], width: int, first_row: int) -> None:
    if set(map(len, rows)) == {width}:
        return
    index, cells = next((index, cells) for index, cells in enumerate(rows) if len(cells) != width)
    raise TableRefused(
        f"row {first_row + index}: {len(cells)} cells; allowed: {width}, as many as the header has columns"
    )


def _sorted(coder: _Coder, chunks: list[Ints]) -> Coded:
    codes = np.concatenate(chunks) if chunks else np.zeros(0, dtype=np.int32)
    restored = [restore(text) for text in coder]
    labels = sorted(set(restored))
    place = {label: index for index, label in enumerate(labels)}
    recode = np.array([place[text] for text in restored], dtype=np.int32)
    return Coded(recode[codes] if codes.size else codes, tuple(labels))


def _numbers(column: Coded, name: str) -> Floats:
    values = np.array([number_of(label) for label in column.labels], dtype=np.float64)
    wrong = np.array([label != "" and np.isnan(number_of(label)) for label in column.labels], dtype=np.bool_)
    _refuse_labels(column, wrong, name, "empty, or a number that is not negative")
    return values[column.codes] if column.codes.size else np.zeros(0)


def _preferences(column: Coded) -> np.ndarray[tuple[int], np.dtype[np.int8]]:
    values = [preference_of(label) for label in column.labels]
    wrong = np.array([value is None for value in values], dtype=np.bool_)
    _refuse_labels(column, wrong, "preference", "a whole number from -4 to 4, negative = first preferred")
    return np.array([value or 0 for value in values], dtype=np.int8)[column.codes]


def _refuse_labels(
    column: Coded, wrong: np.ndarray[tuple[int], np.dtype[np.bool_]], name: str, allowed: str
) -> None:
    if not wrong.any():
        return
    row = int(np.argmax(wrong[column.codes]))
    label = column.labels[column.codes[row]]
    raise TableRefused(f"row {row + 2}, column {name!r}: got {label[:60]!r}; allowed: {allowed}")
