"""Drawing one token per clip, each clip from its own generator."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from generation.decoding.filters import only_legal, top_k, top_p
from generation.decoding.guidance import guide_stacked
from generation.decoding.options import DecodingOptions


def clip_generators(seeds: Sequence[int]) -> list[torch.Generator]:
    """One generator per clip, on the CPU, so that every device draws the same."""
    return [torch.Generator().manual_seed(seed) for seed in seeds]


def draw(logits: Tensor, generators: Sequence[torch.Generator]) -> Tensor:
    """Tokens ``[B, ...]`` from logits ``[B, ..., V]``; clip ``b`` takes its uniforms from ``generators[b]`` alone.

    By inversion of the cumulative distribution in double precision on the CPU: a rounding difference of
    size e in the logits changes a token with a probability of the order e, and nothing else does.
    """
    on_cpu = logits.detach().to("cpu", torch.float64)
    shape = on_cpu.shape[1:-1]
    uniforms = torch.stack([torch.rand(shape, generator=g, dtype=torch.float64) for g in generators])
    cumulative = on_cpu.softmax(dim=-1).cumsum(dim=-1)
    sought = (uniforms.unsqueeze(-1) * cumulative[..., -1:]).contiguous()
    drawn = torch.searchsorted(cumulative.contiguous(), sought, right=True).squeeze(-1)
    last = on_cpu.shape[-1] - 1 - on_cpu.isfinite().int().flip(-1).argmax(dim=-1)
    return torch.minimum(drawn, last).to(logits.device)


def choose(
    logits: Tensor,
    options: DecodingOptions,
    generators: Sequence[torch.Generator],
    legal: Tensor | None = None,
) -> Tensor:
    """The next tokens ``[B, ...]``: guidance, legality, temperature, top-k, nucleus, draw, in this order.

    ``logits`` is ``[B, ..., V]``, or ``[2 B, ..., V]`` with the conditional half first where the options ask
    for guidance. ``legal`` is a bool mask that broadcasts to ``[B, ..., V]``.
    """
    guided = guide_stacked(logits, options.guidance_scale) if options.guided else logits
    if legal is not None:
        guided = only_legal(guided, legal)
    tempered = guided if options.temperature == 1.0 else guided / options.temperature
    if options.top_k is not None:
        tempered = top_k(tempered, options.top_k)
    if options.top_p is not None:
        tempered = top_p(tempered, options.top_p)
    return draw(tempered, generators)
