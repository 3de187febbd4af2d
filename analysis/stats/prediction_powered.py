"""Win rates sharpened by an automatic measure of samples that nobody rated.

Prediction-powered inference (Angelopoulos, Bates, Fannjiang, Jordan and Zrnic 2023, Science 382; PPI++,
Angelopoulos, Duchi and Zrnic 2023, arXiv 2311.01453): the raters' mean is moved by what the measure says of the rated
pairs beside all pairs,

    theta = mean(y) - lambda * (mean_rated(m) - mean_all(m)).

Ratings share raters and prompts here, so the variance is two-way clustered; the part of lambda runs over all prompts.
A measure can shrink the prompts' part of the variance only, and only by the share of prompts that nobody rated: at best
by rho^2 * P_unrated / (P_rated + P_unrated).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.stats.cluster import Clusters, Interval, TwoWay, factor, t_interval
from analysis.stats.votes import Floats, Ints

FEWEST_PROMPTS = 8  # rated prompts below which lambda cannot be tuned


@dataclass(frozen=True)
class Rated:
    """N ratings: their outcome (0, 1/2, 1), the measure of their pair, and who rated what."""

    outcome: Floats
    measure: Floats
    clusters: Clusters


@dataclass(frozen=True)
class Measured:
    """U measured pairs, rated or not. ``prompt`` counts on after the rated prompts: those below
    `Rated.clusters.n_prompts` are the same prompts."""

    measure: Floats
    prompt: Ints


@dataclass(frozen=True)
class PoweredMean:
    """A mean with and without the measure's help; scalar arrays. ``gain``: how many ratings one rating is worth."""

    powered: Interval
    human: Interval
    weight: float  # lambda
    gain: float
    rated_prompts: int
    measured_prompts: int


def powered_mean(
    rated: Rated, everything: Measured, *, confidence: float, weight: float | None = None
) -> PoweredMean | None:
    """The prediction-powered mean, its two-way interval, and the raters' own beside it.

    ``weight``: lambda, tuned by prompt unless it is given. None where it cannot be computed: fewer than
    `FEWEST_PROMPTS` rated prompts, one rater, no prompt beyond the rated ones, or a measure that never differs.
    """
    clusters = rated.clusters
    prompts = int(everything.prompt.max(initial=-1)) + 1
    measure_of_prompts = (
        _prompt_parts(rated.measure, clusters) - _shares(everything, prompts)[: clusters.n_prompts]
    )
    beyond = -_shares(everything, prompts)[clusters.n_prompts :]
    spread = float(measure_of_prompts @ measure_of_prompts + beyond @ beyond)
    too_few = clusters.n_prompts < FEWEST_PROMPTS or clusters.n_raters < 2 or prompts == clusters.n_prompts
    if too_few or spread <= 0 or np.ptp(everything.measure) == 0:
        return None
    outcome_of_prompts = _prompt_parts(rated.outcome, clusters)
    products, squares = outcome_of_prompts * measure_of_prompts, measure_of_prompts**2
    tuned = float(products.sum()) / spread if weight is None else weight
    # Each prompt's residual takes the weight that the other prompts give: a weight tuned on the very residuals that
    # the variance adds up would make the variance too small.
    others = (
        (products.sum() - products) / (spread - squares) if weight is None else np.full(products.size, weight)
    )
    shift = float(rated.measure.mean() - everything.measure.mean())
    value = float(rated.outcome.mean()) - tuned * shift
    of_prompts = np.concatenate([outcome_of_prompts - others * measure_of_prompts, -tuned * beyond])
    left = rated.outcome - tuned * rated.measure
    variance = _two_way(left - left.mean(), of_prompts, clusters)
    human_variance = _two_way(rated.outcome - rated.outcome.mean(), outcome_of_prompts, clusters)
    df = np.array(min(clusters.n_raters, clusters.n_prompts) - 1.0)
    powered = t_interval(np.array(value), variance, df, confidence=confidence, null=0.5)
    human = t_interval(np.array(rated.outcome.mean()), human_variance, df, confidence=confidence, null=0.5)
    return PoweredMean(
        powered=powered,
        human=human,
        weight=tuned,
        gain=float(human_variance / variance) if variance > 0 else np.nan,
        rated_prompts=clusters.n_prompts,
        measured_prompts=prompts,
    )


def _prompt_parts(values: Floats, clusters: Clusters) -> Floats:
    """Each rated prompt's part of the mean's deviation, [P]."""
    return np.bincount(clusters.prompt, values - values.mean(), clusters.n_prompts) / values.size


def _shares(everything: Measured, prompts: int) -> Floats:
    """Each prompt's part of the deviation of the mean over all measured pairs, [P_all]."""
    centred = everything.measure - everything.measure.mean()
    parts: Floats = np.bincount(everything.prompt, centred, prompts) / centred.size
    return parts


def _two_way(residual: Floats, of_prompts: Floats, clusters: Clusters) -> Floats:
    """V_rater + V_prompt - V_both of a mean, floored as everywhere (Cameron, Gelbach and Miller 2011)."""
    n = residual.size
    rater = np.bincount(clusters.rater, residual, clusters.n_raters) / n
    both = np.bincount(clusters.cell, residual, clusters.n_cells) / n
    return TwoWay(
        factor(clusters.n_raters) * (rater @ rater),
        factor(clusters.n_prompts) * (of_prompts @ of_prompts),
        factor(clusters.n_cells) * (both @ both),
    ).total
