"""A crowd on a real server, through every page: no error, no answer twice, no comparison over its target."""

from __future__ import annotations

from pathlib import Path

from benchmarks.crowd import Crowd, hold
from tests.house import House
from tests.races.test_races import house

__all__ = ["house"]


def test_a_crowd_fights_over_the_last_places_and_leaves_every_comparison_with_its_ratings(
    house: House, tmp_path: Path
) -> None:
    crowd = Crowd(raters=12, prompts=4, tasks=3, ratings=5)
    held = hold(crowd, tmp_path, house.settings)
    assert held.errors == []
    assert held.tasks == 4 * 5
    assert held.report == {"ratings": {"5": 4}, "twice": 0, "incomplete": 0, "under_way": 0}
