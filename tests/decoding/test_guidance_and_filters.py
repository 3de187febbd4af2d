from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from torch import Tensor

from generation.decoding import guide, guide_stacked, top_k, top_p

ROWS = npst.arrays("float64", st.tuples(st.integers(1, 3), st.integers(2, 9)), elements=st.floats(-6, 6))


def kept(logits: Tensor) -> list[list[int]]:
    return [row.isfinite().nonzero().flatten().tolist() for row in logits]


def test_guidance_extrapolates_from_the_unconditional_branch() -> None:
    guided = guide(torch.tensor([2.0, 1.0]), torch.tensor([1.0, 1.5]), 3.0)
    assert guided.tolist() == [4.0, 0.0]


def test_guidance_at_scale_one_is_the_conditional_branch_itself() -> None:
    conditional = torch.randn(2, 5)
    assert guide(conditional, torch.randn(2, 5), 1.0) is conditional


def test_stacked_branches_have_the_conditional_half_first() -> None:
    stacked = torch.tensor([[2.0, 1.0], [1.0, 1.5]])
    assert guide_stacked(stacked, 3.0).tolist() == [[4.0, 0.0]]


@given(ROWS, st.floats(0.1, 8))
@settings(deadline=None, max_examples=60)
def test_guidance_in_logits_is_guidance_in_log_probabilities(rows: object, scale: float) -> None:
    conditional = torch.tensor(rows)
    unconditional = conditional.flip(-1)
    in_logits = guide(conditional, unconditional, scale).softmax(-1)
    in_logs = guide(conditional.log_softmax(-1), unconditional.log_softmax(-1), scale).softmax(-1)
    assert torch.allclose(in_logits, in_logs, atol=1e-9)


def test_top_k_keeps_the_likeliest() -> None:
    assert kept(top_k(torch.tensor([[0.1, 3.0, 2.0, -1.0]]), 2)) == [[1, 2]]


def test_top_k_keeps_exactly_k_among_equals() -> None:
    assert kept(top_k(torch.zeros(1, 6), 4)) == [[0, 1, 2, 3]]


@pytest.mark.parametrize(("p", "expected"), [(0.4, [0]), (0.5, [0]), (0.51, [0, 1]), (0.81, [0, 1, 2])])
def test_top_p_keeps_the_smallest_set_that_reaches_p(p: float, expected: list[int]) -> None:
    probabilities = torch.tensor([[0.5, 0.25, 0.125, 0.125]], dtype=torch.float64)
    assert kept(top_p(probabilities.log(), p)) == [expected]


def test_top_p_one_keeps_everything() -> None:
    logits = torch.tensor([[0.0, -30.0]])
    assert top_p(logits, 1.0) is logits


@given(ROWS, st.floats(0.01, 0.999))
@settings(deadline=None, max_examples=60)
def test_no_smaller_set_than_the_nucleus_reaches_p(rows: object, p: float) -> None:
    logits = torch.tensor(rows)
    for row, numbers in zip(logits.softmax(-1), kept(top_p(logits, p)), strict=True):
        inside = row[numbers].sort(descending=True).values
        assert inside.sum() >= p - 1e-12
        assert inside[:-1].sum() < p + 1e-12
        assert (
            len(numbers) == len(row)
            or inside.min() >= row[[n for n in range(len(row)) if n not in numbers]].max()
        )
