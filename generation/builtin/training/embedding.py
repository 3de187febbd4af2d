"""Where two pieces are near each other: a small contrastive embedding of melody, rhythm of the melody and harmony.

It hears the chords and the lead's notes, relative to the tonic, in a few bars of a piece. It does not hear
tempo, key, instruments, drums, texture, dynamics or the plan: what a prompt asks for is kept from it as far as
possible, so that a diversity reward cannot be earned by ignoring the prompt. Two excerpts of one piece are near,
excerpts of different pieces far (InfoNCE, van den Oord et al., 2018, eq. 4).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional

from generation.builtin.model.tokens import BAR, MOST_POSITIONS, VOCABULARY, encode
from generation.builtin.music.composer import compose
from generation.builtin.training.pupil import written
from generation.finetuning.objectives import cosine_distances
from generation.finetuning.seam import Samples
from generation.learning import placed

EMBEDDING = Path(__file__).parents[1] / "ears" / "embedding.safetensors"
HEARD = ("chord", "lead_note")
FEWEST_EVENTS, MOST_EVENTS = 9, 60
"""Pieces with fewer or more heard events than composed ones have (1st and 99th percentile of 1,000)
earn nothing: a diversity reward must not be won by writing next to nothing, or far too much."""

_WIDTH, _SIZE = 64, 32
_TEMPERATURE = 0.1

Event = tuple[int, int]


class Embedding(nn.Module):
    """Events to a point: embeddings of token and position, two convolutions, mean and maximum over time."""

    def __init__(self) -> None:
        super().__init__()
        self.token = nn.Embedding(len(VOCABULARY) + 1, _WIDTH, padding_idx=0)
        self.position = nn.Embedding(MOST_POSITIONS + 1, _WIDTH, padding_idx=0)
        self.first = nn.Conv1d(_WIDTH, _WIDTH, 3, padding=1)
        self.second = nn.Conv1d(_WIDTH, _WIDTH, 5, padding=2)
        self.out = nn.Linear(2 * _WIDTH, _SIZE)

    def forward(self, events: Tensor) -> Tensor:
        """``[B, _SIZE]`` from events ``[B, N, 2]`` (token, position + 1), zero for padding."""
        there = (events[..., 0] > 0).unsqueeze(1)
        x = (self.token(events[..., 0]) + self.position(events[..., 1])).transpose(1, 2) * there
        x = functional.gelu(self.first(x)) * there
        x = functional.gelu(self.second(x)) * there
        mean = x.sum(dim=2) / there.sum(dim=2).clamp(min=1)
        most = x.masked_fill(~there, -10.0).amax(dim=2)
        point: Tensor = self.out(torch.cat((mean, most), dim=1))
        return point


def heard(tokens: Sequence[int]) -> list[list[Event]]:
    """Per bar, the events that the embedding hears, as (token, position + 1)."""
    bars: list[list[Event]] = []
    position = 0
    for token in tokens:
        kind, value = VOCABULARY.entries[token]
        if token == BAR:
            bars.append([])
        elif kind == "at":
            position = value
        elif kind in HEARD:
            bars[-1].append((token, position + 1))
    return bars


def _stacked(excerpts: Sequence[Sequence[Event]]) -> Tensor:
    longest = max(1, *map(len, excerpts))
    return torch.tensor([[*events, *[(0, 0)] * (longest - len(events))] for events in excerpts])


@torch.no_grad()
def embed(embedding: Embedding, pieces: Sequence[Sequence[int]]) -> Tensor:
    """``[B, _SIZE]``: whole pieces, from their tokens."""
    return embedding(_stacked([[event for bar in heard(piece) for event in bar] for piece in pieces]))  # type: ignore[no-any-return] # nn.Module is called


@dataclass(frozen=True, slots=True)
class PieceDistance:
    """``generation.finetuning.seam.Distance``: 1 - cosine of the embeddings; 0 to a piece that earns nothing."""

    embedding: Embedding

    def __call__(self, samples: Samples, group: int) -> Tensor:
        pieces = written(samples)
        apart = cosine_distances(embed(self.embedding, pieces), group)
        earns = torch.tensor([_earns(piece) for piece in pieces]).view(-1, group, 1)
        return apart * earns * earns.transpose(1, 2)


def _earns(piece: Sequence[int]) -> bool:
    return FEWEST_EVENTS <= sum(map(len, heard(piece))) <= MOST_EVENTS


def load_embedding(path: Path = EMBEDDING) -> Embedding:
    """The embedding that ships with the code, or another run's."""
    embedding = Embedding()
    embedding.load_state_dict(load_file(path))
    return embedding.eval().requires_grad_(requires_grad=False)


def save_embedding(embedding: Embedding, path: Path, made: dict[str, str]) -> None:
    """Write the weights with how they were made."""
    with placed(path) as fresh:
        save_file(embedding.state_dict(), fresh, metadata=made)


def matched(embedding: Embedding, seed: int, start: int, size: int) -> tuple[Tensor, Tensor]:
    """``[size, _SIZE]`` twice: the embedded excerpts of ``size`` fresh pieces from number ``start``."""
    pairs = [excerpts(seed, start + index) for index in range(size)]
    first, second = ([one for one, _ in pairs], [other for _, other in pairs])
    return embedding(_stacked(first)), embedding(_stacked(second))


def excerpts(seed: int, index: int) -> tuple[list[Event], list[Event]]:
    """Two excerpts of one fresh piece that share no bar, each about half of it."""
    random = Random(f"embedding {seed} piece {index}")
    bars = heard(encode(compose(random)))
    cut = random.randint(math.ceil(len(bars) / 3), max(math.ceil(len(bars) / 3), 2 * len(bars) // 3))
    first, second = bars[:cut], bars[cut:]
    return [event for bar in first for event in bar], [event for bar in second for event in bar]


def contrastive_loss(one: Tensor, other: Tensor) -> Tensor:
    """InfoNCE both ways: row i of ``one`` [B, D] belongs to row i of ``other``."""
    similar = functional.normalize(one, dim=-1) @ functional.normalize(other, dim=-1).T / _TEMPERATURE
    own = torch.arange(len(one))
    return (functional.cross_entropy(similar, own) + functional.cross_entropy(similar.T, own)) / 2


@torch.no_grad()
def recognised(embedding: Embedding, seed: int, count: int) -> float:
    """How often, among ``count`` pieces that training never saw, an excerpt's nearest is the same piece's other."""
    one, other = matched(embedding, seed, -count, count)
    nearest = (functional.normalize(one, dim=-1) @ functional.normalize(other, dim=-1).T).argmax(dim=1)
    return float((nearest == torch.arange(count)).float().mean())
