from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studies.spec import SCALES, ValueRefused, oriented
from studies.spec.scales import SCALE_IDS

_ANY = st.sampled_from(sorted(SCALES))


def _labels(scale: str) -> dict[int, str]:
    return {option.value: option.label for option in SCALES[scale].options}


def test_all_five_scales_exist() -> None:
    assert tuple(SCALES) == SCALE_IDS


def test_the_labels_of_the_preference_scales_are_those_of_the_literature() -> None:
    assert _labels("preference-5") == {
        -2: "Strongly prefer A",
        -1: "Slightly prefer A",
        0: "No preference",
        1: "Slightly prefer B",
        2: "Strongly prefer B",
    }
    assert _labels("preference-3") == {-1: "Prefer A", 0: "No preference", 1: "Prefer B"}
    assert _labels("preference-2") == {-1: "Prefer A", 1: "Prefer B"}


def test_the_comparison_category_rating_judges_the_second_against_the_first() -> None:
    assert _labels("ccr-7") == {
        3: "Much better",
        2: "Better",
        1: "Slightly better",
        0: "About the same",
        -1: "Slightly worse",
        -2: "Worse",
        -3: "Much worse",
    }
    assert SCALES["ccr-7"].stem == "Compared with A, B is"


def test_the_absolute_category_rating_has_its_standard_labels() -> None:
    assert _labels("absolute-5") == {5: "Excellent", 4: "Good", 3: "Fair", 2: "Poor", 1: "Bad"}


def test_only_the_absolute_scale_scores_each_side() -> None:
    assert [scale.id for scale in SCALES.values() if scale.absolute] == ["absolute-5"]


def test_short_labels_fit_a_narrow_screen() -> None:
    assert [option.short for option in SCALES["preference-5"].options] == ["A", "a", "=", "b", "B"]
    assert all(len(option.short) <= 2 for scale in SCALES.values() for option in scale.options)


@given(scale=_ANY)
def test_options_are_in_order_and_their_sides_match_their_signs(scale: str) -> None:
    options = SCALES[scale].options
    assert list(SCALES[scale].values) == sorted({option.value for option in options})
    if not SCALES[scale].absolute:
        assert [option.side for option in options] == [
            "A" if option.value < 0 else "B" if option.value > 0 else None for option in options
        ]


@given(scale=_ANY, data=st.data())
def test_a_value_survives_its_form_field(scale: str, data: st.DataObject) -> None:
    value = data.draw(st.sampled_from(SCALES[scale].values))
    assert SCALES[scale].read(str(value)) == value
    assert SCALES[scale].option(value).value == value


@pytest.mark.parametrize("field", ["3", "-3", "+1", "01", " 1", "1.0", "", "one", "²", "9" * 5000])
def test_a_form_field_that_is_not_on_the_scale_is_refused(field: str) -> None:
    with pytest.raises(ValueRefused, match="preference-5; allowed: -2, -1, 0, 1, 2"):
        SCALES["preference-5"].read(field)


def test_a_forced_choice_has_no_tie() -> None:
    with pytest.raises(ValueRefused, match="allowed: -1, 1"):
        SCALES["preference-2"].option(0)


def test_absolute_scores_imply_a_preference_for_the_better_side() -> None:
    assert SCALES["absolute-5"].preference(2, 5) == 3
    assert SCALES["absolute-5"].preference(4, 4) == 0


def test_a_score_off_the_absolute_scale_is_refused() -> None:
    with pytest.raises(ValueRefused, match="allowed: 1, 2, 3, 4, 5"):
        SCALES["absolute-5"].preference(0, 5)


def test_a_preference_scale_has_no_scores() -> None:
    with pytest.raises(ValueRefused, match="no score for each side"):
        SCALES["ccr-7"].preference(1, 2)


def test_a_swapped_preference_is_turned_towards_system_b() -> None:
    assert oriented(-2, swapped=True) == 2
    assert oriented(-2, swapped=False) == -2


@given(scale=_ANY.filter(lambda scale: not SCALES[scale].absolute), data=st.data())
def test_turning_twice_changes_nothing_and_stays_on_the_scale(scale: str, data: st.DataObject) -> None:
    value = data.draw(st.sampled_from(SCALES[scale].values))
    assert oriented(oriented(value, swapped=True), swapped=True) == value
    assert SCALES[scale].option(oriented(value, swapped=True))
