"""Parts of `benchmarks.coverage`: agreement, subgroups, ranks, care, mean scores and the Pareto front."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from analysis.stats.absolute import system_means
from analysis.stats.agreement import alpha_of
from analysis.stats.bradley_terry import fit
from analysis.stats.consistency import (
    agreement_with_others,
    criterion_collapse,
    repeat_agreement,
    repeat_chance,
)
from analysis.stats.pareto import front_probability, on_front
from analysis.stats.position import position_effect
from analysis.stats.position_bias import clustered_share
from analysis.stats.ranking import rank_systems
from analysis.stats.simulation import Design, ScoredDesign, simulate, simulate_scores, truth_of
from analysis.stats.subgroups import interaction
from analysis.stats.votes import Floats, Votes

CONFIDENCE = 0.95
CLOSE = (-0.1, -0.05, 0.0, 0.05, 0.1)
PAIRS_OF_RATERS = 400_000
FOUR = (-0.3, 0.0, 0.2, 0.4)
SCORED: dict[str, ScoredDesign] = {
    "20 raters x 30 prompts": ScoredDesign(FOUR, 20, 30, 40),
    "30 x 30, strong severity": ScoredDesign(FOUR, 30, 30, 40, severity=1.0),
    "40 x 100": ScoredDesign(FOUR, 40, 100, 100),
    "50 x 50, half drop out, uneven": ScoredDesign(FOUR, 50, 50, 40, drop_out=0.5, uneven=0.2),
}


@dataclass
class Tally:
    """Hits and tries by name."""

    hits: dict[str, float] = field(default_factory=dict)
    tries: dict[str, float] = field(default_factory=dict)

    def add(self, name: str, outcome: Floats | np.ndarray[tuple[int], np.dtype[np.bool_]]) -> None:
        """Count an array of 0 and 1, leaving nan out."""
        values = np.atleast_1d(np.asarray(outcome, dtype=np.float64))
        values = values[~np.isnan(values)]
        self.hits[name] = self.hits.get(name, 0.0) + float(values.sum())
        self.tries[name] = self.tries.get(name, 0.0) + values.size

    def rate(self, name: str) -> float:
        """Share of hits; nan where there was none to count."""
        return self.hits[name] / self.tries[name] if self.tries.get(name) else np.nan


def covered(low: Floats, high: Floats, truth: Floats) -> Floats:
    """1, 0, or nan where there is no interval."""
    return np.where(np.isnan(low), np.nan, (low <= truth) & (truth <= high))


def rejected(p_values: Floats) -> Floats:
    """1, 0, or nan where there is no test."""
    return np.where(np.isnan(p_values), np.nan, p_values < 0.05)


def alpha_of_design(design: Design, generator: np.random.Generator) -> float:
    """Alpha of two new raters on a new prompt, from many such couples, each with a prompt of its own."""
    couple = replace(design, raters=2, prompts=1, tasks_per_rater=10_000, drop_out=0.0, careless=0.0)
    pairs = len(design.scores) * (len(design.scores) - 1) // 2
    levels = 2 * len(design.thresholds) + 1
    share = np.exp(-design.uneven * np.arange(pairs))
    coincidences = np.zeros((levels, levels))
    for _ in range(PAIRS_OF_RATERS // 40):
        votes = simulate(couple, generator)
        one, two = (_answers(votes, rater, pairs) for rater in (0, 1))
        for answers in (one, two):
            _spoil(answers, design, levels, generator)
        np.add.at(coincidences, (one, two), share)
    coincidences += coincidences.T
    return float(alpha_of(coincidences[None], np.arange(levels, dtype=float), "ordinal")[0])


def _answers(votes: Votes, rater: int, pairs: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """One rater's answers to every pair, in the order of the pairs."""
    answers = np.empty(pairs, dtype=np.int64)
    own = votes.rater == rater
    answers[votes.pair[own]] = votes.level[own] + votes.reach
    return answers


def _spoil(
    answers: np.ndarray[tuple[int], np.dtype[np.int64]],
    design: Design,
    levels: int,
    generator: np.random.Generator,
) -> None:
    """Careless raters whom gold did not find are part of the population."""
    slipped = design.careless * (1 - design.caught)
    left = slipped + (1 - design.careless) * (1 - design.blamed)
    if design.careless and generator.random() < slipped / left:
        answers[:] = generator.integers(0, levels, answers.size)


def subgroup_coverage(tally: Tally, votes: Votes, generator: np.random.Generator) -> None:
    """A third of the prompts are tagged, a third of the raters are a group: neither makes a difference."""
    for name, inside in _subgroups(votes, generator).items():
        gap = interaction(votes, inside, confidence=CONFIDENCE).difference
        tally.add(f"subgroup of {name}", covered(gap.low, gap.high, np.zeros(gap.low.size)))


def subgroup_tests(tally: Tally, votes: Votes, generator: np.random.Generator) -> None:
    """The same, as tests."""
    for name, inside in _subgroups(votes, generator).items():
        gap = interaction(votes, inside, confidence=CONFIDENCE).difference
        tally.add(f"subgroup of {name} t", rejected(gap.p_value))


