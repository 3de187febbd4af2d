"""What a model must offer to be fine-tuned here. Nothing in this package knows what a token means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor, nn


@dataclass(frozen=True, slots=True)
class Samples:
    """A batch that the student drew, and what any copy of the model needs to read it again.

    ``tokens`` [B, T, ...]: the tokens drawn. ``counted``: bool like ``tokens``, False for padding. ``legal``:
    bool [B, T, ..., V], what could be drawn, at least one token everywhere; None where all could. ``inputs``:
    the model's own business, [B, ...] each; it may be longer than T.
    """

    tokens: Tensor
    counted: Tensor
    legal: Tensor | None
    inputs: Mapping[str, Tensor]

    def rows(self, chosen: Tensor) -> Samples:
        """Some of the samples (numbers ``[b]``), cut to the longest of them."""
        counted = self.counted[chosen]
        ends = counted.flatten(2).any(dim=-1) if counted.ndim > 2 else counted
        end = int(ends.any(dim=0).nonzero().max()) + 1
        return Samples(
            self.tokens[chosen, :end],
            counted[:, :end],
            None if self.legal is None else self.legal[chosen, :end],
            {name: value[chosen] for name, value in self.inputs.items()},
        )

    def by_length(self, most: int) -> list[Tensor]:
        """The numbers of all samples, shortest first, in parts of at most ``most``: little is padding."""
        order = self.counted.flatten(1).sum(dim=1).argsort(stable=True)
        return list(torch.split(order, most))


class Model(Protocol):
    """A network with its way of sampling. Student and teacher are two of them over the same alphabet."""

    @property
    def network(self) -> nn.Module:
        """What is trained, or frozen."""
        ...

    def sample(self, prompts: Sequence[str], generators: Sequence[torch.Generator]) -> Samples:
        """One sample per prompt at temperature 1 without guidance, each from its own generator; no gradient."""
        ...

    def logits(self, samples: Samples, *, conditional: bool) -> Tensor:
        """``[B, T, ..., V]`` before any mask, of each drawn token given those before it; without the prompt
        where ``conditional`` is False. Differentiable in the network's parameters."""
        ...


class Distance(Protocol):
    """How different samples are."""

    def __call__(self, samples: Samples, group: int) -> Tensor:
        """``[G, group, group]``, symmetric, for consecutive groups of ``group`` samples of one prompt."""
        ...
