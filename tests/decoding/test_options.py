from __future__ import annotations

import math

import pytest

from generation.decoding import DecodingOptions, DecodingRefused


@pytest.mark.parametrize("value", [0, -1.0, math.nan, math.inf, True, "1"])
@pytest.mark.parametrize("name", ["temperature", "top_p", "guidance_scale"])
def test_a_number_that_cannot_be_decoded_with_is_refused_by_name(name: str, value: object) -> None:
    with pytest.raises(DecodingRefused, match=name):
        DecodingOptions.from_config({name: value})


@pytest.mark.parametrize("value", [0, -3, 2.5, True, "7"])
def test_top_k_must_be_a_whole_number_above_zero(value: object) -> None:
    with pytest.raises(DecodingRefused, match="top_k"):
        DecodingOptions.from_config({"top_k": value})


def test_top_p_above_one_is_refused() -> None:
    with pytest.raises(DecodingRefused, match="at most 1"):
        DecodingOptions(top_p=1.01)


def test_top_k_above_the_vocabulary_is_refused_with_its_size() -> None:
    with pytest.raises(DecodingRefused, match="373"):
        DecodingOptions(top_k=374).check_vocabulary(373)


def test_top_k_of_the_whole_vocabulary_is_allowed() -> None:
    DecodingOptions(top_k=373).check_vocabulary(373)


def test_a_negative_prompt_without_guidance_is_refused() -> None:
    with pytest.raises(DecodingRefused, match="no effect"):
        DecodingOptions(negative_prompt="drums")


def test_a_negative_prompt_must_be_text() -> None:
    with pytest.raises(DecodingRefused, match="no text"):
        DecodingOptions.from_config({"negative_prompt": 3, "guidance_scale": 2})


def test_null_and_absent_entries_mean_the_defaults() -> None:
    assert DecodingOptions.from_config({"top_k": None, "negative_prompt": None}) == DecodingOptions()


def test_entries_of_other_kinds_are_left_alone() -> None:
    assert DecodingOptions.from_config({"checkpoint": "base", "top_k": 5}) == DecodingOptions(top_k=5)


@pytest.mark.parametrize(
    ("name", "value"), [("temperature", 1e-308), ("temperature", 101), ("guidance_scale", 101)]
)
def test_a_number_that_logits_cannot_bear_is_refused_with_the_bound(name: str, value: float) -> None:
    with pytest.raises(DecodingRefused, match=f"{name}: .*at most 100"):
        DecodingOptions.from_config({name: value})
