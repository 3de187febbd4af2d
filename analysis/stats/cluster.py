"""Two-way cluster variances: ratings share raters and share prompts.

V = V_rater + V_prompt - V_(rater, prompt), each with its factor G / (G - 1), floored at max(V_rater,
V_prompt). Cameron, Gelbach and Miller (2011), equation 2.13; the floor keeps a difference of noisy terms
from being negative or too small. Student's t has min(R, P) - 1 degrees of freedom, where R and P are the effective
numbers of raters and prompts, (sum n)^2 / sum n^2 (Kish 1965): with equal shares they are the numbers themselves, and
one rater with 40% of the ratings counts for what they are.
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
        terms = (((contrast @ term) * contrast).sum(axis=-1) for term in (self.rater, self.prompt, self.both))
        return TwoWay(*terms).total

    def of_differences(self, first: Ints, second: Ints) -> Floats:
        """Variance of the differences value[second] - value[first], [K], without a [K, S] matrix of contrasts."""
        terms = (
            term[first, first] + term[second, second] - term[first, second] - term[second, first]
            for term in (self.rater, self.prompt, self.both)
        )
        return TwoWay(*terms).total

    @property
    def covariance(self) -> Floats:
        """V_rater + V_prompt - V_both as a matrix, [K, K]; it may have slightly negative directions."""
        return self.rater + self.prompt - self.both

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


@dataclass(frozen=True)
class Clusters:
    """Who rated and on what, for N values: indices without gaps, and their numbers."""

    rater: Ints
    prompt: Ints
    cell: Ints  # rater by prompt
    n_raters: int
    n_prompts: int
    n_cells: int


def clusters_of(votes: Votes) -> Clusters:
    """The clusters of one criterion's votes."""
    return Clusters(votes.rater, votes.prompt, votes.cell, votes.n_raters, votes.n_prompts, votes.n_cells)


@dataclass(frozen=True)
class Means:
    """Means by group with two-way variances, [G]; the variance is nan for groups with one rater or one prompt.

    Where the votes of a group vary, but not between raters nor between prompts, the variance is that of single cells;
    it is 0 only where all values of the group are equal within every cell, too.
    """

    mean: Floats
    variance: Floats
    raters: Floats
    prompts: Floats
    effective_raters: Floats  # (sum n)^2 / sum n^2 over raters
    effective_prompts: Floats
    largest_rater_share: Floats
    largest_prompt_share: Floats

    @property
    def effective(self) -> Floats:
        """The smaller effective number of clusters, [G]."""
        return np.minimum(self.effective_raters, self.effective_prompts)

    @property
    def df(self) -> Floats:
        """Effective min(R, P) - 1, [G]; 1 at least where there are two raters and two prompts, else 0."""
        several = np.minimum(self.raters, self.prompts) > 1
        return np.where(several, np.maximum(self.effective - 1, 1.0), 0.0)


def clustered_means(
    amount: Floats, group: Ints, groups: int, clusters: Clusters, weight: Floats | None = None
) -> Means:
    """Mean of `amount` [N] in each of `groups`, every group with a value, and its two-way variance.

    weight [N]: how much a value counts, above 0; 1 where it is None.
    """
    weights = np.ones(amount.size) if weight is None else weight
    total = np.bincount(group, weights, groups)
    mean = np.bincount(group, weights * amount, groups) / total
    residual = weights * (amount - mean[group])
    rater = _meat(residual, weights, group, groups, clusters.rater, clusters.n_raters)
    prompt = _meat(residual, weights, group, groups, clusters.prompt, clusters.n_prompts)
    both = _meat(residual, weights, group, groups, clusters.cell, clusters.n_cells)
    alone = (rater.count < 2) | (prompt.count < 2)
    terms = TwoWay(
        rater.squares * factor(np.where(alone, 2, rater.count)) / total**2,
        prompt.squares * factor(np.where(alone, 2, prompt.count)) / total**2,
        both.squares * factor(np.maximum(both.count, 2)) / total**2,
    )
    variance = np.where(terms.total > SMALLEST_VARIANCE, terms.total, terms.both)
    return Means(
        mean=mean,
        variance=np.where(alone, np.nan, variance),
        raters=rater.count,
        prompts=prompt.count,
        effective_raters=total**2 / rater.sizes,
        effective_prompts=total**2 / prompt.sizes,
        largest_rater_share=rater.largest / total,
        largest_prompt_share=prompt.largest / total,
    )


@dataclass(frozen=True)
class _Meat:
    """Of each group's clusters, [G]: squared residual sums added up, how many, squared sizes added up, largest size."""

    squares: Floats
    count: Floats
    sizes: Floats
    largest: Floats


def _meat(residual: Floats, weight: Floats, group: Ints, groups: int, cluster: Ints, clusters: int) -> _Meat:
    codes = cluster * groups + group
    if clusters * groups > 4 * residual.size + 1_000_000:
        kept, codes = np.unique(codes, return_inverse=True)
        owner = kept % groups
    else:
        owner = np.tile(np.arange(groups), clusters)
    sums, sizes = np.bincount(codes, residual, owner.size), np.bincount(codes, weight, owner.size)
    largest = np.zeros(groups)
    np.maximum.at(largest, owner, sizes)
    return _Meat(
        squares=np.bincount(owner, sums**2, groups).astype(np.float64),
        count=np.bincount(owner[sizes > 0], minlength=groups).astype(np.float64),
        sizes=np.bincount(owner, sizes**2, groups).astype(np.float64),
        largest=largest,
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
