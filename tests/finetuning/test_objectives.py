from __future__ import annotations

import math
from itertools import product

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.finetuning.objectives import (
    FLOOR,
    advantages,
    cosine_distances,
    divergence,
    diversity_surrogate,
    guided_log_probabilities,
    legal_log_probabilities,
    log_likelihood,
    rewards,
)

LOGITS = torch.tensor([0.3, -1.0, 2.0, 0.0], dtype=torch.float64)


def test_the_divergence_of_a_distribution_from_itself_is_zero() -> None:
    own = LOGITS.log_softmax(-1)
    assert divergence(own, own).item() == 0.0


def test_the_divergence_has_its_known_value() -> None:
    student = torch.tensor([0.5, 0.5], dtype=torch.float64).log()
    teacher = torch.tensor([0.25, 0.75], dtype=torch.float64).log()
    assert divergence(student, teacher).item() == pytest.approx(0.5 * math.log(2) + 0.5 * math.log(2 / 3))


def test_what_the_teacher_finds_impossible_counts_as_the_floor() -> None:
    student = torch.tensor([0.5, 0.5], dtype=torch.float64).log()
    teacher = torch.tensor([0.0, float("-inf")], dtype=torch.float64)
    assert divergence(student, teacher).item() == pytest.approx(math.log(0.5) - 0.5 * FLOOR)


def test_tokens_that_are_not_legal_add_nothing_and_give_no_nan() -> None:
    legal = torch.tensor([True, False, True, False])
    logits = LOGITS.clone().requires_grad_()
    student = legal_log_probabilities(logits, legal)
    teacher = guided_log_probabilities(LOGITS * 2, LOGITS, 3.0, legal)
    (gradient,) = torch.autograd.grad(divergence(student, teacher), logits)
    assert gradient.isfinite().all()
    assert gradient[~legal].tolist() == [0.0, 0.0]


def test_a_teacher_at_scale_one_is_plain_sampling() -> None:
    taught = guided_log_probabilities(LOGITS, -LOGITS, 1.0, None)
    assert torch.equal(taught, LOGITS.log_softmax(-1))


def test_padding_has_no_likelihood() -> None:
    own = LOGITS.log_softmax(-1).expand(1, 2, -1)
    counted = torch.tensor([[True, False]])
    assert log_likelihood(own, torch.tensor([[2, 1]]), counted).item() == pytest.approx(own[0, 0, 2].item())


def test_the_reward_is_the_mean_distance_to_the_others() -> None:
    apart = torch.tensor([[[0.0, 1.0, 0.5], [1.0, 0.0, 0.2], [0.5, 0.2, 0.0]]])
    assert torch.allclose(rewards(apart), torch.tensor([[0.75, 0.6, 0.35]]))
    assert torch.allclose(advantages(apart), torch.tensor([[0.75 - 0.2, 0.6 - 0.5, 0.35 - 1.0]]))


def test_a_baseline_of_equal_distances_leaves_nothing() -> None:
    apart = torch.full((2, 4, 4), 0.7) * (1 - torch.eye(4))
    assert torch.allclose(advantages(apart), torch.zeros(2, 4), atol=1e-6)


def _expected(count: int, logits: torch.Tensor) -> torch.Tensor:
    """The surrogate's gradient, averaged over everything that ``count`` draws can come to."""
    size = len(logits)
    total = torch.zeros(size, dtype=torch.float64)
    for drawn in product(range(size), repeat=count):
        tokens = torch.tensor(drawn)
        apart = (tokens[:, None] != tokens[None]).double()[None]
        own = logits.log_softmax(-1)
        surrogate = diversity_surrogate(advantages(apart).flatten(), own[tokens])
        (gradient,) = torch.autograd.grad(surrogate, logits)
        total += own[tokens].sum().exp().detach() * gradient
    return total


@pytest.mark.parametrize("count", [2, 3, 4])
def test_the_policy_gradient_is_unbiased_on_a_bandit(count: int) -> None:
    logits = torch.tensor([0.5, -0.2, 1.0], dtype=torch.float64, requires_grad=True)
    distance = 1.0 - logits.softmax(-1).square().sum()
    (exact,) = torch.autograd.grad(distance, logits)
    assert torch.allclose(_expected(count, logits), exact, atol=1e-12)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(-1, 1), min_size=12, max_size=12), st.integers(0, 3))
def test_a_sample_has_no_part_in_its_own_baseline(values: list[float], changed: int) -> None:
    points = torch.tensor(values, dtype=torch.float64).view(4, 3)
    moved = points.clone()
    moved[changed] += 2.5
    before, after = (torch.cdist(p, p)[None] for p in (points, moved))
    baselines = [rewards(apart) - advantages(apart) for apart in (before, after)]
    assert baselines[0][0, changed].item() == pytest.approx(baselines[1][0, changed].item(), abs=1e-9)


def test_cosine_distances_are_zero_to_oneself_one_at_right_angles_two_opposite() -> None:
    points = torch.tensor([[1.0, 0.0], [0.0, 3.0], [-2.0, 0.0]])
    apart = cosine_distances(points, 3)[0]
    assert torch.allclose(apart, torch.tensor([[0.0, 1.0, 2.0], [1.0, 0.0, 1.0], [2.0, 1.0, 0.0]]))
