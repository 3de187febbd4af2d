"""A small version of benchmarks/coverage.py: intervals hold the truth about as often as they say."""

import numpy as np
import pytest

from analysis.stats.simulation import Design, ScoredDesign, simulate, truth_of
from benchmarks.coverage import coverage, type_one
from benchmarks.coverage_parts import rank_coverage, score_coverage

DESIGN = Design((-0.4, 0.0, 0.4), 24, 30, 30, rater_taste=0.5, prompt_taste=0.3)


def test_two_way_intervals_cover_and_naive_ones_do_not() -> None:
    tally = coverage(DESIGN, 150, seed=3)
    for name in ("win rate", "mean preference", "BT contrast", "BT score", "subgroup of raters"):
        assert tally.rate(name) == pytest.approx(0.95, abs=0.035), name
    assert tally.rate("alpha") > 0.88  # one a study
    assert tally.rate("naive BT contrast") < 0.9


def test_tests_reject_a_true_null_hypothesis_about_as_often_as_they_say() -> None:
    tally = type_one(DESIGN, 100, seed=4)
    for name in ("win rate t", "preference t", "BT contrast t", "subgroup of prompts t", "collapse"):
        assert tally.rate(name) < 0.09, name
    assert tally.rate("betting, peeking") <= 0.05
    assert tally.rate("z, peeking") > 0.2


def test_ranges_of_ranks_and_mean_scores_hold_the_truth() -> None:
    assert rank_coverage(DESIGN, 60, seed=5).rate("rank") > 0.93
    means = score_coverage(ScoredDesign((0.0, 0.3), 24, 30, 20), 150, seed=6)
    assert means.rate("mean score") == pytest.approx(0.95, abs=0.04)
    assert means.rate("naive mean score") < 0.8


def test_gold_leaves_the_population_that_the_truth_is_about() -> None:
    design = Design((0.0, 0.7), 600, 200, 60, careless=0.4, caught=0.5)
    votes = simulate(design, np.random.default_rng(7))
    assert votes.n_raters < 600
    assert np.mean(votes.outcome / 2) == pytest.approx(truth_of(design).win_rate[0], abs=0.02)


def test_simulated_win_rates_are_the_integrated_ones() -> None:
    design = Design((0.0, 0.7), 400, 400, 100, side_effect=0.3)
    votes = simulate(design, np.random.default_rng(5))
    truth = truth_of(design)
    assert np.mean(votes.outcome / 2) == pytest.approx(truth.win_rate[0], abs=0.02)
    assert np.mean(votes.level) == pytest.approx(truth.preference[0], abs=0.05)
