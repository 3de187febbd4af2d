"""Tests as papers report them, done once per rater or per prompt and flagged: they look at one source of chance only.

Wilcoxon's signed-rank test on rater means takes the prompts as given, on prompt means the raters. On raw rows, as often
printed, it rejects a true null hypothesis in a third to a half of studies; it is not offered.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from analysis.stats.votes import Floats, Ints, Votes

LARGEST_EXACT = 50


@dataclass(frozen=True)
class SignedRank:
    """W+ (the sum of ranks in favour of the second system), values that are not zero, two-sided p; nan without one."""

    statistic: float
    n: int
    p_value: float


@dataclass(frozen=True)
class LiteratureTests:
    """Per pair [P]: signed-rank tests of mean preferences."""

    by_rater: tuple[SignedRank, ...]
    by_prompt: tuple[SignedRank, ...]


def literature_tests(votes: Votes) -> LiteratureTests:
    """Both tests for every pair."""
    return LiteratureTests(
        _tests(votes, votes.rater, votes.n_raters), _tests(votes, votes.prompt, votes.n_prompts)
    )


def _tests(votes: Votes, cluster: Ints, clusters: int) -> tuple[SignedRank, ...]:
    codes = votes.pair * clusters + cluster
    shape = (votes.n_pairs, clusters)
    n = np.bincount(codes, minlength=votes.n_pairs * clusters).reshape(shape)
    sums = np.bincount(codes, votes.level, votes.n_pairs * clusters).reshape(shape)
    return tuple(signed_rank(row[rated > 0] / rated[rated > 0]) for row, rated in zip(sums, n, strict=True))


def signed_rank(values: Floats) -> SignedRank:
    """Wilcoxon (1945): zeros dropped, tied sizes share their mean rank; exact up to 50 values, ties included."""
    differences = values[values != 0]
    n = differences.size
    if n == 0:
        return SignedRank(np.nan, 0, np.nan)
    _, inverse, counts = np.unique(np.abs(differences), return_inverse=True, return_counts=True)
    doubled = (2 * np.cumsum(counts) - counts + 1)[inverse]
    statistic = float(doubled[differences > 0].sum()) / 2
    if n <= LARGEST_EXACT:
        return SignedRank(statistic, n, _exact(doubled, round(2 * statistic)))
    return SignedRank(statistic, n, _normal(doubled / 2, statistic))


def _exact(doubled_ranks: Ints, doubled_statistic: int) -> float:
    """Two-sided p over all 2^n signs, by counting sums of doubled ranks."""
    ways = np.zeros(int(doubled_ranks.sum()) + 1)
    ways[0] = 1.0
    for rank in doubled_ranks:
        shifted = np.zeros_like(ways)
        shifted[rank:] = ways[: ways.size - rank]
        ways = (ways + shifted) / 2
    tail = min(ways[: doubled_statistic + 1].sum(), ways[doubled_statistic:].sum())
    return min(1.0, 2 * float(tail))


def _normal(ranks: Floats, statistic: float) -> float:
    """Two-sided p of the normal approximation with the variance of the ranks as they are."""
    z = (statistic - ranks.sum() / 2) / np.sqrt((ranks**2).sum() / 4)
    return float(2 * ndtr(-abs(z)))
