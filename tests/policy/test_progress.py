from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raters.policy import Progress


def test_progress_is_rounded_down() -> None:
    assert Progress(1, 3).percent == 33
    assert Progress(2, 3).percent == 66


def test_nothing_to_do_is_done() -> None:
    assert Progress(0, 0).percent == 100


@given(total=st.integers(1, 10_000), data=st.data())
def test_a_hundred_percent_means_finished(total: int, data: st.DataObject) -> None:
    done = data.draw(st.integers(0, total))
    assert (Progress(done, total).percent == 100) == (done == total)


@pytest.mark.parametrize(("done", "total"), [(-1, 3), (4, 3), (0, -1)])
def test_impossible_progress_is_refused(done: int, total: int) -> None:
    with pytest.raises(ValueError, match="0 <= done <= total"):
        Progress(done, total)
