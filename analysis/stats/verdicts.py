"""One verdict per contrast, from one table: the test, the equivalence test and the simultaneous interval agree.

preferred_a, preferred_b: the Holm-adjusted test rejects "no preference". equivalent: two one-sided tests (Schuirmann
1987), Holm-adjusted, reject a win rate further from one half than the smallest effect of interest. too_few: fewer than
three raters or prompts, or so few that even a unanimous vote could not have decided. undecided: none of these.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.stats.cluster import Interval
from analysis.stats.multiple import holm
from analysis.stats.votes import Bools, Floats

Verdict = Literal["preferred_a", "preferred_b", "equivalent", "undecided", "too_few"]
SMALLEST_EFFECT = 0.05  # of a win rate, where the study file names none
FEWEST = 3  # raters, and prompts


@dataclass(frozen=True)
class Verdicts:
    """Arrays [K] in the order of the contrasts; nan where there is no interval."""

    verdict: tuple[Verdict, ...]
    p_holm: Floats
    low: Floats  # simultaneous: all of the family hold at once with the wanted confidence
    high: Floats
    equivalence_p: Floats  # Holm-adjusted


def judge(
    interval: Callable[[float, float], Interval],
    effective: Floats,
    fewest: Floats,
    *,
    confidence: float,
    smallest_effect: float,
) -> Verdicts:
    """Verdicts of a family of win rates.

    interval(confidence, null): the win rates' intervals and p-values. effective [K]: effective number of raters or
    prompts, whichever is smaller. fewest [K]: raters or prompts, whichever are fewer.
    """
    alone, alpha = interval(confidence, 0.5), 1 - confidence
    p_holm = holm(alone.p_value)
    equivalence_p = holm(
        np.maximum(
            _above(interval(confidence, 0.5 - smallest_effect), 0.5 - smallest_effect),
            1 - _above(interval(confidence, 0.5 + smallest_effect), 0.5 + smallest_effect),
        )
    )
    decided = (p_holm < alpha) & (fewest >= FEWEST)
    low, high = _simultaneous(interval, alone.value, decided, alpha)
    few = (fewest < FEWEST) | (2 * 0.5**effective >= alpha)
    chosen = np.select(
        [
            decided & (alone.value < 0.5),
            decided,
            (equivalence_p < alpha) & (fewest >= FEWEST),
            few | np.isnan(p_holm),
        ],
        ["preferred_a", "preferred_b", "equivalent", "too_few"],
        "undecided",
    )
    return Verdicts(tuple(chosen.tolist()), p_holm, low, high, equivalence_p)


def _above(found: Interval, null: float) -> Floats:
    """One-sided p-value of a mean above `null`."""
    return np.where(found.value > null, found.p_value / 2, 1 - found.p_value / 2)


def _simultaneous(
    interval: Callable[[float, float], Interval], value: Floats, decided: Bools, alpha: float
) -> tuple[Floats, Floats]:
    """Bonferroni's intervals; where Holm's later steps decide what they leave open, they end at one half."""
    tests = max(1, int((~np.isnan(interval(1 - alpha, 0.5).p_value)).sum()))
    wide = interval(1 - alpha / tests, 0.5)
    low = np.where(decided & (value > 0.5), np.maximum(wide.low, 0.5), wide.low)
    high = np.where(decided & (value < 0.5), np.minimum(wide.high, 0.5), wide.high)
    return low, high
