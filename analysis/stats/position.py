"""Does the side matter? The advantage of being side A, as a term of the Bradley-Terry model."""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr

from analysis.stats.bradley_terry import MOST_STEPS, RELATIVE_TOLERANCE, STEP_LIMIT, NotConverged, incidence
from analysis.stats.cluster import score_meat
from analysis.stats.notice import Notice
from analysis.stats.votes import Floats, Ints, Votes

LARGEST_BELIEVABLE = 10.0  # log odds; beyond it the likelihood has no finite maximum


@dataclass(frozen=True)
class PositionEffect:
    """Log odds that being side A adds; nan where a notice says why."""

    effect: float
    se: float
    df: float
    notices: tuple[Notice, ...]

    @property
    def p_value(self) -> float:
        """Two-sided t test of no effect; nan where there is no standard error."""
        usable = not np.isnan(self.se)
        return float(2 * stdtr(self.df, -abs(self.effect / self.se))) if usable else np.nan


@dataclass(frozen=True)
class PositionFit:
    """Scores [S], the effect, the inverse information [S + 1, S + 1] and the deviance of the binomial model."""

    scores: Floats
    effect: float
    inverse: Floats
    deviance: float


def fit_with_position(wins: Floats, n: Floats, pairs: Ints, n_systems: int) -> PositionFit:
    """Maximum likelihood with a side term. wins, n: [P, 2], last axis 1 = the second system was side A."""
    design = _design(pairs, n_systems)
    flat_wins, flat_n = wins.ravel(), n.ravel()
    theta = np.zeros(n_systems + 1)
    plane = np.zeros((n_systems + 1, n_systems + 1))
    plane[:-1, :-1] = 1.0 / n_systems
    for _ in range(MOST_STEPS):
        p = 0.5 * (1 + np.tanh(0.5 * design @ theta))
        gradient = (flat_wins - flat_n * p) @ design
        information = (design.T * (flat_n * p * (1 - p))) @ design + plane
        if np.abs(gradient).max() <= RELATIVE_TOLERANCE * flat_n.sum():
            inverse = np.linalg.inv(information) - plane
            scores = theta[:-1] - theta[:-1].mean()
            return PositionFit(scores, float(theta[-1]), inverse, _deviance(flat_wins, flat_n, p))
        step = np.linalg.solve(information, gradient)
        theta += step * min(1.0, STEP_LIMIT / max(np.abs(step).max(), STEP_LIMIT))
    raise NotConverged(f"Bradley-Terry with position did not settle in {MOST_STEPS} steps")


def _design(pairs: Ints, n_systems: int) -> Floats:
    """Rows (pair, side): [2 P, S + 1]."""
    systems = np.repeat(incidence(pairs, n_systems), 2, axis=0)
    side = np.tile([-1.0, 1.0], pairs.shape[0])
    return np.column_stack([systems, side])


def _deviance(wins: Floats, n: Floats, p: Floats) -> float:
    losses = n - wins
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(wins > 0, wins * np.log(wins / (n * p)), 0.0)
        terms += np.where(losses > 0, losses * np.log(losses / (n * (1 - p))), 0.0)
    return float(2 * terms.sum())


def position_effect(votes: Votes, *, estimable: bool) -> PositionEffect:
    """The effect with its two-way standard error. `estimable`: finite scores exist without the term."""
    wins, n = _by_side(votes)
    design = _design(votes.pairs, len(votes.systems))[n.ravel() > 0]
    if not estimable:
        return _unknown("The advantage of side A has no estimate, because some systems have no finite score.")
    if np.linalg.matrix_rank(design) < len(votes.systems):
        return _unknown(
            "The advantage of side A cannot be told from the systems: sides were not balanced enough."
        )
    try:
        fitted = fit_with_position(wins, n, votes.pairs, len(votes.systems))
    except (NotConverged, np.linalg.LinAlgError):
        return _unknown("The advantage of side A has no finite estimate: the sides decide the votes.")
    if abs(fitted.effect) > LARGEST_BELIEVABLE:
        return _unknown("The advantage of side A has no finite estimate: the sides decide the votes.")
    return PositionEffect(fitted.effect, *_uncertainty(votes, fitted), ())


def _unknown(text: str) -> PositionEffect:
    return PositionEffect(np.nan, np.nan, np.nan, (Notice("position_not_estimable", text),))


def _by_side(votes: Votes) -> tuple[Floats, Floats]:
    """Wins of the second system with ties split, and ratings, both [P, 2]."""
    levels = votes.levels
    wins = levels[:, votes.reach + 1 :].sum(axis=1) + levels[:, votes.reach] / 2
    return wins, levels.sum(axis=1)


def _uncertainty(votes: Votes, fitted: PositionFit) -> tuple[float, float]:
    """Standard error and degrees of freedom; nan for one rater or one prompt."""
    if votes.df < 1:
        return np.nan, np.nan
    side = np.where(votes.second_played_first, 1.0, -1.0)
    logit = fitted.scores[votes.pairs[votes.pair]] @ np.array([-1.0, 1.0]) + fitted.effect * side
    residual = votes.outcome / 2 - 0.5 * (1 + np.tanh(0.5 * logit))
    variance = float(score_meat(votes, residual, side).of(fitted.inverse[-1]))
    return (float(np.sqrt(variance)), votes.df) if variance > 0 else (np.nan, np.nan)
