"""Agreement among raters who judged the same unit: Krippendorff's alpha and Gwet's AC2, from counts alone.

Input everywhere: counts [U, K], how many raters gave unit u the value k. Krippendorff (2019) chapter 12;
Gwet (2014) chapter 5.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.stats.cluster import factor, t_interval
from analysis.stats.notice import Notice
from analysis.stats.votes import Floats, Votes

Metric = Literal["nominal", "ordinal", "interval", "ratio"]


@dataclass(frozen=True)
class Agreement:
    """Ordinal alpha with its interval over raters and prompts, and AC2. None where a notice says why."""

    alpha: float | None
    low: float | None
    high: float | None
    ac2: float | None
    units: int  # with two ratings or more
    notices: tuple[Notice, ...]


def krippendorff_alpha(counts: Floats, values: Floats, metric: Metric) -> float | None:
    """1 - observed / expected disagreement; None if no unit has two ratings or all ratings are the same value."""
    coincidences = total_coincidences(counts)
    alpha = alpha_of(coincidences[None], values, metric)[0]
    return None if np.isnan(alpha) else float(alpha)


def alpha_of(coincidences: Floats, values: Floats, metric: Metric) -> Floats:
    """Alpha for each coincidence matrix, [B, K, K] -> [B]; nan where there is nothing to disagree about."""
    totals = coincidences.sum(axis=2)
    n = totals.sum(axis=1)
    distance = squared_distance(totals, values, metric)
    observed = (coincidences * distance).sum(axis=(1, 2))
    expected = (totals[:, :, None] * totals[:, None, :] * distance).sum(axis=(1, 2))
    some = expected > 0
    return np.where(some, 1 - (n - 1) * observed / np.where(some, expected, 1.0), np.nan)


def squared_distance(totals: Floats, values: Floats, metric: Metric) -> Floats:
    """Krippendorff's difference functions, [B, K, K]; the ordinal one depends on how often each value occurs."""
    low, high = values[:, None], values[None, :]
    if metric == "ordinal":
        middle = np.cumsum(totals, axis=1) - totals / 2
        return np.asarray((middle[:, :, None] - middle[:, None, :]) ** 2)
    if metric == "nominal":
        return np.asarray((low != high).astype(np.float64))[None]
    if metric == "interval":
        return np.asarray((low - high) ** 2)[None]
    return np.asarray(((low - high) / (low + high)) ** 2)[None]


def gwet_ac(counts: Floats, weights: Floats) -> float | None:
    """Gwet's AC1 (identity weights) or AC2; None if no unit has two ratings or chance agreement is complete."""
    size = counts.sum(axis=1)
    rated, paired = counts[size > 0], counts[size > 1]
    if paired.shape[0] == 0:
        return None
    pairs = paired.sum(axis=1) * (paired.sum(axis=1) - 1)
    observed = ((paired * (paired @ weights - 1)).sum(axis=1) / pairs).mean()
    share = (rated / rated.sum(axis=1, keepdims=True)).mean(axis=0)
    k = counts.shape[1]
    chance = weights.sum() / (k * (k - 1)) * (share * (1 - share)).sum()
    return None if chance >= 1 else float((observed - chance) / (1 - chance))


def quadratic_weights(k: int) -> Floats:
    """1 - ((i - j) / (k - 1))^2, [k, k]."""
    steps = np.arange(k)
    return np.asarray(1 - ((steps[:, None] - steps[None, :]) / (k - 1)) ** 2)


def agree(votes: Votes, levels: Sequence[int], *, confidence: float) -> Agreement:
    """Ordinal alpha of preferences on `levels` (in order) with its interval, and quadratic AC2, from one criterion."""
    counts = votes.unit_levels[:, [level + votes.reach for level in levels]]
    paired = counts.sum(axis=1) > 1
    units = int(paired.sum())
    if units == 0:
        return _none(
            0, Notice("no_overlap", "No unit was rated by two raters, so agreement cannot be computed.")
        )
    values = np.arange(counts.shape[1], dtype=np.float64)
    coincidences = total_coincidences(counts)
    alpha = alpha_of(coincidences[None], values, "ordinal")[0]
    if np.isnan(alpha):
        return _none(
            units, Notice("no_variation_in_ratings", "All ratings are the same, so alpha is not defined.")
        )
    low, high = _interval(votes, counts, ordinal_gradient(coincidences), float(alpha), levels, confidence)
    return Agreement(float(alpha), low, high, gwet_ac(counts, quadratic_weights(counts.shape[1])), units, ())


