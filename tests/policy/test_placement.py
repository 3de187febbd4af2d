"""Pairs with a known answer are anywhere in a session, spread, and nowhere more than elsewhere."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raters.policy import spread_positions


def test_each_lies_in_its_own_part_of_the_session() -> None:
    assert spread_positions([0.0, 0.0], total=10) == (0, 5)
    assert spread_positions([0.99, 0.99], total=10) == (4, 9)


def test_none_has_no_place() -> None:
    assert spread_positions([], total=10) == ()


def test_as_many_as_there_are_places_fill_them_all() -> None:
    assert spread_positions([0.5] * 4, total=4) == (0, 1, 2, 3)


def test_more_than_there_are_places_are_refused() -> None:
    with pytest.raises(ValueError, match="3 tasks do not fit among 2"):
        spread_positions([0.1, 0.2, 0.3], total=2)


@given(st.lists(st.floats(0, 1, exclude_max=True), max_size=12), st.integers(0, 30))
def test_places_rise_and_stay_inside(draws: list[float], more: int) -> None:
    total = len(draws) + more
    places = spread_positions(draws, total=total)
    assert list(places) == sorted(set(places))
    assert all(0 <= place < total for place in places)


def test_every_place_is_equally_likely() -> None:
    generator = random.Random(3)
    counts = Counter(
        place
        for _ in range(6000)
        for place in spread_positions([generator.random() for _ in range(2)], total=12)
    )
    assert len(counts) == 12
    assert max(abs(count - 1000) for count in counts.values()) < 150  # five standard deviations
