"""Are raters drawn to a side? The share of decided votes that went to side A, clustered by rater."""

from dataclasses import dataclass

import numpy as np

from analysis.stats.bounded import bounded_interval
from analysis.stats.cluster import factor
from analysis.stats.votes import TIE, Votes, effective_number


@dataclass(frozen=True)
class Share:
    """A proportion with its interval and p-value; nan where there are too few raters or nothing was decided."""

    value: float
    se: float
    low: float
    high: float
    p_value: float
    n: int


def first_side_share(votes: Votes, *, confidence: float) -> Share:
    """Share of decided votes for side A against one half."""
    decided = votes.outcome != TIE
    n = int(decided.sum())
    if n == 0:
        return Share(np.nan, np.nan, np.nan, np.nan, np.nan, 0)
    first = ((votes.level > 0) == votes.second_played_first)[decided].astype(np.float64)
    return clustered_share(first, votes.rater[decided], null=0.5, confidence=confidence)


def clustered_share(
    hits: np.ndarray[tuple[int], np.dtype[np.float64]],
    group: np.ndarray[tuple[int], np.dtype[np.int64]],
    *,
    null: float,
    confidence: float,
) -> Share:
    """Mean of `hits` [N] in 0 to 1 with the cluster variance over `group` [N]; see `bounded`."""
    value = float(hits.mean())
    present = np.bincount(group) > 0
    groups = int(present.sum())
    if groups < 2:
        return Share(value, np.nan, np.nan, np.nan, np.nan, hits.size)
    sums = np.bincount(group, hits - value)
    variance = np.atleast_1d(factor(groups) * (sums**2).sum() / hits.size**2)
    effective = effective_number(group)
    found = bounded_interval(
        np.array([value]),
        variance,
        np.array([max(effective - 1, 1.0)]),
        np.array([effective]),
        confidence=confidence,
        null=null,
    )
    se, low, high, p_value = (float(part[0]) for part in (found.se, found.low, found.high, found.p_value))
    return Share(value, se, low, high, p_value, hits.size)
