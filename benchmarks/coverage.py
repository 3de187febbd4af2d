"""Do the intervals tell the truth? Simulated studies with known answers, every interval and test of the report.

    python -m benchmarks.coverage [--studies 500] [--seed 1]

Prints, per design, how often the nominal 95% intervals hold the true value, next to the naive ones, and how often each
test rejects a true null hypothesis at .05. Monte Carlo error with 500 studies of 10 pairs: about .005 to .01.
"""

import argparse
import time
from dataclasses import replace

import numpy as np
from scipy.special import ndtr

from analysis.stats.agreement import agree
from analysis.stats.bradley_terry import fit, half_ties
from analysis.stats.literature import literature_tests, signed_rank
from analysis.stats.notice import Notice
from analysis.stats.ordinal import OrdinalModel, fit_preferences
from analysis.stats.position_bias import first_side_share
from analysis.stats.ranking import infer, sandwich
from analysis.stats.sequential import monitor, rater_blocks
from analysis.stats.simulation import Design, simulate, truth_of
from analysis.stats.votes import Floats, Votes
from analysis.stats.winrates import compare_pairs
from benchmarks.coverage_parts import (
    CONFIDENCE,
    SCORED,
    Tally,
    alpha_of_design,
    care_tests,
    covered,
    pareto_calibration,
    rank_coverage,
    rejected,
    score_coverage,
    show_calibration,
    subgroup_coverage,
    subgroup_tests,
)

FIVE = (-0.6, -0.2, 0.0, 0.3, 0.5)

DESIGNS: dict[str, Design] = {
    "20 raters x 30 prompts": Design(FIVE, 20, 30, 40),
    "24 x 40, many ties": Design(FIVE, 24, 40, 50, thresholds=(0.9, 2.2)),
    "30 x 30, strong rater taste": Design(FIVE, 30, 30, 40, rater_taste=0.8, prompt_taste=0.2),
    "30 x 40, strong prompt taste": Design(FIVE, 30, 40, 40, rater_taste=0.2, prompt_taste=0.8),
    "40 x 100, 4,000 ratings": Design(FIVE, 40, 100, 100),
    "40 x 100, no taste": Design(FIVE, 40, 100, 100, rater_taste=0.0, prompt_taste=0.0),
    "50 x 50, half drop out": Design(FIVE, 50, 50, 40, drop_out=0.5),
    "50 x 50, uneven pairs": Design(FIVE, 50, 50, 40, uneven=0.15),
    "60 x 101, two systems": Design((0.0, 0.4), 60, 101, 20),
    "100 x 60, position bias": Design(FIVE, 100, 60, 30, side_effect=0.4),
    "40 x 50, a fifth careless, gold": Design(FIVE, 40, 50, 50, careless=0.2),
}


def coverage(design: Design, studies: int, seed: int, *, ordinal: int = 0) -> Tally:
    """Coverage of every interval over simulated studies, of the slower ordinal model over the first `ordinal` ones."""
    tally, generator = Tally(), np.random.default_rng(seed)
    truth, alpha = truth_of(design), alpha_of_design(design, generator)
    for study in range(studies):
        votes = simulate(design, generator)
        found = agree(votes, range(-votes.reach, votes.reach + 1), confidence=CONFIDENCE)
        tally.add("alpha", covered(_number(found.low), _number(found.high), np.array([alpha])))
        subgroup_coverage(tally, votes, generator)
        _pair_coverage(tally, votes, truth.win_rate, truth.preference)
        _ranking_coverage(tally, votes, truth.win_rate)
        if study < ordinal:
            _ordinal_coverage(tally, votes, design)
    return tally


def _pair_coverage(tally: Tally, votes: Votes, win_rate: Floats, preference: Floats) -> None:
    table = compare_pairs(votes, confidence=CONFIDENCE)
    tally.add("win rate", covered(table.win_rate.low, table.win_rate.high, win_rate))
    tally.add("mean preference", covered(table.preference.low, table.preference.high, preference))
    spread = np.sqrt(
        np.bincount(votes.pair, (votes.outcome / 2 - table.win_rate.value[votes.pair]) ** 2) / table.n**2
    )
    naive = 1.96 * spread
    tally.add("naive win rate", covered(table.win_rate.value - naive, table.win_rate.value + naive, win_rate))


def _number(value: float | None) -> Floats:
    return np.array([np.nan if value is None else value])


def _ranking_coverage(tally: Tally, votes: Votes, win_rate: Floats) -> None:
    count = len(votes.systems)
    n = votes.outcomes.sum(axis=1)
    truth = fit(win_rate * n, n, votes.pairs, count).scores
    point = fit(*half_ties(votes.outcomes), votes.pairs, count)
    score, contrasts = infer(votes, point, sandwich(votes, point), confidence=CONFIDENCE)
    first, second = np.triu_indices(count, 1)
    difference = truth[second] - truth[first]
    tally.add("BT contrast", covered(contrasts.difference.low, contrasts.difference.high, difference))
    tally.add("BT score", covered(score.low, score.high, truth))
    naive = 1.96 * np.sqrt(
        point.inverse[first, first] + point.inverse[second, second] - 2 * point.inverse[first, second]
    )
    found = point.scores[second] - point.scores[first]
    tally.add("naive BT contrast", covered(found - naive, found + naive, difference))


