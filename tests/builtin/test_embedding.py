from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
import torch

from generation.builtin.model.network import text_prefix
from generation.builtin.model.tokens import encode
from generation.builtin.music.composer import compose
from generation.builtin.music.piece import Piece
from generation.builtin.training.embedding import (
    FEWEST_EVENTS,
    Embedding,
    PieceDistance,
    contrastive_loss,
    embed,
    heard,
    load_embedding,
    recognised,
)
from generation.builtin.training.pupil import reread


def piece(seed: int) -> Piece:
    return compose(Random(f"embedding test {seed}"))


def test_two_halves_of_an_unseen_piece_find_each_other_among_two_hundred() -> None:
    assert recognised(load_embedding(), seed=99, count=200) > 0.4  # by chance 0.005


def test_key_instruments_drums_and_tempo_of_the_plan_are_not_heard() -> None:
    one = piece(1)
    other = replace(one, plan=replace(one.plan, tonic=(one.plan.tonic + 5) % 12, lead="flute", mood="dark"))
    bars = tuple(replace(bar, drums=(), bass=(), comping=(), dynamic=0) for bar in one.bars)
    silent = replace(other, bars=bars)
    points = embed(load_embedding(), [encode(one), encode(other), encode(silent)])
    assert torch.allclose(points[0], points[1])
    assert torch.allclose(points[0], points[2])


def test_padding_does_not_move_a_piece() -> None:
    pieces = [encode(piece(seed)) for seed in range(4)]
    embedding = load_embedding()
    together = embed(embedding, pieces)
    alone = torch.cat([embed(embedding, [tokens]) for tokens in pieces])
    assert torch.allclose(together, alone, atol=1e-5)


def test_a_piece_of_next_to_nothing_earns_nothing() -> None:
    full = [encode(piece(seed)) for seed in range(2)]
    thin_bars = tuple(replace(bar, lead=(), chords=bar.chords[:1]) for bar in piece(2).bars)
    thin = encode(replace(piece(2), bars=thin_bars))
    assert sum(map(len, heard(thin))) < FEWEST_EVENTS
    samples = reread([text_prefix(())] * 3, [*full, thin])
    apart = PieceDistance(load_embedding())(samples, 3)[0]
    assert apart[2].tolist() == [0.0, 0.0, 0.0]
    assert apart[0, 1] > 0


def test_the_contrastive_loss_is_least_where_each_finds_its_own() -> None:
    points = torch.eye(4)
    assert contrastive_loss(points, points) < 0.001
    assert contrastive_loss(points, points.roll(1, 0)) > 9


def test_an_untrained_embedding_is_worse() -> None:
    torch.manual_seed(0)
    assert recognised(Embedding().eval(), 99, 100) < recognised(load_embedding(), 99, 100)


@pytest.mark.parametrize("seed", range(3))
def test_distances_are_symmetric_and_zero_to_oneself(seed: int) -> None:
    pieces = [encode(piece(10 * seed + index)) for index in range(3)]
    apart = PieceDistance(load_embedding())(reread([text_prefix(())] * 3, pieces), 3)[0]
    assert torch.allclose(apart, apart.T, atol=1e-6)
    assert torch.allclose(apart.diagonal(), torch.zeros(3), atol=1e-5)
