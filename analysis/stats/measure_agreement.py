"""How often an automatic measure orders a pair as raters do, and how well one rater predicts another.

Both are shares between 0 and 1, with ties split: 1 where the two say the same, 1/2 where one of them says "no
difference", 0 where they contradict each other. A measure cannot be expected to agree with raters more often than
raters agree among themselves, so the second share (the noise ceiling) stands beside the first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.stats.cluster import (
    Clusters,
    Interval,
    TwoWay,
    clustered_means,
    factor,
    t_interval,
)
from analysis.stats.votes import Floats, Ints, Votes, cells_of, compact


@dataclass(frozen=True)
class Share:
    """A share with its interval; scalar arrays. ``n``: ratings (agreement) or pairs of ratings (ceiling) behind it."""

    interval: Interval
    n: int
    raters: int
    prompts: int


def agreement_with_raters(votes: Votes, difference: Floats, *, confidence: float) -> Share | None:
    """How often the sign of `difference` is the sign of the rating, ties split.

    difference [N]: the measure of the pair's second system minus that of its first, nan where a clip has none.
    The interval is two-way clustered over raters and prompts. None where no rated pair has a measure.
    """
    known = np.flatnonzero(~np.isnan(difference))
    if known.size == 0:
        return None
    said_by_raters, said_by_measure = np.sign(votes.level[known]), np.sign(difference[known])
    agreed = (1 + said_by_raters * said_by_measure) / 2
    clusters = clusters_among(votes, known)
    means = clustered_means(agreed, np.zeros(known.size, dtype=np.int64), 1, clusters)
    interval = t_interval(means.mean[0], means.variance[0], means.df[0], confidence=confidence, null=0.5)
    return Share(kept_within_0_and_1(interval), int(known.size), clusters.n_raters, clusters.n_prompts)


def noise_ceiling(votes: Votes, *, confidence: float) -> Share | None:
    """How often two raters say the same of the same comparison, ties split. None where no comparison has two raters.

    The mean runs over all pairs of ratings of one comparison by different raters. Pairs share raters and prompts, so
    the variance adds the dyadic rater term (Aronow, Samii and Assenova 2015, equation 6) to the prompt term, and takes
    off what both count.
    """
    first, second = pairs_within_units(votes)
    if first.size == 0:
        return None
    agreed = (1 + np.sign(votes.level[first]) * np.sign(votes.level[second])) / 2
    mean = float(agreed.mean())
    residual = (agreed - mean) / agreed.size
    prompt, rater = votes.prompt[first], (votes.rater[first], votes.rater[second])
    together = cells_of(np.minimum(*rater), np.maximum(*rater), votes.n_raters, votes.n_raters)
    n_raters, n_prompts = np.unique(np.concatenate(rater)).size, np.unique(prompt).size

    def dyadic(within: Ints, groups: int) -> float:
        """Products of residuals that share a rater (and a group of `within`); a pair with itself counts once."""
        members = np.concatenate([within * votes.n_raters + one for one in rater])
        shared = squared_sums(members, np.tile(residual, 2))
        return shared - squared_sums(compact(within * (together.max() + 1) + together, groups)[0], residual)

    everywhere = np.zeros(first.size, dtype=np.int64)
    pairs_of_raters = int(together.max()) + 1
    terms = TwoWay(
        np.array(dyadic(everywhere, pairs_of_raters) * factor(n_raters)),
        np.array(squared_sums(prompt, residual) * factor(n_prompts)) if n_prompts > 1 else np.array(np.nan),
        np.array(dyadic(prompt, votes.n_prompts * pairs_of_raters)),
    )
    freedom = np.array(min(n_raters, n_prompts) - 1.0)
    interval = t_interval(np.array(mean), terms.total, freedom, confidence=confidence, null=0.5)
    return Share(kept_within_0_and_1(interval), int(first.size), n_raters, n_prompts)


def pairs_within_units(votes: Votes) -> tuple[Ints, Ints]:
    """Indices of all pairs of ratings of one comparison by two raters, ([M], [M])."""
    order = np.argsort(votes.unit, kind="stable")
    starts = np.flatnonzero(np.diff(votes.unit[order], prepend=-1))
    sizes = np.diff(starts, append=order.size)
    first, second = [], []
    for size in np.unique(sizes[sizes > 1]):
        members = order[starts[sizes == size][:, None] + np.arange(size)]
        one, other = np.triu_indices(size, k=1)
        first.append(members[:, one].ravel())
        second.append(members[:, other].ravel())
    if not first:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    one, other = np.concatenate(first), np.concatenate(second)
    different = votes.rater[one] != votes.rater[other]
    return one[different], other[different]


def squared_sums(group: Ints, value: Floats) -> float:
    """The sum over groups of the squared sum of their values."""
    codes = np.unique(group, return_inverse=True)[1]
    return float((np.bincount(codes, value) ** 2).sum())


def clusters_among(votes: Votes, rows: Ints) -> Clusters:
    """The clusters of some of the ratings, numbered without gaps."""
    rater, raters = compact(votes.rater[rows], votes.n_raters)
    prompt, prompts = compact(votes.prompt[rows], votes.n_prompts)
    cell = cells_of(rater, prompt, raters.size, prompts.size)
    return Clusters(rater, prompt, cell, raters.size, prompts.size, int(cell.max(initial=-1)) + 1)


def kept_within_0_and_1(interval: Interval) -> Interval:
    """The same interval with its bounds kept between 0 and 1."""
    low, high = np.maximum(interval.low, 0.0), np.minimum(interval.high, 1.0)
    return Interval(interval.value, interval.se, interval.df, low, high, interval.p_value)
