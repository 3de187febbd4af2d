from __future__ import annotations

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.decoding import DecodingOptions, choose, clip_generators, draw, top_k, top_p

LOGITS = torch.tensor([[0.5, -1.0, 2.0, 0.0], [1.0, 1.0, -2.0, 0.3], [0.0, 0.0, 0.0, 0.0]])


def test_frequencies_follow_the_distribution() -> None:
    probabilities = torch.tensor([0.1, 0.2, 0.7])
    generators = clip_generators(range(6000))
    counts = torch.bincount(draw(probabilities.log().expand(6000, 3), generators), minlength=3)
    assert torch.allclose(counts / 6000, probabilities, atol=0.02)


@given(st.integers(0, 2**31))
@settings(deadline=None, max_examples=60)
def test_a_forbidden_token_is_never_drawn(seed: int) -> None:
    legal = torch.tensor([[False, True, False, True]])
    drawn = choose(LOGITS[:1], DecodingOptions(), clip_generators([seed]), legal)
    assert int(drawn) in (1, 3)


def test_a_clip_draws_the_same_alone_and_in_a_batch() -> None:
    together = choose(LOGITS, DecodingOptions(temperature=0.8, top_p=0.9), clip_generators([7, 8, 9]))
    alone = choose(LOGITS[1:2], DecodingOptions(temperature=0.8, top_p=0.9), clip_generators([8]))
    assert together[1] == alone[0]


def test_top_k_one_takes_the_likeliest_whatever_the_seed() -> None:
    drawn = [int(choose(LOGITS[:1], DecodingOptions(top_k=1), clip_generators([s]))) for s in range(20)]
    assert set(drawn) == {2}


def test_filters_compose_the_nucleus_is_taken_of_what_top_k_left() -> None:
    """0.6 of all needs two tokens; of the two likeliest alone (2/3 and 1/3) it needs one."""
    rows = torch.tensor([[0.5, 0.25, 0.125, 0.125]]).log().expand(300, 4)
    nucleus, both = (
        set(choose(rows, options, clip_generators(range(300))).tolist())
        for options in (DecodingOptions(top_p=0.6), DecodingOptions(top_p=0.6, top_k=2))
    )
    assert (nucleus, both) == ({0, 1}, {0})


@given(st.integers(1, 4), st.floats(0.05, 1), st.floats(0.2, 3))
@settings(deadline=None, max_examples=40)
def test_together_filters_keep_only_what_each_keeps(k: int, p: float, temperature: float) -> None:
    options = DecodingOptions(temperature=temperature, top_k=k, top_p=p)
    drawn = choose(LOGITS[:1].expand(40, 4), options, clip_generators(range(40)))
    warm = LOGITS[:1] / temperature
    kept = {int(n) for n in top_p(top_k(warm, k), p)[0].isfinite().nonzero()}
    assert set(drawn.tolist()) <= kept <= {int(n) for n in top_k(warm, k)[0].isfinite().nonzero()}


def test_guided_choice_reads_both_halves() -> None:
    both = torch.tensor([[0.0, 1.0], [5.0, 0.0]])
    drawn = choose(both, DecodingOptions(guidance_scale=30.0), clip_generators([1]))
    assert drawn.tolist() == [1]


def test_plain_sampling_is_guidance_at_scale_one_bit_for_bit() -> None:
    plain = choose(LOGITS, DecodingOptions(), clip_generators([1, 2, 3]))
    scaled = choose(LOGITS, DecodingOptions(guidance_scale=1.0, top_p=1.0), clip_generators([1, 2, 3]))
    assert torch.equal(plain, scaled)


def test_several_codebooks_of_a_clip_share_its_generator() -> None:
    logits = torch.zeros(2, 4, 100)
    drawn = draw(logits, clip_generators([5, 6]))
    assert drawn.shape == (2, 4)
    assert torch.equal(drawn[1:], draw(logits[:1], clip_generators([6])))


def test_lower_temperature_sharpens() -> None:
    rows = LOGITS[:1].expand(400, 4)
    sharp = choose(rows, DecodingOptions(temperature=0.2), clip_generators(range(400)))
    broad = choose(rows, DecodingOptions(temperature=3.0), clip_generators(range(400)))
    assert (sharp == 2).sum() > (broad == 2).sum() + 100
