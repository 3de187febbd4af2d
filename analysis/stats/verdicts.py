"""One verdict per contrast, from one table: the test, the equivalence test and the simultaneous interval agree.

preferred_a, preferred_b: the Holm-adjusted test rejects "no preference". equivalent: two one-sided tests (Schuirmann
1987), Holm-adjusted, reject a win rate further from one half than the smallest effect of interest. too_few: fewer than
three raters or prompts, or so few that even a unanimous vote could not have decided. undecided: none of these.
"""

from typing import Literal

import numpy as np
from scipy.special import ndtr

from analysis.stats.cluster import Interval
from analysis.stats.votes import Bools, Floats

Verdict = Literal["preferred_a", "preferred_b", "equivalent", "undecided", "too_few"]
SMALLEST_EFFECT = 0.05  # of a win rate, where the study file names none
FEWEST = 3  # raters, and prompts


def verdicts(
    value: Floats,
    p_adjusted: Floats,
    equivalence_p_adjusted: Floats,
    *,
    fewest: Floats,
    effective: Floats,
    confidence: float,
) -> tuple[Verdict, ...]:
    """One word per win rate `value` [K] of the second system; p-values [K] are adjusted within their family.

    fewest [K]: raters or prompts, whichever are fewer. effective [K]: the effective number, whichever is smaller.
    """
    alpha, enough = 1 - confidence, fewest >= FEWEST
    different, alike = enough & (p_adjusted < alpha), enough & (equivalence_p_adjusted < alpha)
    hopeless = ~enough | np.isnan(p_adjusted) | (2 * ndtr(-np.sqrt(effective)) >= alpha)
    words: list[Verdict] = ["preferred_a", "preferred_b", "equivalent", "too_few"]
    chosen = np.select([different & (value < 0.5), different, alike, hopeless], words, "undecided")
    return tuple(chosen.tolist())


def equivalence_p(below: Interval, above: Interval, smallest_effect: float) -> Floats:
    """p-value [K] of the two one-sided tests; below, above: tests against one half minus and plus the effect."""
    lower, upper = 0.5 - smallest_effect, 0.5 + smallest_effect
    too_low = np.where(below.value > lower, below.p_value / 2, 1 - below.p_value / 2)
    too_high = np.where(above.value < upper, above.p_value / 2, 1 - above.p_value / 2)
    return np.maximum(too_low, too_high)


def simultaneous(wide: Interval, decided: Bools) -> tuple[Floats, Floats]:
    """Bounds [K] that hold for all of the family at once: Bonferroni's `wide` intervals.

    Where only a later step of Holm's decides a contrast, the interval ends at one half: so bounds and verdicts agree.
    """
    low = np.where(decided & (wide.value > 0.5), np.maximum(wide.low, 0.5), wide.low)
    high = np.where(decided & (wide.value < 0.5), np.minimum(wide.high, 0.5), wide.high)
    return low, high
