from __future__ import annotations

from random import Random

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.builtin.model.grammar import START, State, advance, allowed, hurried
from generation.builtin.model.tokens import (
    BOS,
    EOS,
    LONGEST,
    VOCABULARY,
    NotAPiece,
    decode,
    digest,
    encode,
    features,
)
from generation.builtin.music.composer import compose
from generation.builtin.music.piece import LEAD_REST

SEEDS = st.integers(0, 2**32)


@given(SEEDS)
@settings(max_examples=60)
def test_a_piece_survives_its_tokens(seed: int) -> None:
    piece = compose(Random(seed))
    assert decode(encode(piece)) == piece


@given(SEEDS)
@settings(max_examples=30)
def test_the_grammar_allows_every_composed_piece_and_agrees_on_places(seed: int) -> None:
    tokens = encode(compose(Random(seed)))
    state, places = START, []
    for token in tokens:
        assert allowed(state)[token], (state, VOCABULARY.entries[token])
        state = advance(state, token)
        places.append(state.features())
    assert places == features(tokens)
    assert len(tokens) < LONGEST


def walk(seed: int, hurry_after: int) -> list[int]:
    """Legal tokens drawn without any model."""
    generator = torch.Generator().manual_seed(seed)
    tokens, state = [BOS], advance(START, BOS)
    while tokens[-1] != EOS:
        mask = hurried(state) if len(tokens) > hurry_after else allowed(state)
        tokens.append(int(torch.multinomial(mask.float(), 1, generator=generator)))
        state = advance(state, tokens[-1])
    return tokens


@given(SEEDS)
@settings(max_examples=25)
def test_any_legal_walk_spells_a_piece_that_encodes_back(seed: int) -> None:
    piece = decode(walk(seed, hurry_after=10_000))
    assert decode(encode(piece)) == piece


def test_in_a_hurry_a_piece_ends_in_four_tokens_a_bar() -> None:
    tokens = walk(3, hurry_after=40)
    assert len(tokens) < 40 + 4 * 12
    decode(tokens)


def test_only_the_required_number_of_bars_is_legal() -> None:
    enough, early = State("lead_note", needed=4, bars=4), State("lead_note", needed=4, bars=3)
    assert allowed(enough)[EOS]
    assert not allowed(early)[EOS]


def test_a_lead_is_written_within_its_instruments_range() -> None:
    legal = allowed(State("at", bars=2, position=0, tonic=6, lead="guitar"))
    pitches = [54 + value for kind, value in VOCABULARY.entries if kind == "lead_note" and value != LEAD_REST]
    first = VOCABULARY.spans["lead_note"].start
    assert {pitch for index, pitch in enumerate(pitches) if legal[first + index]} == set(range(52, 80))


def test_tokens_without_an_end_are_refused() -> None:
    with pytest.raises(NotAPiece, match="end with eos"):
        decode(encode(compose(Random(1)))[:-1])


def test_tokens_with_a_bar_too_few_are_refused() -> None:
    tokens = encode(compose(Random(1)))
    last_bar = len(tokens) - 1 - tokens[::-1].index(VOCABULARY.numbers["bar", 0])
    with pytest.raises(NotAPiece, match="bars"):
        decode([*tokens[:last_bar], EOS])


def test_a_plan_inside_a_bar_is_refused() -> None:
    tokens = encode(compose(Random(1)))
    with pytest.raises(NotAPiece, match="inside a bar"):
        decode([*tokens[:-1], VOCABULARY.numbers["mood", "sad"], EOS])


def test_the_vocabulary_has_one_number_per_token() -> None:
    assert len(set(VOCABULARY.names())) == len(VOCABULARY) == 373
    assert digest(VOCABULARY.names()) != digest(VOCABULARY.names()[1:])
