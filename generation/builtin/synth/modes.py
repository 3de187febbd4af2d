"""Sounds that ring: sums of exponentially damped sines, for strings, bars, bells and skins.

A damped partial is z^n, and z^(bB + j) = z^(bB) z^j: the sum over K partials of any length is one product of
``[blocks, 2K]`` and ``[2K, B]`` matrices. Long notes of dozens of partials cost a millisecond.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from generation.builtin.synth.rate import NYQUIST, SAMPLE_RATE

BLOCK = 256


@dataclass(frozen=True, slots=True)
class Modes:
    """Partials: ``frequency`` Hz, ``decay`` seconds to 1/e, ``level`` at the stroke; all float64 ``[K]``."""

    frequency: Tensor
    decay: Tensor
    level: Tensor

    def joined(self, other: Modes) -> Modes:
        """Both sets of partials at once."""
        return Modes(
            torch.cat([self.frequency, other.frequency]),
            torch.cat([self.decay, other.decay]),
            torch.cat([self.level, other.level]),
        )


def modes(*partials: tuple[float, float, float]) -> Modes:
    """Modes from (frequency, decay, level) triples."""
    frequency, decay, level = torch.tensor(partials, dtype=torch.float64).T
    return Modes(frequency, decay, level)


def ring(partials: Modes, frames: int) -> Tensor:
    """``[frames]`` float32 of the partials, each from phase 0. Partials beyond hearing are left out."""
    audible = partials.frequency < 0.95 * NYQUIST
    rate = (
        torch.complex(-1 / partials.decay[audible], 2 * math.pi * partials.frequency[audible]) / SAMPLE_RATE
    )
    blocks = -(-frames // BLOCK)
    inside = torch.exp(rate[:, None] * torch.arange(BLOCK)) * partials.level[audible, None]
    across = torch.exp(rate[None, :] * (BLOCK * torch.arange(blocks))[:, None])
    left = torch.cat([across.real, across.imag], 1).float()
    right = torch.cat([inside.imag, inside.real], 0).float()
    return (left @ right).flatten()[:frames]
