"""The monitor may be looked at whenever one likes: it errs no more often than promised, and it does find effects."""

import numpy as np
import pytest

from analysis.stats.sequential import monitor, rater_blocks
from analysis.stats.simulation import Design, simulate


def test_before_the_first_block_nothing_is_known() -> None:
    found = monitor(np.zeros(0), confidence=0.95)
    assert (found.e_value, found.p_value, found.low, found.high, found.decided) == (1.0, 1.0, 0.0, 1.0, False)


def test_wealth_is_a_fair_game_under_an_even_coin() -> None:
    ends = [
        monitor(np.array([(code >> bit) & 1 for bit in range(10)], dtype=float), confidence=0.95).e_value
        for code in range(1024)
    ]
    assert np.mean(ends) == pytest.approx(1.0)


def test_looking_after_every_block_errs_at_most_as_often_as_promised() -> None:
    generator = np.random.default_rng(1)
    errors = [monitor(generator.beta(2, 2, 150), confidence=0.95).decided for _ in range(400)]
    assert np.mean(errors) <= 0.05


def test_the_confidence_sequence_holds_the_mean_at_the_end() -> None:
    generator = np.random.default_rng(2)
    found = [monitor(generator.beta(3, 2, 80), confidence=0.9) for _ in range(200)]
    assert np.mean([run.low <= 0.6 <= run.high for run in found]) >= 0.9


def test_a_clear_preference_is_decided_and_the_sequence_excludes_one_half() -> None:
    found = monitor(np.full(60, 0.8), confidence=0.95)
    assert found.decided
    assert found.low > 0.5
    assert found.estimate == pytest.approx(0.8)


def test_more_contrasts_need_more_evidence() -> None:
    scores = np.tile([1.0, 0.6, 0.9, 0.4], 6)
    one, ten = (monitor(scores, confidence=0.95, contrasts=count) for count in (1, 10))
    assert ten.p_value > one.p_value
    assert ten.high - ten.low > one.high - one.low


def test_mirrored_scores_give_mirrored_answers() -> None:
    scores = np.random.default_rng(3).random(40)
    one, two = monitor(scores, confidence=0.95), monitor(1 - scores, confidence=0.95)
    assert one.e_value == pytest.approx(two.e_value)
    assert one.low == pytest.approx(1 - two.high)


def test_scores_outside_zero_and_one_are_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        monitor(np.array([1.2]), confidence=0.95)


def test_a_block_is_a_raters_mean_in_the_order_they_finished() -> None:
    votes = simulate(Design((0.0, 3.0), 3, 5, 4), np.random.default_rng(4))
    order = np.array([2.0, 0.0, 1.0])
    means = [np.mean(votes.outcome[votes.rater == rater] / 2) for rater in (1, 2, 0)]
    assert rater_blocks(votes, 0, order) == pytest.approx(means)
