"""Intervals for the mean of a score that has ends: win rates, shares, mean preferences.

Student's t on the logit scale, brought back: near an end the interval is not symmetric, never leaves the scale, and
covers (with 97 and 99% wins .970 and .977, where the plain one covers .887 and .877). Where every value is the same
there is no variance, and the interval is the score bound (Wilson 1927) for as many independent trials as there are
effective raters, or prompts, whichever are fewer: raters and prompts repeat. Four raters who all say the same in every
rating so decide a pair (p = .046), three do not (p = .083).
"""

import numpy as np
from scipy.special import expit, logit, ndtr, ndtri, stdtr, stdtrit

from analysis.stats.cluster import SMALLEST_VARIANCE, Interval
from analysis.stats.votes import Floats

Ends = tuple[float, float]
UNIT: Ends = (0.0, 1.0)


def bounded_interval(
    value: Floats,
    variance: Floats,
    df: Floats,
    clusters: Floats,
    *,
    confidence: float | Floats,
    null: float,
    ends: Ends = UNIT,
) -> Interval:
    """Interval and two-sided p-value against `null`, which agree: the null is outside exactly where p < 1 - confidence.

    value, variance, df: any shape, on the scale whose ends are `ends`; clusters: the effective number, for the bound
    of values that are all the same. confidence: one for all, or one for each. nan where the variance is nan or df < 1.
    se is on the scale of `value`; of values that are all the same it is the one that would give the bound's distance.
    """
    low, high = ends
    span = high - low
    known = ~np.isnan(variance) & (df >= 1)
    freedom = np.where(known, df, 1.0)
    share, even = np.clip((value - low) / span, 0.0, 1.0), (null - low) / span
    quantile = stdtrit(freedom, 0.5 + confidence / 2)
    inside = (share > 0) & (share < 1)
    varies = known & inside & (variance > SMALLEST_VARIANCE)
    middle = np.where(varies, share, 0.5)
    slope = middle * (1 - middle)
    se = np.sqrt(np.where(varies, variance, 1.0)) / span / slope
    reach, place = se * quantile, logit(middle)
    p_value = 2 * stdtr(freedom, -np.abs(place - logit(even)) / se)
    least, most, p_unanimous = _unanimous(share, np.where(known, clusters, 1.0), even, confidence)
    lowest = np.where(varies, expit(place - reach), least)
    highest = np.where(varies, expit(place + reach), most)
    spread = np.where(varies, se * slope, np.maximum(share - lowest, highest - share) / quantile)
    result = (
        spread * span,
        freedom,
        low + span * lowest,
        low + span * highest,
        np.where(varies, p_value, p_unanimous),
    )
    return Interval(value, *(np.where(known, part, np.nan) for part in result))


def _unanimous(
    share: Floats, clusters: Floats, null: float, confidence: float | Floats
) -> tuple[Floats, Floats, Floats]:
    """(lowest mean, highest mean, p-value) where every one of `clusters` independent values was `share`.

    A value that never occurred in n trials has at most the probability z^2 / (n + z^2) (Wilson 1927); at worst it is an
    end of the scale.
    """
    squared = ndtri(0.5 + np.asarray(confidence) / 2) ** 2
    never = squared / (clusters + squared)
    below, above = np.maximum(share, 1e-300), np.maximum(1 - share, 1e-300)
    kept = np.where(null < share, null / below, np.where(null > share, (1 - null) / above, 1.0))
    p_value = 2 * ndtr(-np.sqrt(clusters * (1 - kept) / np.maximum(kept, 1e-300)))
    return share * (1 - never), share + (1 - share) * never, p_value
