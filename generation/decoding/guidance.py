"""Classifier-free guidance in logit space (Ho and Salimans, 2022, eq. 6; for tokens, Sanchez et al., 2023)."""

from __future__ import annotations

import torch
from torch import Tensor


def guide(conditional: Tensor, unconditional: Tensor, scale: float) -> Tensor:
    """``unconditional + scale * (conditional - unconditional)``; at scale 1 ``conditional`` itself, bit for bit.

    Where either is minus infinity, which is a mask and no number to reckon with, ``conditional`` stands.
    """
    if scale == 1.0:
        return conditional
    masked = conditional.isneginf() | unconditional.isneginf()
    return torch.where(masked, conditional, unconditional + scale * (conditional - unconditional))


def guide_stacked(logits: Tensor, scale: float) -> Tensor:
    """Guided logits ``[B, ...]`` from both branches run as one batch ``[2 B, ...]``, conditional half first."""
    conditional, unconditional = logits.chunk(2)
    return guide(conditional, unconditional, scale)
