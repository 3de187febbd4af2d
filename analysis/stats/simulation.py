"""Studies with known truth: raters and prompts with tastes, ties, uneven designs. For planning, tests and benchmarks.

A rating's latent lead of b over a is score_b - score_a + the rater's and the prompt's tastes for b minus
those for a, plus logistic noise; it is read off at thresholds that are symmetric about no preference.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from analysis.stats.votes import Floats, Ints, Votes, compact

QUADRATURE = 61


@dataclass(frozen=True)
class Design:
    """What is simulated. `scores` [S] sum to anything; `thresholds` are the positive ones, increasing."""

    scores: tuple[float, ...]
    raters: int
    prompts: int
    tasks_per_rater: int
    rater_taste: float = 0.35
    prompt_taste: float = 0.35
    thresholds: tuple[float, ...] = (0.3, 1.6)
    side_effect: float = 0.0
    drop_out: float = 0.0  # share of raters who stop at a random place
    uneven: float = 0.0  # 0: every pair equally often; above: frequencies fall off geometrically
    careless: float = 0.0  # share of raters who answer at random
    caught: float = 0.9  # share of the careless whom gold pairs exclude
    blamed: float = 0.05  # share of the others whom gold pairs exclude


def simulate(design: Design, generator: np.random.Generator) -> Votes:
    """One study. Every rater gets distinct comparisons (pair by prompt), sides at random."""
    systems, pairs = len(design.scores), _pairs(len(design.scores))
    rater, prompt, pair = _assign(design, pairs.shape[0], generator)
    first, second = pairs[pair].T
    rater_taste = generator.normal(0, design.rater_taste, (design.raters, systems))
    prompt_taste = generator.normal(0, design.prompt_taste, (design.prompts, systems))
    side = generator.random(rater.size) < 0.5
    scores = np.array(design.scores)
    lead = scores[second] - scores[first] + design.side_effect * np.where(side, 1, -1)
    lead += rater_taste[rater, second] - rater_taste[rater, first]
    lead += prompt_taste[prompt, second] - prompt_taste[prompt, first]
    level = _read_off(lead + generator.logistic(size=rater.size), design)
    if not design.careless:
        return _votes(design, pairs, rater, prompt, pair, level, side)
    level, kept = _gold(design, rater, level, generator)
    return _votes(design, pairs, rater[kept], prompt[kept], pair[kept], level[kept], side[kept])


def _gold(
    design: Design, rater: Ints, level: Ints, generator: np.random.Generator
) -> tuple[Ints, NDArray[np.bool_]]:
    """Levels with those of the careless at random, and which ratings gold pairs leave in, [N]."""
    careless = generator.random(design.raters) < design.careless
    excluded = generator.random(design.raters) < np.where(careless, design.caught, design.blamed)
    reach = len(design.thresholds)
    noise = generator.integers(-reach, reach + 1, rater.size)
    return np.where(careless[rater], noise, level), ~excluded[rater]


def _pairs(systems: int) -> Ints:
    return np.stack(np.triu_indices(systems, 1), axis=1).astype(np.int64)


def _assign(design: Design, pairs: int, generator: np.random.Generator) -> tuple[Ints, Ints, Ints]:
    comparisons = design.prompts * pairs
    frequency = np.repeat(np.exp(-design.uneven * np.arange(pairs)), design.prompts)
    tasks = min(design.tasks_per_rater, comparisons)
    sizes = np.full(design.raters, tasks)
    stops = generator.random(design.raters) < design.drop_out
    sizes[stops] = generator.integers(1, tasks + 1, int(stops.sum()))
    keys = generator.gumbel(size=(design.raters, comparisons)) + np.log(frequency)
    chosen = np.argsort(-keys, axis=1)[:, :tasks]
    taken = np.arange(tasks) < sizes[:, None]
    rater = np.repeat(np.arange(design.raters), sizes)
    task = chosen[taken]
    return rater, task % design.prompts, task // design.prompts


def _read_off(latent: Floats, design: Design) -> Ints:
    cuts = np.array([*(-t for t in reversed(design.thresholds)), *design.thresholds])
    return (np.digitize(latent, cuts) - len(design.thresholds)).astype(np.int64)


def _votes(
    design: Design,
    pairs: Ints,
    rater: Ints,
    prompt: Ints,
    pair: Ints,
    level: Ints,
    side: NDArray[np.bool_],
) -> Votes:
    rater, raters = compact(rater, design.raters)
    prompt, prompts = compact(prompt, design.prompts)
    pair, kept = compact(pair, pairs.shape[0])
    unit, units = compact(prompt * kept.size + pair, prompts.size * kept.size)
    return Votes(
        systems=tuple(f"s{system:02d}" for system in range(len(design.scores))),
        pairs=pairs[kept],
        rater=rater,
        prompt=prompt,
        pair=pair,
        level=level,
        second_played_first=side,
        unit=unit,
        n_raters=raters.size,
        n_prompts=prompts.size,
        n_units=units.size,
        reach=len(design.thresholds),
    )


def votes_of_pair(rater: Ints, prompt: Ints, level: Ints, reach: int) -> Votes:
    """Votes on one pair of systems from whoever drew them; indices may have gaps."""
    rater, raters = compact(rater, int(rater.max()) + 1)
    prompt, prompts = compact(prompt, int(prompt.max()) + 1)
    return Votes(
        systems=("a", "b"),
        pairs=np.array([[0, 1]]),
        rater=rater,
        prompt=prompt,
        pair=np.zeros(rater.size, dtype=np.int64),
        level=level,
        second_played_first=np.arange(rater.size) % 2 == 0,
        unit=prompt,
        n_raters=raters.size,
        n_prompts=prompts.size,
        n_units=prompts.size,
        reach=reach,
    )


@dataclass(frozen=True)
class ScoredDesign:
    """Clips scored side by side from 1 to 5: `scores` [S] are latent means, in units of one answer's noise."""

    scores: tuple[float, ...]
    raters: int
    prompts: int
    tasks_per_rater: int
    taste: float = 0.35  # of raters, and of prompts, for a system
    severity: float = 0.5  # raters use the scale differently
    difficulty: float = 0.3  # prompts suit all systems differently
    drop_out: float = 0.0
    uneven: float = 0.0

    @property
    def means(self) -> Floats:
        """Mean score of each system for a new rater on a new prompt, [S]."""
        spread = np.sqrt(1 + 2 * self.taste**2 + self.severity**2 + self.difficulty**2)
        above = ndtr((np.array(self.scores)[:, None] - np.array(SCORE_CUTS)) / spread)
        return np.asarray(1 + above.sum(axis=1))


