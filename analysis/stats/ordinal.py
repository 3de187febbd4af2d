"""The ordinal model of preferences: thresholds symmetric about "no preference", tastes of raters and of prompts.

eta = score_b - score_a + (taste of the rater for b minus for a) + (the same of the prompt); every rater and
every prompt has a taste for each system, normal with one standard deviation for raters and one for prompts.
Cumulative logit, Laplace.
"""

from dataclasses import dataclass

import numpy as np

from analysis.stats.bradley_terry import incidence
from analysis.stats.cluster import Interval, t_interval
from analysis.stats.cumulative import NotSettled, OrdinalData, OrdinalFit, fit_ordinal
from analysis.stats.graph import components, finite_scores_exist
from analysis.stats.multiple import holm
from analysis.stats.notice import Notice
from analysis.stats.votes import Floats, Votes

LARGEST_EFFECTS = 900  # tastes: their dense Hessian is factored a hundred times
LARGEST_VOTES = 100_000
# Logits: odds of 160,000 to 1. Where answers part the systems cleanly, only rounding stops the fit, at some 18.
ENDLESS = 12.0


@dataclass(frozen=True)
class OrdinalModel:
    """Scores [S] summing to zero and all contrasts, t intervals; standard deviations of tastes;
    positive thresholds.
    """

    systems: tuple[str, ...]
    score: Interval
    pairs: tuple[tuple[str, str], ...]
    contrast: Interval
    p_holm: Floats
    thresholds: Floats
    rater_sd: float
    prompt_sd: float


def fit_preferences(votes: Votes, *, confidence: float) -> OrdinalModel | Notice:
    """The model, or why there is none."""
    reason = _impossible(votes)
    if reason:
        return Notice("no_ordinal_model", f"The ordinal model was not fitted: {reason}.")
    try:
        fitted = fit_ordinal(_data(votes))
    except (NotSettled, np.linalg.LinAlgError):
        return Notice(
            "no_ordinal_model", "The ordinal model was not fitted: its likelihood has no clear maximum here."
        )
    if max(np.abs(fitted.beta).max(initial=0), np.abs(fitted.thresholds).max(initial=0)) > ENDLESS:
        return Notice(
            "no_ordinal_model",
            "The ordinal model was not fitted: answers part some systems without exception, so scores have no end.",
        )
    return _model(votes, fitted, confidence)


def _impossible(votes: Votes) -> str:
    count = len(votes.systems)
    effects = (votes.n_raters + votes.n_prompts) * count
    if votes.n_raters < 2 or votes.n_prompts < 2:
        return "it needs two raters and two prompts at least"
    if effects > LARGEST_EFFECTS or votes.n > LARGEST_VOTES:
        return f"{effects} tastes and {votes.n} ratings are beyond its limits of {LARGEST_EFFECTS} and {LARGEST_VOTES}"
    if int(components(votes.pairs, count).max(initial=0)) > 0:
        return "no ratings link some of the systems"
    if not finite_scores_exist(votes.pairs, votes.outcomes, count):
        return "some systems never lost to the others, or never won"
    return "" if votes.level.any() else "every rating is a tie"


def _data(votes: Votes) -> OrdinalData:
    count = len(votes.systems)
    used = np.unique(np.abs(votes.level))
    answers = np.unique(np.concatenate([-used, used]))  # answers that nobody gave have no threshold
    first, second = votes.pairs[votes.pair].T
    blocks = [votes.rater * count, votes.prompt * count + votes.n_raters * count]
    columns = np.stack([block + system for block in blocks for system in (first, second)], axis=1)
    return OrdinalData(
        y=np.searchsorted(answers, votes.level),
        x=incidence(votes.pairs, count)[:, 1:][votes.pair],
        columns=columns,
        signs=np.tile([-1.0, 1.0, -1.0, 1.0], (votes.n, 1)),
        component=np.repeat([0, 1], [votes.n_raters * count, votes.n_prompts * count]),
        n_components=2,
        levels=answers.size,
        symmetric=True,
    )


def _model(votes: Votes, fitted: OrdinalFit, confidence: float) -> OrdinalModel:
    count = len(votes.systems)
    scores, df = np.append(0.0, fitted.beta), votes.df
    covariance = np.zeros((count, count))
    covariance[1:, 1:] = fitted.covariance[: count - 1, : count - 1]
    first, second = np.triu_indices(count, 1)
    identity = np.eye(count)
    contrast = _interval(identity[second] - identity[first], scores, covariance, df, confidence)
    return OrdinalModel(
        systems=votes.systems,
        score=_interval(identity - 1 / count, scores, covariance, df, confidence),
        pairs=tuple((votes.systems[a], votes.systems[b]) for a, b in zip(first, second, strict=True)),
        contrast=contrast,
        p_holm=holm(contrast.p_value),
        thresholds=fitted.thresholds[fitted.thresholds > 0],
        rater_sd=float(fitted.sd[0]),
        prompt_sd=float(fitted.sd[1]),
    )


def _interval(matrix: Floats, scores: Floats, covariance: Floats, df: float, confidence: float) -> Interval:
    value = matrix @ scores
    variance = ((matrix @ covariance) * matrix).sum(axis=1)
    freedom = np.full(value.shape, df)
    return t_interval(value, variance, freedom, confidence=confidence, null=0.0)
