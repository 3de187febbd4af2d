"""The order of criteria in passes: every criterion at every place equally often, after every other equally often."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

from raters.policy import balanced_order


@pytest.mark.parametrize("size", range(1, 8))
def test_places_and_neighbours_are_balanced_over_a_full_round_of_raters(size: int) -> None:
    ids = [f"c{number}" for number in range(size)]
    rounds = size * (1 + size % 2)
    orders = [balanced_order(ids, number) for number in range(rounds)]
    assert all(sorted(order) == ids for order in orders)
    places = Counter((place, name) for order in orders for place, name in enumerate(order))
    assert set(places.values()) == {rounds // size}
    if size > 1:
        neighbours = Counter(pair for order in orders for pair in pairwise(order))
        assert len(neighbours) == size * (size - 1)
        assert len(set(neighbours.values())) == 1


def test_the_known_design_for_four() -> None:
    assert ["".join(balanced_order("abcd", number)) for number in range(4)] == [
        "abdc",
        "bcad",
        "cdba",
        "dacb",
    ]
