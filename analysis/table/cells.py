"""Cells that a spreadsheet would run as a formula: neutralised on export, read back unchanged.

`restore(neutralise(cell)) == cell` for every text. Numbers stay numbers: a preference of -2 is not touched.
"""

import re

_STARTS_A_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_QUOTED_FORMULA = re.compile(r"'+[=+\-@\t\r]")
_NEGATIVE_NUMBER = re.compile(r"-\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)


def neutralise(cell: str) -> str:
    """Put an apostrophe before a cell that starts with = + @ tab, or with a minus that no plain number follows."""
    if _STARTS_A_FORMULA.match(cell) and not _NEGATIVE_NUMBER.fullmatch(cell):
        return "'" + cell
    return cell


def restore(cell: str) -> str:
    """Undo `neutralise`: take one apostrophe from before = + - @ tab, leave every other cell as it is."""
    return cell[1:] if _QUOTED_FORMULA.match(cell) else cell
