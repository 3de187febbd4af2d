"""Does a pair's win rate differ between parts of a study: prompts with a tag and without, some raters and the rest?

Two intervals, one of which holds one half, do not differ for that. What is tested is the interaction contrast, the
win rate inside minus the win rate outside, with one two-way cluster variance of the difference: raters or prompts that
are on both sides are not counted as independent.
"""

from dataclasses import dataclass, fields

import numpy as np

from analysis.stats.bounded import bounded_interval
from analysis.stats.cluster import (
    Clusters,
    Interval,
    Means,
    TwoWay,
    clustered_means,
    clusters_of,
    factor,
    t_interval,
)
from analysis.stats.votes import Bools, Floats, Ints, Votes


@dataclass(frozen=True)
class Side:
    """One side's win rates of the second system, arrays [P] in the order of the pairs; nan where nobody rated."""

    n: Floats
    raters: Floats
    prompts: Floats
    win_rate: Interval


@dataclass(frozen=True)
class Interaction:
    """Inside, outside, and the difference of win rates (inside minus outside), arrays [P]."""

    inside: Side
    outside: Side
    difference: Interval


def interaction(votes: Votes, inside: Bools, *, confidence: float) -> Interaction:
    """Compare the ratings in `inside` [N] with the others, pair by pair.

    The difference's interval is nan where a side has one rater or one prompt. Degrees of freedom: the smallest
    effective number of raters or prompts on either side, minus 1.
    """
    clusters = clusters_of(votes)
    group = votes.pair * 2 + inside
    score = votes.outcome / 2
    present = np.bincount(group, minlength=2 * votes.n_pairs) > 0
    means = _spread(clustered_means(score, *_renumbered(group, present), clusters), present)
    outside, within = (_side(means, group, place, confidence) for place in (0, 1))
    value = within.win_rate.value - outside.win_rate.value
    df = np.minimum(means.df[1::2], means.df[::2])
    variance = _variance(votes, group, means, clusters)
    difference = t_interval(value, variance, df, confidence=confidence, null=0.0)
    return Interaction(within, outside, _kept_within(difference))


def _renumbered(group: Ints, present: Bools) -> tuple[Ints, int]:
    return (np.cumsum(present) - 1)[group], int(present.sum())


def _spread(means: Means, present: Bools) -> Means:
    """Groups without a rating put back in as nan."""
    parts = {
        field.name: np.full(present.size, np.nan if field.name in {"mean", "variance"} else 0.0)
        for field in fields(means)
    }
    for name, whole in parts.items():
        whole[present] = getattr(means, name)
    return Means(**parts)


def _side(means: Means, group: Ints, place: int, confidence: float) -> Side:
    n = np.bincount(group, minlength=means.mean.size).astype(np.float64)[place::2]
    parts = (means.mean, means.variance, means.df, means.effective)
    rate = bounded_interval(*(part[place::2] for part in parts), confidence=confidence, null=0.5)
    return Side(n, means.raters[place::2], means.prompts[place::2], rate)


def _variance(votes: Votes, group: Ints, means: Means, clusters: Clusters) -> Floats:
    """Two-way variance of the difference of means, [P]; residuals carry their side's small-sample factors."""
    n = np.bincount(group, minlength=means.mean.size)
    sign = np.where(group % 2, 1.0, -1.0)
    influence = sign * (votes.outcome / 2 - means.mean[group]) / n[group]
    cells = _distinct(clusters.cell * means.mean.size + group, means.mean.size)
    terms = [
        _term(influence * _root_factor(counts)[group], votes, cluster, clusters_in)
        for cluster, clusters_in, counts in (
            (clusters.rater, clusters.n_raters, means.raters),
            (clusters.prompt, clusters.n_prompts, means.prompts),
            (clusters.cell, clusters.n_cells, cells),
        )
    ]
    alone = np.minimum(means.raters, means.prompts) < 2
    return np.where(alone[::2] | alone[1::2], np.nan, TwoWay(*terms).total)


def _distinct(codes: Ints, groups: int) -> Floats:
    return np.bincount(np.unique(codes) % groups, minlength=groups).astype(np.float64)


def _root_factor(counts: Floats) -> Floats:
    return np.sqrt(factor(np.maximum(counts, 2.0)))


def _term(influence: Floats, votes: Votes, cluster: Ints, clusters: int) -> Floats:
    """Per pair: the sum over clusters of squared influence sums, [P]."""
    codes = cluster * votes.n_pairs + votes.pair
    kept, codes = np.unique(codes, return_inverse=True)
    sums = np.bincount(codes, influence)
    return np.bincount(kept % votes.n_pairs, sums**2, votes.n_pairs).astype(np.float64)


def _kept_within(interval: Interval) -> Interval:
    low, high = np.maximum(interval.low, -1.0), np.minimum(interval.high, 1.0)
    return Interval(interval.value, interval.se, interval.df, low, high, interval.p_value)
