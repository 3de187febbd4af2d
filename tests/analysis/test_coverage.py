"""A small version of benchmarks/coverage.py: intervals hold the truth about as often as they say."""

import numpy as np
import pytest

from analysis.stats.simulation import Design, simulate, truth_of
from benchmarks.coverage import coverage, type_one

DESIGN = Design((-0.4, 0.0, 0.4), 24, 30, 30, rater_taste=0.5, prompt_taste=0.3)


def test_two_way_intervals_cover_and_naive_ones_do_not() -> None:
    tally = coverage(DESIGN, 150, seed=3)
    for name in ("win rate", "mean preference", "BT contrast", "BT score"):
        assert tally.rate(name) == pytest.approx(0.95, abs=0.035), name
    assert tally.rate("naive BT contrast") < 0.9


def test_tests_reject_a_true_null_hypothesis_about_as_often_as_they_say() -> None:
    tally = type_one(DESIGN, 100, seed=4)
    for name in ("win rate t", "preference t", "BT contrast t"):
        assert tally.rate(name) < 0.09, name
    assert tally.rate("betting, peeking") <= 0.05
    assert tally.rate("z, peeking") > 0.2


def test_simulated_win_rates_are_the_integrated_ones() -> None:
    design = Design((0.0, 0.7), 400, 400, 100, side_effect=0.3)
    votes = simulate(design, np.random.default_rng(5))
    truth = truth_of(design)
    assert np.mean(votes.outcome / 2) == pytest.approx(truth.win_rate[0], abs=0.02)
    assert np.mean(votes.level) == pytest.approx(truth.preference[0], abs=0.05)