def _ordinal_coverage(tally: Tally, votes: Votes, design: Design) -> None:
    model = fit_preferences(votes, confidence=CONFIDENCE)
    if isinstance(model, Notice):
        return
    scores = np.array(design.scores)
    first, second = np.triu_indices(scores.size, 1)
    difference = scores[second] - scores[first]
    tally.add("ordinal contrast", covered(model.contrast.low, model.contrast.high, difference))


def type_one(design: Design, studies: int, seed: int, *, ordinal: int = 0) -> Tally:
    """How often each test rejects at .05 when all systems are alike."""
    tally, generator = Tally(), np.random.default_rng(seed)
    alike = replace(design, scores=tuple(0.0 for _ in design.scores), side_effect=0.0)
    for study in range(studies):
        votes = simulate(alike, generator)
        table = compare_pairs(votes, confidence=CONFIDENCE)
        tally.add("win rate t", rejected(table.win_rate.p_value))
        tally.add("any pair, Holm", np.array([np.nanmin(table.p_holm) < 0.05]))
        tally.add("preference t", rejected(table.preference.p_value))
        point = fit(*half_ties(votes.outcomes), votes.pairs, len(votes.systems))
        _, contrasts = infer(votes, point, sandwich(votes, point), confidence=CONFIDENCE)
        tally.add("BT contrast t", rejected(contrasts.difference.p_value))
        model = fit_preferences(votes, confidence=CONFIDENCE) if study < ordinal else None
        if isinstance(model, OrdinalModel):
            tally.add("ordinal t", rejected(model.contrast.p_value))
        subgroup_tests(tally, votes, generator)
        care_tests(tally, votes, generator)
        _literature(tally, votes)
        tally.add(
            "position bias t", rejected(np.array([first_side_share(votes, confidence=CONFIDENCE).p_value]))
        )
        blocks = rater_blocks(votes, 0, generator.permutation(votes.n_raters).astype(float))
        tally.add("betting, peeking", np.array([monitor(blocks, confidence=CONFIDENCE).decided]))
        tally.add("z, peeking", np.array([_peeking_z(votes)]))
    return tally


def _literature(tally: Tally, votes: Votes) -> None:
    tests = literature_tests(votes)
    tally.add("Wilcoxon, rater means", rejected(np.array([test.p_value for test in tests.by_rater])))
    tally.add("Wilcoxon, prompt means", rejected(np.array([test.p_value for test in tests.by_prompt])))
    rows = [
        signed_rank(votes.level[votes.pair == pair].astype(float)).p_value for pair in range(votes.n_pairs)
    ]
    tally.add("Wilcoxon, raw rows", rejected(np.array(rows)))


def _peeking_z(votes: Votes) -> bool:
    """A z-test on the first pair after every ten votes, as if votes were independent."""
    score = (votes.outcome[votes.pair == 0] / 2).astype(float)
    n = np.arange(1, score.size + 1)
    mean = np.cumsum(score) / n
    variance = np.maximum(np.cumsum(score**2) / n - mean**2, 1e-9)
    p = 2 * ndtr(-np.abs(mean - 0.5) / np.sqrt(variance / n))
    return bool((p[9::10] < 0.05).any())


def show(title: str, tallies: dict[str, Tally]) -> None:
    """A table: designs down, methods across."""
    names = list(next(iter(tallies.values())).tries)
    print(f"\n{title}", flush=True)
    print(f"{'':32}" + "".join(f"{name:>24}" for name in names))
    for label, tally in tallies.items():
        print(f"{label:32}" + "".join(f"{tally.rate(name):24.3f}" for name in names))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--studies", type=int, default=500)
    parser.add_argument(
        "--ordinal", type=int, default=50, help="studies per design for the slower ordinal model"
    )
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    started = time.perf_counter()
    show(
        "Coverage of 95% intervals",
        {
            name: coverage(design, options.studies, options.seed, ordinal=options.ordinal)
            for name, design in DESIGNS.items()
        },
    )
    show(
        "Rejections at .05, all systems alike",
        {
            name: type_one(design, options.studies, options.seed, ordinal=options.ordinal)
            for name, design in DESIGNS.items()
        },
    )
    ranks = {
        name: rank_coverage(design, options.studies // 3, options.seed) for name, design in DESIGNS.items()
    }
    show("Ranges of ranks hold the true rank, systems .05 log odds apart", ranks)
    show(
        "Coverage of 95% intervals of mean scores",
        {name: score_coverage(design, options.studies, options.seed) for name, design in SCORED.items()},
    )
    show_calibration(pareto_calibration(options.studies, options.seed))
    print(f"\n{options.studies} studies per design and table, {time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
