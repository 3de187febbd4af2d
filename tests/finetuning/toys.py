"""The smallest model that can be fine-tuned: a table of logits for one token, with and without its prompt."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

import torch
from torch import Tensor, nn

from generation.decoding import draw, uniforms
from generation.finetuning.seam import Samples


class Table(nn.Module):
    """``logits`` [2, V]: row 0 under any prompt, row 1 under none."""

    def __init__(self, rows: Sequence[Sequence[float]]) -> None:
        super().__init__()
        self.logits = nn.Parameter(torch.tensor(rows, dtype=torch.float64))


class Bandit:
    """``seam.Model``: every sample is ``length`` independent tokens of the table."""

    def __init__(self, rows: Sequence[Sequence[float]], length: int = 1, legal: Tensor | None = None) -> None:
        self.table, self.length, self.legal = Table(rows), length, legal

    @property
    def network(self) -> nn.Module:
        return self.table

    @torch.no_grad()
    def sample(self, prompts: Sequence[str], generators: Sequence[torch.Generator]) -> Samples:
        logits = self.table.logits[0].expand(len(prompts), self.length, -1)
        legal = None if self.legal is None else self.legal.expand_as(logits)
        masked = logits if legal is None else logits.masked_fill(~legal, float("-inf"))
        drawn = draw(masked, uniforms(generators, self.length))
        return Samples(drawn, torch.ones_like(drawn, dtype=torch.bool), legal, {})

    def logits(self, samples: Samples, *, conditional: bool) -> Tensor:
        row = self.table.logits[0 if conditional else 1]
        return row.expand(*samples.tokens.shape, -1)


def differs(samples: Samples, group: int) -> Tensor:
    """``seam.Distance``: 1 between samples whose first tokens differ, else 0."""
    first = samples.tokens[:, 0].view(-1, group)
    return (first[:, :, None] != first[:, None, :]).double()


class Ticking:
    """A clock that is one second later at every look."""

    def __init__(self) -> None:
        self.seconds = count()

    def __call__(self) -> float:
        return float(next(self.seconds))
