from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raters.policy import claims_the_whole, may_count_as_heard

SHOWN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
_DURATIONS = st.floats(0.5, 120)


def _heard(duration: float, after: float, *before: float) -> bool:
    now = SHOWN + timedelta(seconds=after)
    return may_count_as_heard(duration=duration, shown_at=SHOWN, now=now, heard_before=before)


def test_a_clip_needs_its_duration() -> None:
    assert _heard(10.0, after=10.0)
    assert not _heard(10.0, after=9.0)


def test_the_tolerance_is_a_quarter_of_a_second_and_one_percent() -> None:
    assert _heard(10.0, after=9.65)
    assert not _heard(10.0, after=9.64)


def test_clips_are_heard_one_after_the_other() -> None:
    assert not _heard(10.0, 12.0, 10.0)
    assert _heard(10.0, 20.0, 10.0)


def test_a_set_needs_the_time_of_all_its_clips() -> None:
    assert not _heard(8.0, 24.0, 8.0, 8.0, 8.0)
    assert _heard(8.0, 32.0, 8.0, 8.0, 8.0)


def test_nothing_was_heard_before_the_page_was_shown() -> None:
    assert not _heard(0.1, after=-1.0)


@pytest.mark.parametrize("duration", [0.0, -1.0, float("nan"), float("inf")])
def test_a_clip_without_a_duration_is_refused(duration: float) -> None:
    with pytest.raises(ValueError, match="a finite number of seconds above 0"):
        _heard(duration, after=100.0)
    with pytest.raises(ValueError, match="a finite number of seconds above 0"):
        _heard(1.0, 100.0, duration)


@given(duration=_DURATIONS, before=st.lists(_DURATIONS, max_size=7), spare=st.floats(0, 100))
def test_an_honest_rater_is_always_believed(duration: float, before: list[float], spare: float) -> None:
    assert _heard(duration, sum(before) + duration + spare + 1e-5, *before)


@given(duration=_DURATIONS, before=st.lists(_DURATIONS, max_size=7), share=st.floats(0, 0.9))
def test_a_rater_who_skips_a_tenth_is_never_believed(
    duration: float, before: list[float], share: float
) -> None:
    needed = sum(before) + duration
    assert _heard(duration, share * needed, *before) == (share * needed >= 0.99 * needed - 0.25)
    assert needed < 5 or not _heard(duration, share * needed, *before)


def test_a_browser_may_claim_only_what_it_played() -> None:
    assert claims_the_whole(played_ms=10_010, duration=10.0)
    assert claims_the_whole(played_ms=9_650, duration=10.0)
    assert not claims_the_whole(played_ms=9_000, duration=10.0)
