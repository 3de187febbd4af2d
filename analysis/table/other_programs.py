"""Cells that other programs rewrite: a table that went through a spreadsheet, pandas or R reads as it was exported.

Nothing is guessed: only what those programs are known to write is undone, and every change is named in a warning.
"""

from collections.abc import Iterable, Mapping

from analysis.stats.notice import Notice
from analysis.table.coded import Coded, recoded
from analysis.table.columns import REQUIRED_NAMES, TRUE_OR_FALSE, TRUE_OR_FALSE_NAMES

MISSING_IN_R = "NA"
# pandas writes True, spreadsheets and R write TRUE
REWRITTEN_WORDS = {rewritten: word for word in TRUE_OR_FALSE for rewritten in (word.title(), word.upper())}
SPREADSHEET = Notice(
    "byte_order_mark",
    "Row 1, column 1: the file starts with a byte-order mark, as spreadsheets write one, which was left out. Check "
    "that the spreadsheet kept ids as they were: it likes to take them for dates and to drop leading zeros.",
)


def undo_rewriting(columns: Mapping[str, Coded]) -> tuple[dict[str, Coded], tuple[Notice, ...]]:
    """The columns as an export holds them, and a warning for each kind of cell that was changed."""
    words = _reread(columns, TRUE_OR_FALSE_NAMES, REWRITTEN_WORDS)
    read = {**columns, **words}
    missing = _reread(read, [name for name in read if name not in REQUIRED_NAMES], {MISSING_IN_R: ""})
    read.update(missing)
    if "comparison" in read and read["comparison"].labels == ("",):
        del read["comparison"]  # a column without ids says as much as no column
    notices = [
        *_notice("rewritten_words", "TRUE and FALSE were read as true and false", words),
        *_notice(
            "missing_as_na", "NA, which R writes for a missing value, was read as an empty cell", missing
        ),
        *_names_like_missing(read),
    ]
    return read, tuple(notices)


def _reread(columns: Mapping[str, Coded], names: Iterable[str], meant: Mapping[str, str]) -> dict[str, Coded]:
    """The named columns that hold one of the texts `meant`, which are put in their place."""
    return {
        name: recoded(column, [meant.get(label, label) for label in column.labels])
        for name in names
        if (column := columns.get(name)) and not meant.keys().isdisjoint(column.labels)
    }


def _notice(code: str, text: str, changed: Iterable[str]) -> list[Notice]:
    names = ", ".join(changed)
    advice = "Another program wrote this table; check that it kept ids as they were."
    return [Notice(code, f"{text} in: {names}. {advice}")] if names else []


def _names_like_missing(columns: Mapping[str, Coded]) -> list[Notice]:
    named = [name for name in REQUIRED_NAMES if name in columns and MISSING_IN_R in columns[name].labels]
    if not named:
        return []
    text = (
        f"NA was read as a name in: {', '.join(named)}. R writes it for a missing value; leave such rows out."
    )
    return [Notice("name_na", text)]
