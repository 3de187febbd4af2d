from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from generation.finetuning.merging import MergeRefused, Method, merge

METHODS: tuple[Method, ...] = ("linear", "spherical")


def weights(seed: int) -> dict[str, Tensor]:
    random = torch.Generator().manual_seed(seed)
    return {"a": torch.randn(3, 4, generator=random), "b.c": torch.randn(5, generator=random)}


@pytest.mark.parametrize("method", METHODS)
def test_weight_zero_and_one_are_the_ends_bit_for_bit(method: Method) -> None:
    for weight, end in ((0.0, 1), (1.0, 2)):
        merged = merge(weights(1), weights(2), weight, method=method)
        assert all(torch.equal(merged[name], weights(end)[name]) for name in merged)


def test_half_way_is_the_mean() -> None:
    merged = merge(weights(1), weights(2), 0.5)
    assert torch.allclose(merged["a"], (weights(1)["a"] + weights(2)["a"]) / 2)


def test_spherical_half_way_between_right_angles_is_on_the_circle() -> None:
    ends = {"x": torch.tensor([2.0, 0.0])}, {"x": torch.tensor([0.0, 4.0])}
    merged = merge(*ends, 0.5, method="spherical")["x"]
    assert torch.allclose(merged, torch.tensor([3.0, 3.0]) / 2**0.5)


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=30, deadline=None)
@given(weight=st.floats(0, 1))
def test_merging_something_with_itself_changes_nothing(method: Method, weight: float) -> None:
    merged = merge(weights(1), weights(1), weight, method=method)
    assert all(torch.allclose(merged[name], weights(1)[name], atol=1e-6) for name in merged)


@settings(max_examples=30, deadline=None)
@given(weight=st.floats(0, 1))
def test_the_order_of_the_ends_turns_the_weight_round(weight: float) -> None:
    there, back = merge(weights(1), weights(2), weight), merge(weights(2), weights(1), 1 - weight)
    assert all(torch.allclose(there[name], back[name], atol=1e-5) for name in there)


@pytest.mark.parametrize("weight", [1.5, -0.1, float("nan"), float("inf")])
def test_a_weight_outside_zero_to_one_is_refused(weight: float) -> None:
    with pytest.raises(MergeRefused, match=r"merge\.weight: .*0 \(all quality\) to 1"):
        merge(weights(1), weights(2), weight)


def test_extrapolation_is_allowed_by_name_and_nan_never_is() -> None:
    merged = merge(weights(1), weights(2), 1.5, extrapolate=True)
    assert torch.allclose(merged["a"], 1.5 * weights(2)["a"] - 0.5 * weights(1)["a"], atol=1e-6)
    with pytest.raises(MergeRefused, match="nan"):
        merge(weights(1), weights(2), float("nan"), extrapolate=True)


def test_weights_that_do_not_match_are_refused_by_name() -> None:
    other = {"a": torch.zeros(3, 5), "d": torch.zeros(1)}
    with pytest.raises(MergeRefused) as refused:
        merge(weights(1), other, 0.5)
    said = str(refused.value)
    assert "a is [3, 4] in quality and [3, 5] in diversity" in said
    assert "b.c is only in quality" in said
    assert "d is only in diversity" in said
