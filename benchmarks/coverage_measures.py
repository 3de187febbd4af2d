"""Coverage of the numbers that hold measures against people: agreement, noise ceiling, prediction-powered win rates.

``python -m benchmarks.coverage_measures [--studies 2000]``. Each design draws raters, prompts and a measure anew; the
truth is known in closed form. What must come out: intervals that hold the truth in 93.5 to 96.5% of the studies, and a
useless measure that costs nothing.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

import numpy as np
from scipy.stats import multivariate_normal, norm

from analysis.stats.cluster import Clusters
from analysis.stats.measure_agreement import agreement_with_raters, noise_ceiling
from analysis.stats.prediction_powered import Measured, PoweredMean, Rated, powered_mean
from analysis.stats.votes import Votes, cells_of

TIE = 0.4  # a rater who feels a smaller difference says "no preference"


@dataclass(frozen=True)
class World:
    """One pair of systems: raters on `rated` of `rated + unrated` prompts, `each` ratings a prompt."""

    name: str
    raters: int = 40
    rated: int = 60
    unrated: int = 240
    each: int = 4
    difference: float = 0.3  # of the systems, in units of a rater's noise
    prompts_sd: float = 0.7
    tastes_sd: float = 0.4
    correlation: float = 0.8  # of measure and prompt effect
    preference_of_measure: float = 0.0  # what the measure adds for the second system
    tie: float = TIE

    @property
    def spread(self) -> float:
        return float(np.sqrt(self.prompts_sd**2 + self.tastes_sd**2 + 1))

    @property
    def win_rate(self) -> float:
        above = norm.cdf((self.difference + np.array([-self.tie, self.tie])) / self.spread)
        return float(above.mean())


WORLDS = (
    World("a good measure"),
    World("a useless measure", correlation=0.0),
    World("an inverted measure", correlation=-0.8),
    World("a measure that prefers one system", preference_of_measure=3.0),
    World("few prompts", rated=12, unrated=60, each=8, raters=20),
    World("few raters", raters=8, each=4),
    World("strong tastes", tastes_sd=1.2),
    World("one-sided systems", difference=1.2),
    World("strong prompts", prompts_sd=1.5),
    World("one rating a prompt", each=1, rated=120, unrated=480),
    World("few prompts, useless measure", rated=12, unrated=60, each=8, raters=20, correlation=0.0),
    World("forced choice", tie=0.0),
)


@dataclass(frozen=True)
class Study:
    votes: Votes
    difference: np.ndarray[tuple[int], np.dtype[np.float64]]
    everything: Measured


def draw(world: World, rng: np.random.Generator) -> Study:
    prompts = world.rated + world.unrated
    effect = rng.normal(0, world.prompts_sd, prompts)
    noise = rng.normal(0, world.prompts_sd * np.sqrt(1 - world.correlation**2), prompts)
    measure = world.preference_of_measure + world.correlation * effect + noise
    taste = rng.normal(0, world.tastes_sd, world.raters)
    prompt = np.repeat(np.arange(world.rated), world.each)
    rater = np.concatenate([rng.permutation(world.raters)[: world.each] for _ in range(world.rated)])
    felt = world.difference + effect[prompt] + taste[rater] + rng.normal(size=prompt.size)
    level = np.where(np.abs(felt) <= world.tie, 0, np.sign(felt)).astype(np.int64)
    kept, rater = np.unique(rater, return_inverse=True)
    votes = Votes(
        systems=("a", "b"),
        pairs=np.array([[0, 1]]),
        rater=rater,
        prompt=prompt,
        pair=np.zeros(prompt.size, dtype=np.int64),
        level=level,
        second_played_first=rng.random(prompt.size) < 0.5,
        unit=prompt,
        n_raters=kept.size,
        n_prompts=world.rated,
        n_units=world.rated,
        reach=1,
    )
    return Study(votes, measure[prompt], Measured(measure, np.arange(prompts)))


def powered(study: Study) -> PoweredMean:
    votes = study.votes
    cell = cells_of(votes.rater, votes.prompt, votes.n_raters, votes.n_prompts)
    clusters = Clusters(votes.rater, votes.prompt, cell, votes.n_raters, votes.n_prompts, int(cell.max()) + 1)
    found = powered_mean(
        Rated(votes.outcome / 2, study.difference, clusters), study.everything, confidence=0.95
    )
    assert found is not None
    return found


def agreement_truth(world: World, rng: np.random.Generator) -> tuple[float, float]:
    """Agreement with the measure and between two raters, by closed forms of the bivariate normal distribution."""
    total = world.spread
    measure_sd = world.prompts_sd
    with_measure = world.correlation * world.prompts_sd**2 / (total * measure_sd)
    between = world.prompts_sd**2 / total**2
    shift = world.preference_of_measure / measure_sd
    bounds = (
        world.difference + np.array([-world.tie, world.tie])
    ) / total  # P(felt > -tie), P(felt > tie) by cdf

    def share(correlation: float, first: np.ndarray, second: np.ndarray) -> float:
        """Mean of (1 + s1 s2) / 2 with s = (1{x > -tie} + 1{x > tie}) - 1."""
        both = [
            multivariate_normal.cdf([a, b], mean=[0, 0], cov=[[1, correlation], [correlation, 1]])
            for a in first
            for b in second
        ]
        mean_first, mean_second = first_mean(first), first_mean(second)
        product = sum(both) - 2 * mean_first - 2 * mean_second + 1  # E[(u1 - 1)(u2 - 1)], u = two indicators
        return float((1 + product) / 2)

    def first_mean(bound: np.ndarray) -> float:
        return float(norm.cdf(bound).mean())

    return share(with_measure, bounds, np.array([shift, shift])), share(between, bounds, bounds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--studies", type=int, default=2000)
    studies = parser.parse_args().studies
    print("design | powered | raters alone | gain (median) | agreement | ceiling")
    for world in WORLDS:
        rng = np.random.default_rng(1)
        truth_agreement, truth_ceiling = agreement_truth(world, rng)
        held = np.zeros((studies, 4))
        gains = np.zeros(studies)
        for index in range(studies):
            study = draw(world, rng)
            found = powered(study)
            gains[index] = found.gain
            agreement = agreement_with_raters(study.votes, study.difference, confidence=0.95)
            ceiling = noise_ceiling(study.votes, confidence=0.95)
            held[index] = [
                found.powered.low <= world.win_rate <= found.powered.high,
                found.human.low <= world.win_rate <= found.human.high,
                agreement is not None
                and agreement.interval.low <= truth_agreement <= agreement.interval.high,
                np.nan if ceiling is None else ceiling.interval.low <= truth_ceiling <= ceiling.interval.high,
            ]
        shares = held.mean(axis=0)
        print(
            f"{world.name} | {shares[0]:.3f} | {shares[1]:.3f} | {np.median(gains):.2f} "
            f"| {shares[2]:.3f} | {shares[3]:.3f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
