"""Bytes of a CSV file -> a checked `Table`. Bad input is refused whole, with its row and column."""

import csv
import hashlib
import io
from collections.abc import Iterator
from itertools import islice

import numpy as np

from analysis.errors import TableRefused
from analysis.table.cell_values import number_of, preference_of
from analysis.table.cells import restore
from analysis.table.check_rules import check
from analysis.table.coded import Coded, Floats, Ints, Table, recoded
from analysis.table.columns import NUMBER_NAMES, READ_NAMES, REQUIRED_NAMES
from analysis.table.other_programs import SPREADSHEET, undo_rewriting
from analysis.table.replicates import with_replicates

CHUNK_ROWS = 500  # few enough to stay in the processor's cache: 20,000 take two and a half times as long
HEADER_ROW = 1
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
SAMPLE_NAMES = ("samples_first", "samples_second")
LARGEST_NUMBER = 2**31 - 1  # milliseconds: 24 days


def read_table(data: bytes, *, with_samples: bool = False) -> Table:
    """Read and check `ratings.csv`. Raises TableRefused with one line: where, what was given, what is allowed.

    ``with_samples``: also `samples_first` and `samples_second`, which must then be there. They cost memory, and only
    automatic measures need them.
    What spreadsheets, pandas and R rewrite is read as it was exported, and noted in the table.
    """
    try:
        columns = _columns(data, SAMPLE_NAMES if with_samples else ())
    except (csv.Error, UnicodeDecodeError):
        raise _named(data) from None
    columns, notices = undo_rewriting(columns)
    numbers = {name: _numbers(columns[name], name) for name in NUMBER_NAMES if name in columns}
    preference = columns["preference"]
    table = Table(
        rows=preference.codes.size,
        sha256=hashlib.sha256(data).hexdigest(),
        texts={name: column for name, column in columns.items() if name not in {*NUMBER_NAMES, "preference"}},
        numbers=numbers,
        preference=_preferences(preference),
        replicate=np.zeros(preference.codes.size, dtype=np.int32),
        notices=((SPREADSHEET,) if data.startswith(BYTE_ORDER_MARK) else ()) + notices,
    )
    check(table)
    return with_replicates(table)


def _columns(data: bytes, also: tuple[str, ...]) -> dict[str, Coded]:
    reader = _open(data)
    return _code_columns(reader, _header(next(reader, []), also), (*READ_NAMES, *also))


def _open(data: bytes) -> Iterator[list[str]]:
    blank_end = data.endswith((b"\n\n", b"\n\r\n", b"\r\r"))
    source = io.BytesIO(data.rstrip(b"\r\n") if blank_end else data)
    source.seek(len(BYTE_ORDER_MARK) if data.startswith(BYTE_ORDER_MARK) else 0)
    # A TextIOWrapper decodes as it goes; a StringIO would hold four bytes for every character of the file.
    return csv.reader(io.TextIOWrapper(source, encoding="utf-8", newline=""), strict=True)


def _named(data: bytes) -> TableRefused:
    """Read again, row by row, to say where reading in chunks failed."""
    row = 0
    try:
        for _ in _open(data):
            row += 1
    except csv.Error as error:
        return TableRefused(f"row {row + 1}: not valid CSV ({error}); allowed: RFC 4180, quotes doubled")
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        return TableRefused(f"near row {row + 1}: byte 0x{byte:02x} is not UTF-8; allowed: UTF-8 only")
    raise AssertionError("the same bytes were read without an error the second time")


def _header(names: list[str], also: tuple[str, ...]) -> list[str]:
    if not any(name.strip() for name in names):
        raise TableRefused(f"row 1: the file is empty; needed columns: {', '.join(REQUIRED_NAMES)}")
    if len(names) == 1 and ";" in names[0]:
        raise TableRefused("row 1: the columns are separated by semicolons; allowed: commas (RFC 4180)")
    doubled = sorted({name for name in names if names.count(name) > 1 and name in READ_NAMES})
    if doubled:
        raise TableRefused(f"row 1: column {doubled[0]!r} is there twice; allowed: once")
    needed = (*REQUIRED_NAMES, *also)
    missing = [name for name in needed if name not in names]
    if missing:
        raise TableRefused(
            f"row 1: column {', '.join(map(repr, missing))} is missing; needed: {', '.join(needed)}"
        )
    return names


class _Coder(dict[str, int]):
    """Gives each new text the next number."""

    def __missing__(self, text: str) -> int:
        code = self[text] = len(self)
        return code


def _code_columns(reader: Iterator[list[str]], names: list[str], read: tuple[str, ...]) -> dict[str, Coded]:
    wanted = {name: names.index(name) for name in read if name in names}
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
    return recoded(Coded(codes, tuple(coder)), [restore(text) for text in coder])


def _numbers(column: Coded, name: str) -> Floats:
    values = np.array([number_of(label) for label in column.labels], dtype=np.float64)
    given = np.array([label != "" for label in column.labels], dtype=np.bool_)
    allowed = f"empty, or a number from 0 to {LARGEST_NUMBER}"
    _refuse_labels(column, given & ~(values <= LARGEST_NUMBER), name, allowed)
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
