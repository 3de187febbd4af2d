"""What one line of the audit's table says, and the few sums behind it. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from dashboard.audit.encoding import Columns

Z = 1.959963984540054
Question = Literal["system", "side", "gold"]
Outcome = Literal["chance", "LEAK", "equal", "heard", "too few"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the table. ``strongest`` names the column that weighs most; numbers are nan without variation."""

    group: str
    question: Question
    outcome: Outcome
    accuracy: float = math.nan
    low: float = math.nan
    high: float = math.nan
    p: float = math.nan
    adjusted: float = math.nan
    strongest: str = ""


@dataclass(frozen=True, slots=True)
class Guess:
    """A finding before it is set beside the others.

    ``smallest`` is the least p there could be; ``unequal``: what must be equal is not; ``heard``: belongs to the
    sound, so that it is shown and not counted.
    """

    finding: Finding
    smallest: float
    unequal: bool
    heard: bool


def telling(columns: Columns, *, center: bool) -> Columns:
    """The columns that vary, on one scale."""
    values = columns.values - columns.values.mean(0) if center else columns.values
    size = np.sqrt(np.mean(values**2, axis=0))
    keep = size > 1e-9
    names = tuple(name for name, kept in zip(columns.names, keep, strict=True) if kept)
    return Columns(names, values[:, keep] / size[keep])


def wilson(share: float, units: int) -> tuple[float, float]:
    """Wilson's 95% interval of a share of ``units`` independent guesses."""
    middle = (share + Z**2 / (2 * units)) / (1 + Z**2 / units)
    half = Z / (1 + Z**2 / units) * math.sqrt(share * (1 - share) / units + Z**2 / (4 * units**2))
    return middle - half, middle + half
