"""How a measure goes with what people said, clip by clip and system by system."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri, stdtrit
from scipy.stats import kendalltau, pearsonr

from analysis.stats.votes import Floats, Ints

GROUPS = 50  # of prompts, left out one at a time
FEWEST_SYSTEMS = 4  # Fisher's interval needs more than three points


@dataclass(frozen=True)
class Correlation:
    """A correlation with its interval; bounds are nan where there is none. ``n``: clips or systems."""

    value: float
    low: float
    high: float
    n: int


def tau_by_clip(human: Floats, measure: Floats, prompt: Ints, *, confidence: float) -> Correlation | None:
    """Kendall's tau-b (1945) between clips' mean ratings and their measures; the interval is a jackknife by prompt.

    human, measure [C]; prompt [C]: codes from 0. None where either never differs.
    """
    value = _tau(human, measure)
    if value is None:
        return None
    groups = min(GROUPS, int(prompt.max()) + 1)
    group = prompt % groups
    without = [_tau(human[group != one], measure[group != one]) for one in range(groups)]
    if groups < 2 or None in without:
        return Correlation(value, np.nan, np.nan, human.size)
    spread = np.array(without, dtype=np.float64)
    error = np.sqrt((groups - 1) / groups * ((spread - spread.mean()) ** 2).sum())
    half = error * float(stdtrit(groups - 1, 0.5 + confidence / 2))
    return Correlation(value, max(value - half, -1.0), min(value + half, 1.0), human.size)


def _tau(human: Floats, measure: Floats) -> float | None:
    if human.size < 2 or np.ptp(human) == 0 or np.ptp(measure) == 0:
        return None
    return float(kendalltau(human, measure).statistic)


def correlation_by_system(human: Floats, measure: Floats, *, confidence: float) -> Correlation | None:
    """Pearson's r between systems' mean scores and mean measures, with Fisher's z interval (1921). [K] each."""
    if human.size < 3 or np.ptp(human) == 0 or np.ptp(measure) == 0:
        return None
    value = float(pearsonr(human, measure).statistic)
    if human.size < FEWEST_SYSTEMS or abs(value) >= 1:
        return Correlation(value, np.nan, np.nan, human.size)
    half = float(ndtri(0.5 + confidence / 2)) / np.sqrt(human.size - 3)
    low, high = np.tanh(np.arctanh(value) + np.array([-half, half]))
    return Correlation(value, float(low), float(high), human.size)
