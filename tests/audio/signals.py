"""Signals whose levels are known by calculation."""

from __future__ import annotations

import math

import torch
from torch import Tensor


def sine(
    frequency: float,
    *,
    amplitude: float = 1.0,
    seconds: float = 10.0,
    rate: int = 32_000,
    channels: int = 2,
    phase: float = 0.0,
) -> Tensor:
    """``[channels, frames]`` of one sine."""
    time = torch.arange(round(seconds * rate), dtype=torch.float64) / rate
    wave = amplitude * torch.sin(2 * math.pi * frequency * time + phase)
    return wave.float().expand(channels, -1).clone()


def noise(seed: int, *, amplitude: float = 0.1, frames: int = 320_000, channels: int = 2) -> Tensor:
    """``[channels, frames]`` of white noise with RMS ``amplitude``."""
    generator = torch.Generator().manual_seed(seed)
    return amplitude * torch.randn(channels, frames, generator=generator)


def plucks(*, frames: int = 320_000, gap: int = 16_000) -> Tensor:
    """Stereo clicks that die in a few milliseconds: very peaky material."""
    time = torch.arange(frames)
    wave = torch.exp(-(time % gap) / 60.0) * torch.sin(0.3 * (time % gap))
    return wave.expand(2, -1).clone()


def tone_with_quiet_half(*, seconds: float = 10.0) -> Tensor:
    """A tone for half a clip, then the same 30 dB softer: the relative gate must leave the soft half out."""
    wave = sine(1000, amplitude=0.2, seconds=seconds)
    wave[:, wave.shape[-1] // 2 :] *= 10 ** (-30 / 20)
    return wave
