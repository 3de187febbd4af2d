"""Training data without end: captioned pieces composed on the spot, each a pure function of its number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from random import Random

import torch
from torch import Tensor

from generation.builtin.model import tokens
from generation.builtin.model.network import text_prefix
from generation.builtin.music.composer import compose
from generation.builtin.text.captions import caption, mentioned
from generation.builtin.text.prompt_reading import read

UNCONDITIONAL = 0.15
"""Share of examples whose caption is dropped, so that one network is both branches of guidance."""

_BATCHES_A_POOL = 8


@dataclass(frozen=True, slots=True)
class Batch:
    """``text`` [B, prefix], ``tokens`` [B, T] padded with PAD, ``places`` [B, T, 3]."""

    text: Tensor
    tokens: Tensor
    places: Tensor

    def written(self) -> int:
        """How many tokens the network is asked to predict."""
        return int((self.tokens[:, 1:] != tokens.PAD).sum())


def batches(purpose: str, seed: int, step: int, size: int) -> Iterator[Batch]:
    """The batches of ``step`` and all later steps: the same for the same arguments, no piece ever repeated."""
    for pool in count(step // _BATCHES_A_POOL):
        skipped = step % _BATCHES_A_POOL if pool == step // _BATCHES_A_POOL else 0
        yield from pool_at(purpose, seed, pool, size)[skipped:]


def pool_at(purpose: str, seed: int, pool: int, size: int) -> list[Batch]:
    """The batches of one pool: pieces sorted by length, so that little is padding, then shuffled as batches."""
    pieces = size * _BATCHES_A_POOL
    examples = [_example(purpose, seed, pool * pieces + index) for index in range(pieces)]
    examples.sort(key=lambda example: len(example[1]))
    batches = [_collated(examples[start : start + size]) for start in range(0, pieces, size)]
    Random(f"{purpose} {seed} order {pool}").shuffle(batches)
    return batches


def _example(purpose: str, seed: int, index: int) -> tuple[list[int], list[int]]:
    random = Random(f"{purpose} {seed} piece {index}")
    piece = compose(random)
    text = caption(mentioned(piece, random), random)
    concepts = () if random.random() < UNCONDITIONAL else read(text).concepts
    return text_prefix(concepts), tokens.encode(piece)


def _collated(examples: Sequence[tuple[list[int], list[int]]]) -> Batch:
    longest = max(len(written) for _, written in examples)
    padding = [[0] * (longest - len(written)) for _, written in examples]
    places = [
        tokens.features(written) + [(0, 0, 0)] * len(rest)
        for (_, written), rest in zip(examples, padding, strict=True)
    ]
    return Batch(
        text=torch.tensor([text for text, _ in examples]),
        tokens=torch.tensor([written + rest for (_, written), rest in zip(examples, padding, strict=True)]),
        places=torch.tensor(places),
    )
