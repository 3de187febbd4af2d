from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.builtin.model import tokens
from generation.builtin.model.checkpoints import load
from generation.builtin.model.network import EMPTY, NULL, TEXT_SIZE, text_names, text_prefix
from generation.builtin.model.sampling import write
from generation.builtin.model.tokens import BOS, EOS, LONGEST, decode
from generation.builtin.music.composer import compose
from generation.builtin.text.lexicon import CONCEPTS
from generation.builtin.text.prompt_reading import MOST_CONCEPTS, read
from generation.decoding import DecodingOptions, NotFinite, clip_generators
from tests.builtin.small import small_network

PROMPTS = (
    "slow sad piano",
    "fast rock with drums",
    "",
    "dreamy bells",
    "happy folk waltz",
    "funk",
    "jazz",
    "dark",
)


def test_no_concept_is_the_empty_condition() -> None:
    assert text_prefix(()) == [NULL] * MOST_CONCEPTS


def test_a_prefix_has_its_concepts_in_order_and_is_filled_up() -> None:
    prefix = text_prefix(CONCEPTS[:2])
    assert prefix == [2, 3] + [EMPTY] * (MOST_CONCEPTS - 2)


def test_more_concepts_than_slots_are_cut() -> None:
    assert len(text_prefix(CONCEPTS)) == MOST_CONCEPTS


def test_every_text_number_has_a_name() -> None:
    assert len(text_names()) == TEXT_SIZE


def test_half_precision_knows_how_far_it_has_read() -> None:
    """Positions beyond 256 do not exist in bfloat16; computed in it, neighbours would share one."""
    network = load("base", Path.cwd()).network
    written = [BOS, *[token for seed in range(4) for token in tokens.encode(compose(Random(seed)))[1:]]][:400]
    given = torch.tensor([text_prefix(())]), torch.tensor([written]), torch.zeros(1, 400, 3, dtype=torch.long)
    exact = network(*given).log_softmax(-1)
    rounded = network.bfloat16()(*given).float().log_softmax(-1)
    apart = (exact - rounded).abs().mean(dim=(0, 2))
    assert apart[300:].mean() < 1.5 * apart[:200].mean()


def test_reading_token_by_token_is_reading_at_once() -> None:
    network = small_network()
    written = tokens.encode(compose(Random(4)))[:40]
    places = torch.tensor([tokens.features(written)])
    text = torch.tensor([text_prefix(read("slow sad piano").concepts)])
    at_once = network(text, torch.tensor([written]), places)[0]
    cache = network.new_cache(1)
    network.read_text(text, cache)
    for index, token in enumerate(written):
        stepped = network.step(torch.tensor([token]), places[:, index], cache)
        assert torch.allclose(stepped[0], at_once[index], atol=1e-10)


def test_later_tokens_do_not_change_earlier_logits() -> None:
    network = small_network()
    written = tokens.encode(compose(Random(4)))[:30]
    places = torch.tensor([tokens.features(written)])
    text = torch.tensor([text_prefix(())])
    whole = network(text, torch.tensor([written]), places)
    part = network(text, torch.tensor([written[:20]]), places[:, :20])
    assert torch.allclose(whole[:, :20], part, atol=1e-10)


@pytest.mark.parametrize("scale", [1.0, 3.0])
def test_a_piece_does_not_depend_on_its_batch(scale: float) -> None:
    network = load("base", Path(), dtype=torch.float64).network
    options = DecodingOptions(guidance_scale=scale)
    prefixes = [text_prefix(read(prompt).concepts) for prompt in PROMPTS]
    together = write(network, prefixes, options, clip_generators(range(8)))
    for index in (0, 5):
        alone = write(network, prefixes[index : index + 1], options, clip_generators([index]))
        assert alone == together[index : index + 1]


@given(st.integers(0, 2**32), st.floats(0.3, 3.0))
@settings(max_examples=3)
def test_whatever_the_network_says_a_piece_comes_out(seed: int, temperature: float) -> None:
    options = DecodingOptions(temperature=temperature)
    (written,) = write(small_network(torch.float32), [text_prefix(())], options, clip_generators([seed]))
    assert written[0] == BOS
    assert written[-1] == EOS
    assert len(written) <= LONGEST
    decode(written)


def test_guidance_and_a_negative_prompt_change_what_is_written() -> None:
    network = load("base", Path(), dtype=torch.float64).network
    prefix, guided = text_prefix(read("slow sad piano").concepts), DecodingOptions(guidance_scale=3.0)
    plain = write(network, [prefix], DecodingOptions(), clip_generators([1]))
    with_guidance = write(network, [prefix], guided, clip_generators([1]))
    minor = text_prefix(read("minor key").concepts)
    against = write(network, [prefix], guided, clip_generators([1]), negatives=[minor])
    assert plain != with_guidance != against


def test_nothing_is_written_past_the_cache() -> None:
    network = small_network()
    cache = network.new_cache(1)
    cache.filled = cache.keys.shape[3]
    with pytest.raises(ValueError, match="places"):
        network.step(torch.tensor([BOS]), torch.zeros(1, 3, dtype=torch.long), cache)


@pytest.mark.parametrize("temperature", [0.001, 100.0])
def test_the_coldest_and_the_hottest_piece_end(temperature: float) -> None:
    options = DecodingOptions(temperature=temperature)
    (written,) = write(small_network(torch.float32), [text_prefix(())], options, clip_generators([1]))
    assert written[-1] == EOS
    assert len(written) <= LONGEST


def test_numbers_that_are_none_are_no_piece() -> None:
    network = small_network()
    network.tokens.weight[EOS, 0] = float("nan")
    with pytest.raises(NotFinite):
        write(network, [text_prefix(())], DecodingOptions(), clip_generators([1]))
