"""Agreement among raters who judged the same unit: Krippendorff's alpha and Gwet's AC2, from counts alone.

Input everywhere: counts [U, K], how many raters gave unit u the value k. Krippendorff (2019) chapter 12;
Gwet (2014) chapter 5.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.stats.outcome import Notice
from analysis.stats.votes import Floats

Metric = Literal["nominal", "ordinal", "interval", "ratio"]


@dataclass(frozen=True)
class Agreement:
    """Ordinal alpha with its percentile interval over resampled units, and AC2. None where a notice says why."""

    alpha: float | None
    low: float | None
    high: float | None
    ac2: float | None
    units: int  # with two ratings or more
    notices: tuple[Notice, ...]


def krippendorff_alpha(counts: Floats, values: Floats, metric: Metric) -> float | None:
    """1 - observed / expected disagreement; None if no unit has two ratings or all ratings are the same value."""
    coincidences = pairable_coincidences(counts).sum(axis=0)
    alpha = alpha_of(coincidences[None], values, metric)[0]
    return None if np.isnan(alpha) else float(alpha)


def pairable_coincidences(counts: Floats) -> Floats:
    """Each unit's part of the coincidence matrix, [U, K, K]; units with one rating have none."""
    size = counts.sum(axis=1)
    paired = counts[size > 1]
    products = paired[:, :, None] * paired[:, None, :]
    diagonal = np.arange(counts.shape[1])
    products[:, diagonal, diagonal] -= paired
    return np.asarray(products / (size[size > 1] - 1)[:, None, None])


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


def agree(counts: Floats, *, confidence: float, resamples: int, generator: np.random.Generator) -> Agreement:
    """Ordinal alpha (values in order of the columns), its bootstrap interval over units, and quadratic AC2.

    Units with the same counts are alike, so drawing units is drawing how often each kind of unit comes: the same
    distribution, at the cost of the kinds.
    """
    kinds, frequency = np.unique(counts[counts.sum(axis=1) > 1], axis=0, return_counts=True)
    units = int(frequency.sum())
    if units == 0:
        return _none(
            0, Notice("no_overlap", "No unit was rated by two raters, so agreement cannot be computed.")
        )
    values = np.arange(counts.shape[1], dtype=np.float64)
    parts = pairable_coincidences(kinds)
    alpha = alpha_of(np.tensordot(frequency, parts, 1)[None], values, "ordinal")[0]
    if np.isnan(alpha):
        return _none(
            units, Notice("no_variation_in_ratings", "All ratings are the same, so alpha is not defined.")
        )
    low, high = _interval(parts, frequency, values, confidence, resamples, generator)
    return Agreement(float(alpha), low, high, gwet_ac(counts, quadratic_weights(counts.shape[1])), units, ())


def _none(units: int, notice: Notice) -> Agreement:
    return Agreement(None, None, None, None, units, (notice,))


def _interval(
    parts: Floats,
    frequency: np.ndarray[tuple[int], np.dtype[np.int64]],
    values: Floats,
    confidence: float,
    resamples: int,
    generator: np.random.Generator,
) -> tuple[float | None, float | None]:
    units = int(frequency.sum())
    draws = generator.multinomial(units, frequency / units, size=resamples)
    k = parts.shape[1]
    resampled = (draws @ parts.reshape(-1, k * k)).reshape(-1, k, k)
    alphas = alpha_of(resampled, values, "ordinal")
    alphas = alphas[~np.isnan(alphas)]
    if units < 2 or alphas.size < resamples / 2:
        return None, None
    low, high = np.quantile(alphas, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)
