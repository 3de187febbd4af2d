"""Bradley-Terry scores with ties as half wins: Newton on counts, batched, so that 1,000 bootstraps are one call.

P(b beats a) = 1 / (1 + exp(-(score_b - score_a))). Bradley and Terry (1952); a tie counts half a win for each side.
"""

from dataclasses import dataclass

import numpy as np

from analysis.stats.votes import TIE, WIN, Floats, Ints

RELATIVE_TOLERANCE = 1e-10
MOST_STEPS = 100
STEP_LIMIT = 3.0


class NotConverged(ArithmeticError):
    """The fit did not settle: a defect of the data's conditioning, never returned as a number."""


@dataclass(frozen=True)
class PointFit:
    """Scores [..., S] that sum to zero, and the inverse of the information [..., S, S] on that plane."""

    scores: Floats
    inverse: Floats


def half_ties(outcomes: Floats) -> tuple[Floats, Floats]:
    """(wins of the second system with ties split [..., P], ratings [..., P]) from outcomes [..., P, 3]."""
    return outcomes[..., WIN] + outcomes[..., TIE] / 2, outcomes.sum(axis=-1)


def expected(scores: Floats, pairs: Ints) -> Floats:
    """P(second beats first) for every pair, [..., P]."""
    return _logistic(scores[..., pairs[:, 1]] - scores[..., pairs[:, 0]])


def fit(wins: Floats, n: Floats, pairs: Ints, n_systems: int) -> PointFit:
    """Maximum-likelihood scores. wins, n: [B, P] (or [P]); pairs: [P, 2].

    Finite scores must exist (see `graph`). Raises NotConverged after 100 steps. The tolerance is relative to
    the number of ratings: an absolute one is never met at a million votes.
    """
    batch = np.atleast_2d(wins)
    counts = np.broadcast_to(np.atleast_2d(n), batch.shape)
    scores = np.zeros((batch.shape[0], n_systems))
    tolerance = RELATIVE_TOLERANCE * np.maximum(counts.sum(axis=1), 1.0)
    for _ in range(MOST_STEPS):
        probability = expected(scores, pairs)
        gradient = scatter(batch - counts * probability, pairs, n_systems)
        information = laplacian(counts * probability * (1 - probability), pairs, n_systems)
        if np.all(np.abs(gradient).max(axis=1) <= tolerance):
            inverse = np.asarray(np.linalg.inv(information), dtype=np.float64) - 1.0 / n_systems
            shape = wins.shape[:-1]
            return PointFit(scores.reshape(*shape, n_systems), inverse.reshape(*shape, n_systems, n_systems))
        step = np.linalg.solve(information, gradient[..., None])[..., 0]
        largest = np.abs(step).max(axis=1, keepdims=True)
        scores += step * np.minimum(1.0, STEP_LIMIT / np.maximum(largest, STEP_LIMIT))
        scores -= scores.mean(axis=1, keepdims=True)
    raise NotConverged(f"Bradley-Terry did not settle in {MOST_STEPS} steps")


def scatter(residual: Floats, pairs: Ints, n_systems: int) -> Floats:
    """Per-system sums [B, S] of per-pair residuals [B, P]: plus for the second system, minus for the first."""
    return residual @ incidence(pairs, n_systems)


def incidence(pairs: Ints, n_systems: int) -> Floats:
    """[P, S] with -1 at a pair's first system and +1 at its second."""
    matrix = np.zeros((pairs.shape[0], n_systems))
    rows = np.arange(pairs.shape[0])
    matrix[rows, pairs[:, 0]] = -1.0
    matrix[rows, pairs[:, 1]] = 1.0
    return matrix


def laplacian(weight: Floats, pairs: Ints, n_systems: int) -> Floats:
    """Information [B, S, S] of scores for per-pair weights [B, P]; 1/S is added so that the sum-zero plane inverts."""
    matrix = np.zeros((weight.shape[0], n_systems, n_systems))
    matrix[:, pairs[:, 0], pairs[:, 1]] = -weight
    matrix[:, pairs[:, 1], pairs[:, 0]] = -weight
    diagonal = weight @ np.abs(incidence(pairs, n_systems))
    systems = np.arange(n_systems)
    matrix[:, systems, systems] = diagonal
    return matrix + 1.0 / n_systems


def _logistic(x: Floats) -> Floats:
    return 0.5 * (1.0 + np.tanh(0.5 * x))