SCORE_CUTS = (-1.5, -0.5, 0.5, 1.5)


def simulate_scores(design: ScoredDesign, generator: np.random.Generator) -> tuple[Votes, Floats, Floats]:
    """One study on an absolute scale: the votes, and the scores of side A and of side B, [N]."""
    size = design.scores, design.raters, design.prompts, design.tasks_per_rater
    plan = Design(*size, thresholds=(0.5, 1.5, 2.5, 3.5), drop_out=design.drop_out, uneven=design.uneven)
    votes = simulate(plan, generator)
    systems = len(design.scores)
    latent = generator.normal(0, design.taste, (votes.n_raters, systems))
    latent = latent + generator.normal(0, design.severity, (votes.n_raters, 1))
    of_prompt = generator.normal(0, design.taste, (votes.n_prompts, systems))
    of_prompt = of_prompt + generator.normal(0, design.difficulty, (votes.n_prompts, 1))
    sides = []
    for system in votes.pairs[votes.pair].T:
        mean = np.array(design.scores)[system] + latent[votes.rater, system] + of_prompt[votes.prompt, system]
        sides.append(1 + np.digitize(mean + generator.standard_normal(votes.n), SCORE_CUTS))
    low, high = sides
    first, second = (np.where(votes.second_played_first, *both) for both in ((high, low), (low, high)))
    return replace(votes, level=high - low), first.astype(float), second.astype(float)


@dataclass(frozen=True)
class Truth:
    """Population values for a new rater on a new prompt, per pair of systems [P]."""

    win_rate: Floats
    preference: Floats


def truth_of(design: Design) -> Truth:
    """Win rates with ties split and mean preferences, integrated over tastes by Gauss-Hermite quadrature."""
    first, second = _pairs(len(design.scores)).T
    scores = np.array(design.scores)
    spread = np.sqrt(2 * (design.rater_taste**2 + design.prompt_taste**2))
    nodes, weights = np.polynomial.hermite_e.hermegauss(QUADRATURE)
    weights = weights / weights.sum()
    lead = (scores[second] - scores[first])[:, None, None] + spread * nodes[:, None]
    lead = lead + design.side_effect * np.array([-1.0, 1.0])
    above = [_logistic(lead - cut) for cut in design.thresholds]
    below = [_logistic(-cut - lead) for cut in design.thresholds]
    win_rate = 0.5 + (above[0] - below[0]) / 2
    preference = np.asarray(sum(above)) - np.asarray(sum(below))
    care = 1 - _careless_left(design)
    decided = _average(win_rate, weights) - 0.5
    return Truth(0.5 + care * decided, care * _average(preference, weights))


def _careless_left(design: Design) -> float:
    """The share of careless raters among those whom gold pairs leave in: they belong to what is estimated."""
    slipped = design.careless * (1 - design.caught)
    left = slipped + (1 - design.careless) * (1 - design.blamed) if design.careless else 1.0
    return slipped / left


def _average(values: Floats, weights: Floats) -> Floats:
    return np.asarray(np.einsum("pkz,k->p", values, weights) / 2)


def _logistic(x: Floats) -> Floats:
    return np.asarray(0.5 * (1 + np.tanh(0.5 * x)))
