"""Two-way cluster variances: ratings share raters and share prompts.

V = V_rater + V_prompt - V_(rater, prompt), each with its factor G / (G - 1), floored at max(V_rater, V_prompt), used with
t on min(R, P) - 1 degrees of freedom. Cameron, Gelbach and Miller (2011), equation 2.13; the floor keeps a difference of
noisy terms from being negative or too small.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_matrix
from scipy.special import stdtr, stdtrit

from analysis.stats.votes import Floats, Ints, Votes

FEW_CLUSTERS = 10
SMALLEST_VARIANCE = 1e-20  # below it there is only rounding: the groups do not differ at all


@dataclass(frozen=True)
class TwoWay:
    """The three terms of a variance (any shape), already with their small-sample factors."""

    rater: Floats
    prompt: Floats
    both: Floats

    def of(self, contrast: Floats) -> Floats:
        """Variance of `contrast` [..., K] applied to terms of shape [K, K]."""
        terms = (
            np.einsum("...i,ij,...j->...", contrast, term, contrast)
            for term in (self.rater, self.prompt, self.both)
        )
        return TwoWay(*terms).total

    @property
    def total(self) -> Floats:
        """V_rater + V_prompt - V_both, never below the larger of the two one-way terms."""
        return np.maximum(self.rater + self.prompt - self.both, np.maximum(self.rater, self.prompt))


def factor(groups: Floats | float) -> Floats:
    """G / (G - 1): the small-sample factor; infinite for one group, which callers must have refused."""
    groups = np.asarray(groups, dtype=np.float64)
    with np.errstate(divide="ignore"):
        return groups / (groups - 1)


@dataclass(frozen=True)
class Interval:
    """Estimates with their uncertainty, any shape. nan marks entries that have none (never shown as a number)."""

    value: Floats
    se: Floats
    df: Floats
    low: Floats
    high: Floats
    p_value: Floats


def t_interval(value: Floats, variance: Floats, df: Floats, *, confidence: float, null: float) -> Interval:
    """t interval and two-sided p-value against `null`; nan where there is no variance or no degree of freedom."""
    usable = (variance > SMALLEST_VARIANCE) & (df >= 1)
    se = np.where(usable, np.sqrt(np.where(usable, variance, 0.0)), np.nan)
    freedom = np.where(usable, df, np.nan)
    half = se * stdtrit(np.where(usable, df, 1.0), 0.5 + confidence / 2)
    t = np.abs(value - null) / np.where(usable, se, 1.0)
    p_value = np.where(usable, 2 * stdtr(np.where(usable, df, 1.0), -t), np.nan)
    return Interval(value, se, freedom, value - half, value + half, p_value)


def pair_variance(votes: Votes, amount: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Mean of `amount` [N] per pair with its two-way variance.

    Returns (mean [P], variance [P], raters [P], prompts [P]); the variance is nan for pairs with one rater or one prompt.
    """
    n = np.bincount(votes.pair, minlength=votes.n_pairs).astype(np.float64)
    mean = np.bincount(votes.pair, amount, votes.n_pairs) / n
    residual = amount - mean[votes.pair]
    rater, n_raters = _meat(votes, residual, votes.rater, votes.n_raters)
    prompt, n_prompts = _meat(votes, residual, votes.prompt, votes.n_prompts)
    both, n_both = _meat(votes, residual, votes.cell, votes.n_cells)
    alone = (n_raters < 2) | (n_prompts < 2)
    n_raters_safe, n_prompts_safe = np.where(alone, 2, n_raters), np.where(alone, 2, n_prompts)
    terms = TwoWay(
        rater * factor(n_raters_safe) / n**2,
        prompt * factor(n_prompts_safe) / n**2,
        both * factor(np.maximum(n_both, 2)) / n**2,
    )
    return mean, np.where(alone, np.nan, terms.total), n_raters, n_prompts


def _meat(votes: Votes, residual: Floats, group: Ints, groups: int) -> tuple[Floats, Floats]:
    """Per pair: the sum over groups of squared residual sums, and the number of groups, both [P]."""
    codes = group * votes.n_pairs + votes.pair
    if groups * votes.n_pairs > 4 * votes.n + 1_000_000:
        kept, codes = np.unique(codes, return_inverse=True)
        pair = kept % votes.n_pairs
    else:
        pair = np.tile(np.arange(votes.n_pairs), groups)
    sums = np.bincount(codes, residual, pair.size)
    present = np.bincount(codes, minlength=pair.size) > 0
    return (
        np.bincount(pair, sums**2, votes.n_pairs).astype(np.float64),
        np.bincount(pair[present], minlength=votes.n_pairs).astype(np.float64),
    )


def score_meat(votes: Votes, residual: Floats, position: Floats | None = None) -> TwoWay:
    """Sandwich meat for linear predictors score_b - score_a (+ effect * position).

    residual [N]: outcome minus expectation. position [N]: +1 where the second system was side A, else -1.
    Returns terms of shape [K, K], K = systems (+ 1).
    """
    columns, signs = votes.pairs[votes.pair].T, (-residual, residual)
    width = len(votes.systems) + (position is not None)
    extra = [] if position is None else [(np.full(votes.n, width - 1), residual * position)]
    entries = [*zip(columns, signs, strict=True), *extra]
    terms = [
        _outer(entries, group, groups, width)
        for group, groups in (
            (votes.rater, votes.n_raters),
            (votes.prompt, votes.n_prompts),
            (votes.cell, votes.n_cells),
        )
    ]
    return TwoWay(*terms)


def _outer(entries: list[tuple[Ints, Floats]], group: Ints, groups: int, width: int) -> Floats:
    if groups * width <= 20_000_000:
        sums = sum(np.bincount(group * width + column, value, groups * width) for column, value in entries)
        dense = np.asarray(sums).reshape(groups, width)
        return np.asarray(factor(groups) * (dense.T @ dense))
    columns = np.concatenate([column for column, _ in entries])
    values = np.concatenate([value for _, value in entries])
    rows = np.concatenate([group] * len(entries))
    sparse = coo_matrix((values, (rows, columns)), shape=(groups, width)).tocsr()
    return np.asarray(factor(groups) * (sparse.T @ sparse).toarray())
