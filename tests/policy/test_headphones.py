"""The headphone check's rules: as published, and nobody passes by always giving the same answer."""

from __future__ import annotations

import random
from math import comb

from raters.policy import PUBLISHED, draw_intervals, is_passed


def test_the_published_rules() -> None:
    assert {check: (rule.needed, rule.attempts) for check, rule in PUBLISHED.items()} == {
        "huggins": (6, 2),
        "antiphase": (5, 1),
    }


def test_guessing_passes_the_antiphase_check_as_rarely_as_published() -> None:
    passing = sum(
        comb(6, right) * 2 ** (6 - right) for right in range(7) if right >= PUBLISHED["antiphase"].needed
    )
    assert round(100 * passing / 3**6, 1) == 1.8


def test_each_place_is_right_twice_and_the_order_differs() -> None:
    drawn = [draw_intervals(random.Random(seed)) for seed in range(20)]
    assert all(sorted(places) == [0, 0, 1, 1, 2, 2] for places in drawn)
    assert len({tuple(places) for places in drawn}) > 10


def test_right_answers_are_counted_and_none_is_no_right_answer() -> None:
    trials: list[tuple[int, int | None]] = [(0, 0), (1, 1), (2, 2), (0, 0), (1, 1), (2, None)]
    assert is_passed(trials, needed=5)
    assert not is_passed(trials, needed=6)
