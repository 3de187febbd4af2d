"""Filters as causal frequency responses, and noise of a wanted colour."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import product

import torch
from torch import Tensor

from generation.builtin.synth.rate import SAMPLE_RATE

# (centre Hz, quality, gain): one resonance of a body
Peak = tuple[float, float, float]


@lru_cache(maxsize=256)
def transform_size(frames: int) -> int:
    """The next fast transform size: small factors, but few twos, whose strides collide in the cache."""
    threes_and_fives = (3**threes * 5**fives for threes, fives in product(range(11), range(7)))
    sizes = (odd * 2**twos for odd in threes_and_fives for twos in range(5, 9))
    return min((size for size in sizes if size >= frames), default=-(-frames // 8) * 8)


def bins(size: int) -> Tensor:
    """Frequencies in Hz of a real transform of ``size`` samples; bin 0 is kept off zero to divide by."""
    frequency: Tensor = torch.fft.rfftfreq(size, 1 / SAMPLE_RATE)
    return frequency.clamp_min(1e-3)


def low_pass(frequency: Tensor, cutoff: float) -> Tensor:
    """One analogue pole: -3 dB at ``cutoff``, -6 dB an octave above."""
    return 1 / (1 + 1j * frequency / cutoff)


def high_pass(frequency: Tensor, cutoff: float) -> Tensor:
    """One analogue zero and pole."""
    return 1 / (1 - 1j * cutoff / frequency)


def resonances(frequency: Tensor, peaks: Sequence[Peak], floor: float) -> Tensor:
    """Parallel two-pole resonators over a flat ``floor``: the response of a wooden or brass body."""
    response = torch.full_like(frequency, floor, dtype=torch.complex64)
    for centre, quality, gain in peaks:
        response = response + gain / (1 + 1j * quality * (frequency / centre - centre / frequency))
    return response


def coloured_noise(frames: int, low: float, high: float, generator: torch.Generator) -> Tensor:
    """``[frames]`` of noise between ``low`` and ``high`` Hz (12 dB an octave outside), RMS 1."""
    size = transform_size(frames)
    frequency = bins(size)
    band = (high_pass(frequency, low) * low_pass(frequency, high)) ** 2
    noise = filtered(torch.randn(size, generator=generator), band, size)[:frames]
    return noise / noise.square().mean().sqrt()


def filtered(audio: Tensor, response: Tensor, size: int) -> Tensor:
    """``[..., frames]`` through a response given at ``bins(size)``."""
    passed: Tensor = torch.fft.irfft(torch.fft.rfft(audio, size) * response, size)
    return passed[..., : audio.shape[-1]]
