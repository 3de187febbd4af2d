"""The analysis of a table knows the scales without the study file's reader: both must say the same."""

from __future__ import annotations

import pytest

from analysis.table.columns import SCALES as PREFERENCES
from studies.spec import SCALES


def test_both_know_the_same_scales() -> None:
    assert set(PREFERENCES) == set(SCALES)


@pytest.mark.parametrize("scale", SCALES)
def test_a_table_allows_the_preferences_that_a_rater_can_give(scale: str) -> None:
    values = SCALES[scale].values
    given = {b - a for a in values for b in values} if SCALES[scale].absolute else set(values)
    assert set(PREFERENCES[scale]) == given
