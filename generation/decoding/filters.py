"""What narrows a distribution before a token is drawn. All act on the last dimension of logits."""

from __future__ import annotations

import torch
from torch import Tensor

_NEVER = float("-inf")


def only_legal(logits: Tensor, legal: Tensor) -> Tensor:
    """Minus infinity wherever the bool mask ``legal`` says no."""
    return logits.masked_fill(~legal, _NEVER)


def top_k(logits: Tensor, k: int) -> Tensor:
    """Keep exactly the ``k`` likeliest; among equals the lower number stays (Fan et al., 2018)."""
    order = logits.argsort(dim=-1, descending=True, stable=True)
    keep = torch.zeros_like(logits, dtype=torch.bool).scatter(-1, order[..., :k], value=True)
    return only_legal(logits, keep)


def top_p(logits: Tensor, p: float) -> Tensor:
    """Keep the smallest set of likeliest tokens whose probability reaches ``p`` (Holtzman et al., 2020, eq. 2)."""
    if p >= 1.0:
        return logits
    order = logits.argsort(dim=-1, descending=True, stable=True)
    probability = logits.softmax(dim=-1).gather(-1, order)
    before = probability.cumsum(dim=-1) - probability
    keep = torch.zeros_like(logits, dtype=torch.bool).scatter(-1, order, before < p)
    return only_legal(logits, keep)
