"""Do intervals and verdicts hold where studies go wrong? Uneven raters, few prompts, strong tastes, lopsided wins.

    python -m benchmarks.coverage_hard [--studies 400] [--seed 1]

Two systems a study. A rating's latent lead is `lead` + the rater's taste + the prompt's taste + logistic noise, read
off at thresholds. Activity of raters is log-normal, or one rater has a share of their own, or it goes with taste.
The truth is the preference of a new rater on a new prompt. Monte Carlo error with 400 studies: .011.
"""

import argparse
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from analysis.stats.bradley_terry import fit, half_ties
from analysis.stats.graph import finite_scores_exist
from analysis.stats.ranking import infer, sandwich
from analysis.stats.simulation import votes_of_pair
from analysis.stats.votes import Floats, Ints, Votes
from analysis.stats.winrates import compare_pairs
from benchmarks.coverage_parts import CONFIDENCE, Tally, covered

NODES = 81


@dataclass(frozen=True)
class Hard:
    """One pair of systems. `ratings` in all; `dominant`: the share of one rater; `spread`: sd of log activity."""

    raters: int
    prompts: int
    ratings: int
    lead: float = 0.4
    rater_taste: float = 0.5
    prompt_taste: float = 0.5
    thresholds: tuple[float, ...] = (0.3, 1.6)
    spread: float = 0.0
    dominant: float = 0.0
    with_taste: float = 0.0  # correlation of log activity with the rater's taste


HARD: dict[str, Hard] = {
    "one rater with 40%": Hard(20, 40, 600, dominant=0.4),
    "one rater with 40%, null": Hard(20, 40, 600, lead=0.0, dominant=0.4),
    "log-normal activity": Hard(40, 60, 800, spread=1.0),
    "log-normal activity, null": Hard(40, 60, 800, lead=0.0, spread=1.0),
    "activity goes with taste": Hard(60, 60, 1500, spread=1.0, with_taste=0.7),
    "97% wins": Hard(30, 50, 600, lead=4.0),
    "99% wins": Hard(30, 50, 600, lead=5.3),
    "99.9% wins": Hard(30, 50, 600, lead=8.0),
    "5 prompts": Hard(40, 5, 150),
    "6 raters": Hard(6, 60, 240),
    "4 raters, 8 prompts": Hard(4, 8, 30),
    "strong tastes": Hard(30, 40, 600, rater_taste=1.5, prompt_taste=1.5),
    "strong tastes, null": Hard(30, 40, 600, lead=0.0, rater_taste=1.5, prompt_taste=1.5),
    "strong tastes of prompts, 8 prompts": Hard(60, 8, 400, prompt_taste=1.5),
    "forced choice": Hard(30, 40, 400, thresholds=(0.0,)),
    "forced choice, null": Hard(30, 40, 400, lead=0.0, thresholds=(0.0,)),
    "nearly all ties": Hard(30, 40, 400, lead=0.0, thresholds=(4.0,)),
    "only ties": Hard(20, 30, 200, lead=0.0, thresholds=(40.0,)),
    "one rating a rater": Hard(150, 50, 150),
    "200 x 200, no tastes": Hard(200, 200, 2000, rater_taste=0.0, prompt_taste=0.0),
}


def simulate_hard(design: Hard, generator: np.random.Generator) -> Votes:
    """One study; who rates what is drawn anew, a prompt at most once a rater where they have so few."""
    taste = generator.normal(0, design.rater_taste, design.raters)
    prompt_taste = generator.normal(0, design.prompt_taste, design.prompts)
    share = _activity(design, taste, generator)
    rater = np.concatenate(
        [np.arange(design.raters), generator.choice(design.raters, design.ratings - design.raters, p=share)]
    )
    prompt = _prompts(np.bincount(rater, minlength=design.raters), design.prompts, generator)
    rater = np.sort(rater)
    latent = design.lead + taste[rater] + prompt_taste[prompt] + generator.logistic(size=rater.size)
    cuts = np.array([*(-cut for cut in reversed(design.thresholds)), *design.thresholds])
    level = np.digitize(latent, np.unique(cuts)) - len(design.thresholds)
    if design.thresholds == (0.0,):
        level = np.where(latent > 0, 1, -1)
    return votes_of_pair(rater, prompt, level.astype(np.int64), len(design.thresholds))


def _activity(design: Hard, taste: Floats, generator: np.random.Generator) -> Floats:
    own = generator.standard_normal(design.raters)
    along = taste / design.rater_taste if design.with_taste else 0.0
    mixed = design.with_taste * along + np.sqrt(1 - design.with_taste**2) * own
    weight = np.exp(design.spread * mixed)
    share = weight / weight.sum()
    if design.dominant:
        share *= (1 - design.dominant) / share[1:].sum()
        share[0] = design.dominant
    return np.asarray(share / share.sum())


def _prompts(sizes: Ints, prompts: int, generator: np.random.Generator) -> Ints:
    rounds = -(-int(sizes.max()) // prompts)
    order = np.argsort(generator.random((sizes.size, rounds, prompts)), axis=2).reshape(sizes.size, -1)
    return np.asarray(order[np.arange(rounds * prompts) < sizes[:, None]])


def truth_of_hard(design: Hard) -> float:
    """Win rate of a new rater on a new prompt, ties split."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    lead = design.lead + np.hypot(design.rater_taste, design.prompt_taste) * nodes
    cut = design.thresholds[0]
    return float((expit(lead - cut) + expit(lead + cut)) @ weights / weights.sum() / 2)


def measure(design: Hard, studies: int, seed: int) -> Tally:
    """Coverage of the intervals, how often verdicts are false, how often a number is missing."""
    tally, generator, truth = Tally(), np.random.default_rng(seed), truth_of_hard(design)
    for _ in range(studies):
        votes = simulate_hard(design, generator)
        table = compare_pairs(votes, confidence=CONFIDENCE)
        rate, equal = table.win_rate, table.equal_raters
        tally.add("win rate", covered(rate.low, rate.high, np.array([truth])))
        tally.add("equal raters", covered(equal.low, equal.high, np.array([truth])))
        tally.add("missing", np.isnan(rate.low) | np.isnan(rate.p_value))
        wrong = (rate.p_value < 1 - CONFIDENCE) & ((rate.value - 0.5) * (truth - 0.5) < 1e-9)
        tally.add("false preference", wrong)
        equivalent = table.equivalence_p < 1 - CONFIDENCE
        tally.add("false equivalence", equivalent & (abs(truth - 0.5) >= 0.05))
        naive = 1.96 * np.sqrt((votes.outcome / 2).var() / votes.n)
        tally.add("naive", covered(rate.value - naive, rate.value + naive, np.array([truth])))
        if finite_scores_exist(votes.pairs, votes.outcomes, 2):
            point = fit(*half_ties(votes.outcomes), votes.pairs, 2)
            found = infer(votes, point, sandwich(votes, point), confidence=CONFIDENCE)[1].difference
            odds = np.array([np.log(truth / (1 - truth))])
            tally.add("Bradley-Terry", covered(found.low, found.high, odds))
    return tally


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--studies", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    names = (
        "win rate",
        "equal raters",
        "Bradley-Terry",
        "naive",
        "false preference",
        "false equivalence",
        "missing",
    )
    print(f"{'':40}" + "".join(f"{name:>18}" for name in names))
    for label, design in HARD.items():
        tally = measure(design, options.studies, options.seed)
        print(f"{label:40}" + "".join(f"{tally.rate(name):18.3f}" for name in names), flush=True)


if __name__ == "__main__":
    main()
