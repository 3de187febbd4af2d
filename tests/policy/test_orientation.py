from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raters.policy import wanted_orientation


def test_the_first_comparison_may_come_either_way() -> None:
    assert wanted_orientation(swapped=0, straight=0) is None


def test_the_rarer_orientation_is_wanted() -> None:
    assert wanted_orientation(swapped=1, straight=3) is True
    assert wanted_orientation(swapped=4, straight=2) is False


def test_after_one_comparison_the_next_may_still_come_either_way() -> None:
    """Else a rater who recognised a system in the first task would know its side in the second."""
    assert wanted_orientation(swapped=1, straight=0) is None
    assert wanted_orientation(swapped=2, straight=3) is None


def test_counts_below_zero_are_refused() -> None:
    with pytest.raises(ValueError, match="0 or more, not -1 and 0"):
        wanted_orientation(swapped=-1, straight=0)


@given(coins=st.lists(st.booleans(), max_size=200))
def test_sides_stay_balanced_within_two_while_both_are_available(coins: list[bool]) -> None:
    counts = {True: 0, False: 0}
    for coin in coins:
        wanted = wanted_orientation(swapped=counts[True], straight=counts[False])
        counts[coin if wanted is None else wanted] += 1
        assert abs(counts[True] - counts[False]) <= 2


@given(forced=st.lists(st.booleans(), max_size=20), coins=st.lists(st.booleans(), min_size=21, max_size=60))
def test_an_imbalance_that_could_not_be_helped_is_made_up_for(forced: list[bool], coins: list[bool]) -> None:
    counts = {True: sum(forced), False: len(forced) - sum(forced)}
    for coin in coins:
        wanted = wanted_orientation(swapped=counts[True], straight=counts[False])
        counts[coin if wanted is None else wanted] += 1
    assert abs(counts[True] - counts[False]) <= 2
