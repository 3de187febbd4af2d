"""Drawing one token per clip, each clip from uniforms of its own that were made before the first draw."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from generation.decoding.filters import only_legal, top_k, top_p
from generation.decoding.guidance import guide_stacked
from generation.decoding.options import DecodingOptions

IMPOSSIBLE = -1
"""Stands where no token could be drawn. Asked for once a batch (``require_drawn``): a card need not wait every step."""


class NotFinite(ValueError):
    """The model's logits are no numbers, so that no token can be drawn."""

    CODE = "not_finite"


def clip_generators(seeds: Sequence[int]) -> list[torch.Generator]:
    """One generator per clip, on the CPU, so that every device draws the same."""
    return [torch.Generator().manual_seed(seed) for seed in seeds]


def uniforms(generators: Sequence[torch.Generator], *shape: int) -> Tensor:
    """Float64 ``[B, *shape]`` in [0, 1) on the CPU; row ``b`` comes from ``generators[b]`` alone."""
    return torch.stack([torch.rand(shape, generator=g, dtype=torch.float64) for g in generators])


def draw(logits: Tensor, uniform: Tensor) -> Tensor:
    """Tokens ``[B, ...]`` from logits ``[B, ..., V]`` and one uniform each ``[B, ...]``, on the logits' device.

    By inversion of the cumulative distribution in double precision: a rounding difference of size e in the
    logits changes a token with a probability of the order e, and nothing else does. ``IMPOSSIBLE`` where logits
    are NaN or plus infinity, or all of them minus infinity.
    """
    weights = (logits.detach() - logits.amax(dim=-1, keepdim=True)).double().exp()
    cumulative = weights.cumsum(dim=-1)
    total = cumulative[..., -1:]
    # Below the total even where a uniform near 1 was rounded up to it: a token without weight is never reached.
    sought = torch.minimum(uniform.unsqueeze(-1) * total, torch.nextafter(total, torch.zeros_like(total)))
    drawn = torch.searchsorted(cumulative, sought, right=True)
    return torch.where(total.isfinite(), drawn, IMPOSSIBLE).squeeze(-1)


def choose(logits: Tensor, options: DecodingOptions, uniform: Tensor, legal: Tensor | None = None) -> Tensor:
    """The next tokens ``[B, ...]``: guidance, legality, temperature, top-k, nucleus, draw, in this order.

    ``logits`` is ``[B, ..., V]``, or ``[2 B, ..., V]`` with the conditional half first where the options ask
    for guidance; ``uniform`` is ``[B, ...]``. ``legal`` is a bool mask that broadcasts to ``[B, ..., V]``.
    ``IMPOSSIBLE`` where a logit of the clip is NaN or plus infinity, legal or not; minus infinity is a mask.
    """
    numbers = logits.amax(dim=-1) < math.inf
    guided = guide_stacked(logits, options.guidance_scale) if options.guided else logits
    if options.guided:
        numbers = numbers.chunk(2)[0] & numbers.chunk(2)[1]
    if legal is not None:
        guided = only_legal(guided, legal)
    tempered = guided if options.temperature == 1.0 else guided / options.temperature
    if options.top_k is not None:
        tempered = top_k(tempered, options.top_k)
    if options.top_p is not None:
        tempered = top_p(tempered, options.top_p)
    return torch.where(numbers, draw(tempered, uniform), IMPOSSIBLE)


def require_drawn(tokens: Tensor) -> None:
    """Raise NotFinite where one of the tokens is ``IMPOSSIBLE``."""
    if bool((tokens == IMPOSSIBLE).any()):
        raise NotFinite(
            "the model's logits are NaN or infinite, so that no token can be drawn: its weights are damaged, "
            "or its precision too low"
        )
