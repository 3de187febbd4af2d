"""What a cell's text says: a number, a preference, or nothing that is allowed."""

import math
import re

_WHOLE = re.compile(r"[+-]?[0-9](\.0*)?", re.ASCII)
_NUMBER = re.compile(r"[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?", re.ASCII)
LARGEST_PREFERENCE = 4


def number_of(text: str) -> float:
    """The number that is not negative, or nan where the text is empty or no such number."""
    return float(text) if _NUMBER.fullmatch(text) else math.nan


def preference_of(text: str) -> int | None:
    """The whole number from -4 to 4 (`-2` or, as data frames write it, `-2.0`), or None."""
    if not _WHOLE.fullmatch(text):
        return None
    value = int(float(text))
    return value if abs(value) <= LARGEST_PREFERENCE else None
