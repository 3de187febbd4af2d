"""Scores on absolute scales: the mean per system with the two-way interval."""

from dataclasses import dataclass

import numpy as np

from analysis.stats.cluster import Clusters, Interval, clustered_means, t_interval
from analysis.stats.votes import Floats, Votes, cells_of


@dataclass(frozen=True)
class SystemMeans:
    """Mean score of every system, arrays [S]."""

    systems: tuple[str, ...]
    n: Floats
    mean: Interval


def system_means(
    votes: Votes, score_first: Floats, score_second: Floats, *, confidence: float
) -> SystemMeans:
    """Means of the scores [N] that each side was given; every system occurs at least once in `votes`."""
    low, high = votes.pairs[votes.pair].T
    first = np.where(votes.second_played_first, high, low)
    second = np.where(votes.second_played_first, low, high)
    system, amount = np.concatenate([first, second]), np.concatenate([score_first, score_second])
    rater, prompt = np.tile(votes.rater, 2), np.tile(votes.prompt, 2)
    cell = cells_of(rater, prompt, votes.n_raters, votes.n_prompts)
    clusters = Clusters(rater, prompt, cell, votes.n_raters, votes.n_prompts, votes.n_cells)
    means = clustered_means(amount, system, len(votes.systems), clusters)
    interval = t_interval(means.mean, means.variance, means.df, confidence=confidence, null=0.0)
    return SystemMeans(
        votes.systems, np.bincount(system, minlength=len(votes.systems)).astype(float), interval
    )
