"""Davidson's (1970) model of ties: P(tie) proportional to nu * sqrt(pi_a * pi_b), pi = exp(score).

Newton on (scores, log nu) from the counts per pair. Evalica's tie parameter is half of nu.
"""

from dataclasses import dataclass

import numpy as np

from analysis.stats.bradley_terry import MOST_STEPS, RELATIVE_TOLERANCE, STEP_LIMIT, NotConverged, incidence
from analysis.stats.votes import LOSS, TIE, WIN, Floats, Ints


@dataclass(frozen=True)
class DavidsonFit:
    """Scores [S] summing to zero on the natural-log scale, and nu, the tie parameter."""

    scores: Floats
    tie_parameter: float


def probabilities(scores: Floats, log_nu: float, pairs: Ints) -> Floats:
    """P(first wins), P(tie), P(second wins) for every pair, [P, 3]."""
    half = (scores[pairs[:, 1]] - scores[pairs[:, 0]]) / 2
    logits = np.stack([-half, np.full(half.shape, log_nu), half], axis=1)
    weights = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def fit_davidson(outcomes: Floats, pairs: Ints, n_systems: int) -> DavidsonFit:
    """Maximum likelihood from outcomes [P, 3]. There must be ties, decided votes and finite scores (see `graph`)."""
    design = incidence(pairs, n_systems)
    n = outcomes.sum(axis=1)
    theta = np.zeros(n_systems + 1)
    for _ in range(MOST_STEPS):
        p = probabilities(theta[:-1], theta[-1], pairs)
        gradient, information = _derivatives(outcomes, n, p, design)
        if np.abs(gradient).max() <= RELATIVE_TOLERANCE * n.sum():
            return DavidsonFit(theta[:-1] - theta[:-1].mean(), float(np.exp(theta[-1])))
        step = np.linalg.solve(information, gradient)
        theta += step * min(1.0, STEP_LIMIT / max(np.abs(step).max(), STEP_LIMIT))
    raise NotConverged(f"Davidson's model did not settle in {MOST_STEPS} steps")


def _derivatives(outcomes: Floats, n: Floats, p: Floats, design: Floats) -> tuple[Floats, Floats]:
    """Gradient [S + 1] and information [S + 1, S + 1] of (scores, log nu)."""
    lead = (outcomes[:, WIN] - outcomes[:, LOSS] - n * (p[:, WIN] - p[:, LOSS])) / 2
    gradient = np.append(lead @ design, (outcomes[:, TIE] - n * p[:, TIE]).sum())
    difference = p[:, WIN] - p[:, LOSS]
    spread = n * (p[:, WIN] + p[:, LOSS] - difference**2) / 4
    cross = -n * difference * p[:, TIE] / 2
    systems = design.shape[1]
    information = np.empty((systems + 1, systems + 1))
    information[:-1, :-1] = (design.T * spread) @ design + 1.0 / systems
    information[:-1, -1] = information[-1, :-1] = cross @ design
    information[-1, -1] = (n * p[:, TIE] * (1 - p[:, TIE])).sum()
    return gradient, information