def _subgroups(
    votes: Votes, generator: np.random.Generator
) -> Mapping[str, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    tagged = generator.permutation(votes.n_prompts) % 3 == 0
    grouped = generator.permutation(votes.n_raters) % 3 == 0
    return {"prompts": tagged[votes.prompt], "raters": grouped[votes.rater]}


def care_tests(tally: Tally, votes: Votes, generator: np.random.Generator) -> None:
    """Diagnostics whose p the report shows, on raters who answer every question anew.

    Raters agree with each other by more than chance wherever prompts have tastes: that null is true without any only.
    """
    tally.add("BT position t", rejected(np.array([position_effect(votes, estimable=True).p_value])))
    agreed = agreement_with_others(votes)
    known = ~np.isnan(agreed)
    others = clustered_share(agreed[known], votes.prompt[known], null=0.5, confidence=CONFIDENCE)
    tally.add("with others", rejected(np.array([others.p_value])))
    second = generator.permutation(votes.level)
    collapse = criterion_collapse(votes.level, second, votes.rater, confidence=CONFIDENCE).identical
    tally.add("collapse", rejected(np.array([collapse.p_value])))
    again = clustered_share(
        repeat_agreement(votes.level, second),
        votes.rater,
        null=repeat_chance(votes.level, second),
        confidence=CONFIDENCE,
    )
    tally.add("repeats", rejected(np.array([again.p_value])))


def rank_coverage(design: Design, studies: int, seed: int) -> Tally:
    """Ranges of ranks where systems are close: each true rank, all ranks at once, and how long the ranges are."""
    tally, generator = Tally(), np.random.default_rng(seed)
    design = replace(design, scores=CLOSE[: len(design.scores)])
    win_rate, count = truth_of(design).win_rate, len(design.scores)
    for _ in range(studies):
        votes = simulate(design, generator)
        n = votes.outcomes.sum(axis=1)
        scores = fit(win_rate * n, n, votes.pairs, count).scores
        ranks = 1 + (scores[None, :] > scores[:, None] + 1e-9).sum(axis=1)
        found = rank_systems(votes, confidence=CONFIDENCE, resamples=400, generator=generator)
        held = covered(found.rank_low, found.rank_high, ranks.astype(float))
        tally.add("rank", held)
        tally.add("all ranks at once", np.array([held.min()]))
        tally.add("length / systems", (found.rank_high - found.rank_low + 1) / count)
    return tally


def score_coverage(design: ScoredDesign, studies: int, seed: int) -> Tally:
    """Means per system on an absolute scale, beside the naive interval."""
    tally, generator = Tally(), np.random.default_rng(seed)
    for _ in range(studies):
        votes, first, second = simulate_scores(design, generator)
        mean = system_means(votes, first, second, confidence=CONFIDENCE)
        tally.add("mean score", covered(mean.mean.low, mean.mean.high, design.means))
        naive = 1.96 * np.concatenate([first, second]).std() / np.sqrt(mean.n)
        value = mean.mean.value
        tally.add("naive mean score", covered(value - naive, value + naive, design.means))
    return tally


def pareto_calibration(studies: int, seed: int) -> list[tuple[float, float, int]]:
    """(mean said probability, share that were on the front, how many) by tenth; every study has its own truth."""
    generator = np.random.default_rng(seed)
    said, true = [], []
    for _ in range(studies):
        axes = [generator.normal(0, 0.35, 5) for _ in range(2)]
        found = [_ranked(tuple(axis), generator) for axis in axes]
        truths = [_population_scores(tuple(axis)) for axis in axes]
        (one, across), (two, up) = found
        said.append(front_probability(one, across, two, up, draws=2000, generator=generator))
        true.append(on_front(*truths))
    probability, front = np.concatenate(said), np.concatenate(true)
    tenth = np.minimum((probability * 10).astype(int), 9)
    groups = [tenth == place for place in range(10)]
    return [(float(probability[g].mean()), float(front[g].mean()), int(g.sum())) for g in groups if g.any()]


def _plane_design(scores: tuple[float, ...]) -> Design:
    return Design(scores, 40, 50, 40)


def _ranked(scores: tuple[float, ...], generator: np.random.Generator) -> tuple[Floats, Floats]:
    votes = simulate(_plane_design(scores), generator)
    ranking = rank_systems(votes, confidence=CONFIDENCE, resamples=2, generator=generator)
    return ranking.score.value, ranking.covariance


def _population_scores(scores: tuple[float, ...]) -> Floats:
    win_rate = truth_of(_plane_design(scores)).win_rate
    pairs = np.stack(np.triu_indices(len(scores), 1), axis=1).astype(np.int64)
    return fit(win_rate, np.ones(win_rate.size), pairs, len(scores)).scores


def show_calibration(rows: list[tuple[float, float, int]]) -> None:
    """A table: what was said, what was true."""
    print("\nProbability of being on the Pareto front (40 raters x 50 prompts a axis)")
    print(f"{'said':>8}{'true':>8}{'systems':>10}")
    for said, true, n in rows:
        print(f"{said:8.3f}{true:8.3f}{n:10}")
