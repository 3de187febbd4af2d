"""A score becomes stereo sound at 32 kHz."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from generation.builtin.score import Score

SAMPLE_RATE = 32_000


def render(score: Score, *, seconds: float, generator: torch.Generator) -> Tensor:
    """Play ``score`` for ``seconds``: ``[2, seconds * 32000]`` float32 within full scale."""
    mix = torch.zeros(round(seconds * SAMPLE_RATE))
    for note in score.notes:
        start = round(note.start * SAMPLE_RATE)
        time = (
            torch.arange(max(0, min(round((note.duration + 0.3) * SAMPLE_RATE), len(mix) - start)))
            / SAMPLE_RATE
        )
        wave = torch.sin(2 * math.pi * 440 * 2 ** ((note.pitch - 69) / 12) * time) * torch.exp(-3 * time)
        mix[start : start + len(time)] += 0.1 * note.velocity * wave
    for hit in score.hits:
        start = round(hit.start * SAMPLE_RATE)
        time = torch.arange(max(0, min(6400, len(mix) - start))) / SAMPLE_RATE
        noise = torch.randn(len(time), generator=generator)
        mix[start : start + len(time)] += 0.05 * hit.velocity * noise * torch.exp(-30 * time)
    return torch.tanh(mix).expand(2, -1).clone()
