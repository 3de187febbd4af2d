"""The delay after wrong passwords: grows, ends, and never locks a person or a laboratory out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.policy.throttle import FORGET, PATIENCE, Failures, Kind, delay, wait

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
kinds = st.sampled_from(sorted(PATIENCE))


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(0, 0), (4, 0), (5, 1), (6, 2), (7, 4), (10, 32), (14, 512), (15, 900), (10**6, 900)],
)
def test_the_delay_doubles_from_a_second_to_a_quarter_of_an_hour(failures: int, seconds: int) -> None:
    assert delay("pair", failures) == timedelta(seconds=seconds)


@pytest.mark.parametrize("kind", ["address", "account"])
def test_what_others_share_is_never_slowed_by_more_than_a_minute(kind: Kind) -> None:
    assert delay(kind, 19) == timedelta()
    assert delay(kind, 10**6) == timedelta(minutes=1)


@given(kinds, st.integers(0, 10**6), st.integers(0, 10**6))
def test_more_failures_never_wait_less(kind: Kind, one: int, other: int) -> None:
    assert delay(kind, min(one, other)) <= delay(kind, max(one, other))


@given(kinds, st.integers(0, 10**6))
def test_every_delay_ends(kind: Kind, count: int) -> None:
    end = NOON + PATIENCE[kind].longest
    assert wait([Failures(kind, count, NOON)], end) == timedelta()


def test_the_longest_of_the_counters_decides() -> None:
    found = [Failures("pair", 8, NOON), Failures("address", 21, NOON)]
    assert wait(found, NOON) == timedelta(seconds=8)


def test_yesterdays_failures_are_forgotten() -> None:
    assert wait([Failures("pair", 10**6, NOON - FORGET)], NOON) == timedelta()