def total_coincidences(counts: Floats) -> Floats:
    """The coincidence matrix [K, K] of all units at once."""
    size = counts.sum(axis=1)
    paired, weight = counts[size > 1], 1 / (size[size > 1] - 1)
    return np.asarray((paired.T * weight) @ paired - np.diag((paired * weight[:, None]).sum(axis=0)))


def ordinal_gradient(coincidences: Floats) -> Floats:
    """d alpha / d coincidence, [K, K], symmetric, of the ordinal alpha: the derivative of `alpha_of`."""
    totals, k = coincidences.sum(axis=1), coincidences.shape[0]
    n = totals.sum()
    rise = np.tril(np.ones((k, k)), -1) + np.eye(k) / 2  # of the middles of the ranks with the totals
    middle = rise @ totals
    apart = middle[:, None] - middle[None, :]
    distance = apart**2
    observed, expected = (coincidences * distance).sum(), totals @ distance @ totals
    of_observed = distance + (4 * (coincidences * apart).sum(axis=1) @ rise)[:, None]
    of_expected = 2 * distance @ totals + 4 * (totals * (apart @ totals)) @ rise
    ratio = observed / expected
    gradient = -(ratio + (n - 1) / expected * (of_observed - ratio * of_expected[:, None]))
    return np.asarray((gradient + gradient.T) / 2)


def _none(units: int, notice: Notice) -> Agreement:
    return Agreement(None, None, None, None, units, (notice,))


def _interval(
    votes: Votes, counts: Floats, gradient: Floats, alpha: float, levels: Sequence[int], confidence: float
) -> tuple[float | None, float | None]:
    """Infinitesimal jackknife over raters and prompts, t on the effective min(R, P) - 1 degrees of freedom.

    Alpha compares two raters of a unit. Leaving out one rater and leaving out another both leave out what the two
    share, so the raters' sum counts the noise of a couple twice; the term within rater and prompt takes it back. That
    is why only the prompts' term is a floor here.
    """
    if votes.df < 1:
        return None, None
    place = np.zeros(2 * votes.reach + 1, dtype=np.int64)
    place[[level + votes.reach for level in levels]] = np.arange(len(levels))
    whole, without = _influence(counts, gradient)
    lost = without[votes.unit, place[votes.level + votes.reach]]
    prompt_of_unit = np.zeros(votes.n_units, dtype=np.int64)
    prompt_of_unit[votes.unit] = votes.prompt
    rater, prompt, both = (
        float(factor(groups) * (np.bincount(group, amount, groups) ** 2).sum())
        for group, amount, groups in (
            (votes.rater, lost, votes.n_raters),
            (prompt_of_unit, whole, votes.n_prompts),
            (votes.cell, lost, max(votes.n_cells, 2)),
        )
    )
    found = t_interval(
        np.array([alpha]),
        np.array([max(rater + prompt - both, prompt)]),
        np.array([votes.df]),
        confidence=confidence,
        null=0.0,
    )
    low, high = float(found.low[0]), min(float(found.high[0]), 1.0)
    return (None, None) if np.isnan(low) else (low, high)


def _influence(counts: Floats, gradient: Floats) -> tuple[Floats, Floats]:
    """First-order part of alpha in each unit [U], and what one rating of each value takes with it [U, K]."""
    size = counts.sum(axis=1)
    pull = counts @ gradient
    form = (pull * counts).sum(axis=1) - counts @ np.diag(gradient)
    left = form[:, None] - 2 * pull + 2 * np.diag(gradient)
    whole = np.where(size > 1, form / np.maximum(size - 1, 1), 0.0)
    rest = np.where((size > 2)[:, None], left / np.maximum(size - 2, 1)[:, None], 0.0)
    return whole, np.where((size > 1)[:, None], whole[:, None] - rest, 0.0)
