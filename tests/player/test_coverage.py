"""Which parts of a clip count as heard."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

COVER = """async (spans) => {
  const { Coverage } = await import("/static/raters/coverage.js");
  const heard = new Coverage();
  for (const [from, to] of spans) heard.add(from, to);
  return [heard.reach(), heard.covers(10)];
}"""


def covered(page: Page, *spans: tuple[float, float]) -> list[Any]:
    result: list[Any] = page.evaluate(COVER, [list(span) for span in spans])
    return result


LOOPED = """async ([from, seconds, loop]) => {
  const { Coverage } = await import("/static/raters/coverage.js");
  const heard = new Coverage();
  heard.addSound(from, seconds, loop);
  return heard.spans;
}"""


def looped(page: Page, start: float, seconds: float) -> list[list[float]]:
    """What counts as heard when that much sounds of a part from 2 to 5 s."""
    result: list[list[float]] = page.evaluate(LOOPED, [start, seconds, {"from": 2, "to": 5}])
    return result


def test_nothing_heard_reaches_nowhere(page: Page) -> None:
    assert covered(page) == [0, False]


def test_a_clip_heard_in_one_go_is_covered(page: Page) -> None:
    assert covered(page, (0, 10)) == [10, True]


def test_parts_in_any_order_add_up(page: Page) -> None:
    assert covered(page, (6, 10), (0, 4), (3.99, 6.01)) == [10, True]


def test_a_hole_is_a_hole(page: Page) -> None:
    assert covered(page, (0, 4), (4.2, 10)) == [4, False]


def test_the_end_alone_does_not_count_as_the_clip(page: Page) -> None:
    assert covered(page, (8, 10)) == [0, False]


def test_a_clip_that_was_left_just_before_its_end_is_not_heard(page: Page) -> None:
    assert covered(page, (0, 9.97)) == [9.97, False]


@pytest.mark.parametrize("span", [(3, 3), (5, 2)])
def test_a_span_without_length_adds_nothing(page: Page, span: tuple[float, float]) -> None:
    assert covered(page, span) == [0, False]


@pytest.mark.parametrize(
    ("start", "seconds", "spans"),
    [
        (2, 1, [[2, 3]]),
        (4, 1.5, [[2, 2.5], [4, 5]]),
        (3, 3, [[2, 5]]),
        (3, 60, [[2, 5]]),
    ],
)
def test_a_part_that_repeats_counts_as_that_part_and_no_more(
    page: Page, start: float, seconds: float, spans: list[list[float]]
) -> None:
    assert looped(page, start, seconds) == spans
