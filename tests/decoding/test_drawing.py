from __future__ import annotations

from collections.abc import Iterable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.decoding import (
    IMPOSSIBLE,
    DecodingOptions,
    NotFinite,
    choose,
    clip_generators,
    draw,
    require_drawn,
    top_k,
    top_p,
    uniforms,
)

NAN, INF = float("nan"), float("inf")
LOGITS = torch.tensor([[0.5, -1.0, 2.0, 0.0], [1.0, 1.0, -2.0, 0.3], [0.0, 0.0, 0.0, 0.0]])


def chances(seeds: Iterable[int], *shape: int) -> torch.Tensor:
    return uniforms(clip_generators(list(seeds)), *shape)


def test_frequencies_follow_the_distribution() -> None:
    probabilities = torch.tensor([0.1, 0.2, 0.7])
    counts = torch.bincount(draw(probabilities.log().expand(6000, 3), chances(range(6000))), minlength=3)
    assert torch.allclose(counts / 6000, probabilities, atol=0.02)


@given(st.integers(0, 2**31))
@settings(deadline=None, max_examples=60)
def test_a_forbidden_token_is_never_drawn(seed: int) -> None:
    legal = torch.tensor([[False, True, False, True]])
    drawn = choose(LOGITS[:1], DecodingOptions(), chances([seed]), legal)
    assert int(drawn) in (1, 3)


def test_a_clip_draws_the_same_alone_and_in_a_batch() -> None:
    together = choose(LOGITS, DecodingOptions(temperature=0.8, top_p=0.9), chances([7, 8, 9]))
    alone = choose(LOGITS[1:2], DecodingOptions(temperature=0.8, top_p=0.9), chances([8]))
    assert together[1] == alone[0]


def test_top_k_one_takes_the_likeliest_whatever_the_seed() -> None:
    drawn = [int(choose(LOGITS[:1], DecodingOptions(top_k=1), chances([s]))) for s in range(20)]
    assert set(drawn) == {2}


def test_filters_compose_the_nucleus_is_taken_of_what_top_k_left() -> None:
    """0.6 of all needs two tokens; of the two likeliest alone (2/3 and 1/3) it needs one."""
    rows = torch.tensor([[0.5, 0.25, 0.125, 0.125]]).log().expand(300, 4)
    nucleus, both = (
        set(choose(rows, options, chances(range(300))).tolist())
        for options in (DecodingOptions(top_p=0.6), DecodingOptions(top_p=0.6, top_k=2))
    )
    assert (nucleus, both) == ({0, 1}, {0})


@given(st.integers(1, 4), st.floats(0.05, 1), st.floats(0.2, 3))
@settings(deadline=None, max_examples=40)
def test_together_filters_keep_only_what_each_keeps(k: int, p: float, temperature: float) -> None:
    options = DecodingOptions(temperature=temperature, top_k=k, top_p=p)
    drawn = choose(LOGITS[:1].expand(40, 4), options, chances(range(40)))
    warm = LOGITS[:1] / temperature
    kept = {int(n) for n in top_p(top_k(warm, k), p)[0].isfinite().nonzero()}
    assert set(drawn.tolist()) <= kept <= {int(n) for n in top_k(warm, k)[0].isfinite().nonzero()}


def test_guided_choice_reads_both_halves() -> None:
    both = torch.tensor([[0.0, 1.0], [5.0, 0.0]])
    drawn = choose(both, DecodingOptions(guidance_scale=30.0), chances([1]))
    assert drawn.tolist() == [1]


def test_plain_sampling_is_guidance_at_scale_one_bit_for_bit() -> None:
    plain = choose(LOGITS, DecodingOptions(), chances([1, 2, 3]))
    scaled = choose(LOGITS, DecodingOptions(guidance_scale=1.0, top_p=1.0), chances([1, 2, 3]))
    assert torch.equal(plain, scaled)


def test_several_codebooks_of_a_clip_share_its_generator() -> None:
    logits = torch.zeros(2, 4, 100)
    drawn = draw(logits, chances([5, 6], 4))
    assert drawn.shape == (2, 4)
    assert torch.equal(drawn[1:], draw(logits[:1], chances([6], 4)))


def test_lower_temperature_sharpens() -> None:
    rows = LOGITS[:1].expand(400, 4)
    sharp = choose(rows, DecodingOptions(temperature=0.2), chances(range(400)))
    broad = choose(rows, DecodingOptions(temperature=3.0), chances(range(400)))
    assert (sharp == 2).sum() > (broad == 2).sum() + 100


def test_uniforms_made_in_advance_are_those_drawn_one_by_one() -> None:
    (one_by_one,) = clip_generators([11])
    drawn = torch.stack([torch.rand(4, generator=one_by_one, dtype=torch.float64) for _ in range(30)])
    assert torch.equal(chances([11], 30, 4)[0], drawn)


@pytest.mark.parametrize("broken", [NAN, INF])
@pytest.mark.parametrize("options", [{}, {"top_k": 2}, {"top_p": 0.5}, {"temperature": 0.001}])
def test_a_logit_that_is_no_number_is_no_draw_and_spares_the_other_clips(
    broken: float, options: dict[str, float]
) -> None:
    logits = LOGITS.clone()
    logits[1, 3] = broken
    drawn = choose(logits, DecodingOptions.from_config(options), chances([1, 2, 3]))
    assert (drawn == IMPOSSIBLE).tolist() == [False, True, False]
    with pytest.raises(NotFinite, match="NaN or infinite"):
        require_drawn(drawn)


@pytest.mark.parametrize("branch", [0, 1])
def test_under_guidance_either_branch_must_be_numbers(branch: int) -> None:
    logits = torch.zeros(2, 4)
    logits[branch, 0] = NAN
    assert choose(logits, DecodingOptions(guidance_scale=3.0), chances([1])).tolist() == [IMPOSSIBLE]


def test_nothing_that_may_be_drawn_is_no_draw() -> None:
    assert draw(torch.full((1, 4), -INF), chances([1])).tolist() == [IMPOSSIBLE]


@pytest.mark.parametrize("scale", [0.5, 1.0, 3.0])
def test_minus_infinity_is_a_mask_in_one_branch_and_in_both(scale: float) -> None:
    conditional, unconditional = torch.zeros(200, 4), torch.zeros(200, 4)
    conditional[:, 0] = unconditional[:, 0] = conditional[:, 1] = -INF
    unconditional[:, 2] = -INF
    both = torch.cat((conditional, unconditional)) if scale != 1.0 else conditional
    drawn = choose(both, DecodingOptions(guidance_scale=scale), chances(range(200)))
    assert set(drawn.tolist()) == {2, 3}


def test_a_uniform_just_below_one_draws_the_last_token_with_any_weight() -> None:
    almost_one = torch.tensor([1 - 2.0**-53], dtype=torch.float64)
    assert draw(torch.tensor([[0.0, 1.0, -INF]]), almost_one).tolist() == [1]


@given(st.integers(0, 2**31), st.floats(-1e4, 1e4))
@settings(deadline=None, max_examples=40)
def test_only_differences_of_logits_matter(seed: int, offset: float) -> None:
    doubles = LOGITS.double()
    assert torch.equal(draw(doubles, chances([seed] * 3)), draw(doubles + offset, chances([seed] * 3)))
