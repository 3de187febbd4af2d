"""Instruments that are struck or plucked and then ring by themselves.

A recipe makes one note as two samples of equal length, ``[2, frames]``: touched softly and hit hard. A player
blends them by velocity, cuts them at the note's end and keeps them for the next time.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from generation.builtin.synth.lanes import smooth
from generation.builtin.synth.modes import Modes, modes, ring
from generation.builtin.synth.rate import NYQUIST, SAMPLE_RATE, frames
from generation.builtin.synth.spectra import coloured_noise

SEED = 88
REFERENCE_RMS = 0.35
KNOCK_LEVEL = 0.5


def piano(frequency: float) -> Tensor:
    """Stiff strings in detuned pairs: a prompt sound, an after-sound, a felt hammer, a wooden thump."""
    partials = _series(frequency, 28, stiffness=2.2e-4 * (frequency / 262) ** 1.3)
    number = torch.arange(1, len(partials) + 1, dtype=torch.float64)
    decay = 2.3 * (262 / frequency) ** 0.75 / (1 + 0.22 * number + 0.012 * number**2)
    strike = torch.sin(math.pi * number / 7.7).abs() + 0.05

    def layer(hardness: float) -> Modes:
        felt = strike * torch.exp(-number * frequency / (900 + 3600 * hardness)) * number**-0.55
        prompt = Modes(partials * 1.00012, decay * 0.4, felt * 0.75)
        return prompt.joined(Modes(partials * 0.99988, decay * 1.5, felt * 0.35))

    thump = modes((92, 0.035, 0.25), (147, 0.03, 0.2), (238, 0.02, 0.12))
    return _two_layers(layer, thump, seconds=min(4.0, 6 * float(decay[0])), noise=(400, 4500, 0.05, 0.008))


def guitar(frequency: float) -> Tensor:
    """A nylon string plucked at a fifth of its length over a wooden box."""
    partials = _series(frequency, 26, stiffness=3e-5)
    number = torch.arange(1, len(partials) + 1, dtype=torch.float64)
    decay = 0.85 * (220 / frequency) ** 0.45 / (1 + 0.16 * (number - 1) + 0.02 * (number - 1) ** 2)
    pluck = torch.sin(math.pi * number / 5.2).abs() + 0.02

    def layer(hardness: float) -> Modes:
        level = pluck * number ** -(1.75 - 0.6 * hardness)
        return Modes(partials * 1.0002, decay, level).joined(
            Modes(partials * 0.9996, decay * 0.6, level * 0.5)
        )

    box = modes((104, 0.06, 0.22), (208, 0.045, 0.18), (395, 0.03, 0.1))
    return _two_layers(layer, box, seconds=min(3.0, 6 * float(decay[0])), noise=(900, 5000, 0.09, 0.006))


def bells(frequency: float) -> Tensor:
    """Two frequency-modulated pairs: a clear strike tone a shimmer that fades first (Chowning, JAES 1973)."""
    time, angle = _clock(frequency, 3.2)
    decay = 0.9 * (523 / frequency) ** 0.4

    def layer(hardness: float) -> Tensor:
        index = (0.5 + 1.6 * hardness) * torch.exp(-time / (0.35 * decay))
        tone = torch.sin(angle + index * torch.sin(3.5 * angle)) * torch.exp(-time / decay)
        shimmer = torch.sin(2.005 * angle + 0.6 * index * torch.sin(7.07 * angle)) * torch.exp(
            -time / (0.3 * decay)
        )
        return tone + 0.3 * shimmer + 0.25 * torch.sin(0.998 * angle) * torch.exp(-time / (1.3 * decay))

    return _ended(torch.stack([layer(0.15 * _fm_room(frequency)), layer(_fm_room(frequency))]))


def electric_piano(frequency: float) -> Tensor:
    """A hammered tine: a bell-like knock over a warm tone that growls when hit hard."""
    time, angle = _clock(frequency, 3.0)
    decay = 1.3 * (262 / frequency) ** 0.5

    def layer(hardness: float) -> Tensor:
        index = (0.25 + 1.25 * hardness) * torch.exp(-time / (0.5 * decay))
        tone = torch.sin(angle + index * torch.sin(angle)) * torch.exp(-time / decay)
        tine = torch.sin(angle + 0.5 * torch.sin(14 * angle) * torch.exp(-time / 0.12)) * torch.exp(
            -time / 0.4
        )
        return tone + (0.10 + 0.3 * hardness) * _fm_room(frequency) * tine

    return _ended(torch.stack([layer(0.1), layer(1.0)]))


def acoustic_bass(frequency: float) -> Tensor:
    """An upright bass: a fingertip, a dark string that dies soon, a big box."""
    partials = _series(frequency, 20, stiffness=1e-4)
    number = torch.arange(1, len(partials) + 1, dtype=torch.float64)
    decay = 0.75 * (65 / frequency) ** 0.3 / (1 + 0.35 * (number - 1))

    def layer(hardness: float) -> Modes:
        level = (torch.sin(math.pi * number / 4.3).abs() + 0.1) * number ** -(1.7 - 0.7 * hardness)
        return Modes(partials, decay, level)

    box = modes((61, 0.09, 0.3), (103, 0.06, 0.3), (212, 0.035, 0.15))
    return _two_layers(layer, box, seconds=2.5, noise=(250, 1800, 0.10, 0.012))


def electric_bass(frequency: float) -> Tensor:
    """A solid body with a pickup near the bridge: even, long, growling harmonics."""
    partials = _series(frequency, 26, stiffness=6e-5)
    number = torch.arange(1, len(partials) + 1, dtype=torch.float64)
    decay = 1.6 * (65 / frequency) ** 0.3 / (1 + 0.16 * (number - 1) + 0.015 * (number - 1) ** 2)
    pickup = torch.sin(math.pi * number * 0.18).abs() * torch.sin(math.pi * number * 0.27).abs() + 0.02

    def layer(hardness: float) -> Modes:
        return Modes(partials, decay, pickup * number ** -(0.95 - 0.6 * hardness))

    return _two_layers(layer, modes((80, 0.03, 0.1)), seconds=3.0, noise=(1200, 4000, 0.04, 0.005))


def _series(frequency: float, count: int, stiffness: float) -> Tensor:
    """Partials of a stiff string, f k sqrt(1 + B k^2), as far as they can be heard."""
    number = torch.arange(1, count + 1, dtype=torch.float64)
    partials = frequency * number * torch.sqrt((1 + stiffness * number**2) / (1 + stiffness))
    return partials[partials < 0.9 * NYQUIST]


def _clock(frequency: float, seconds: float) -> tuple[Tensor, Tensor]:
    time = torch.arange(frames(seconds), dtype=torch.float64) / SAMPLE_RATE
    return time.float(), 2 * math.pi * frequency * time


def _fm_room(frequency: float) -> float:
    """Less modulation for high notes, whose side bands would fold back."""
    return min(1.0, 900 / frequency)


def _two_layers(
    layer: Callable[[float], Modes], body: Modes, *, seconds: float, noise: tuple[float, float, float, float]
) -> Tensor:
    """String and body; ``noise`` is the stroke's own (low Hz, high Hz, level, seconds to 1/e)."""
    total = frames(seconds)
    low, high, level, decay = noise
    generator = torch.Generator().manual_seed(SEED)
    burst = torch.exp(-torch.arange(total) / (decay * SAMPLE_RATE))
    knock = ring(body, total) + level * coloured_noise(total, low, high, generator) * burst
    strings = [ring(layer(hardness), total) for hardness in (0.12, 1.0)]
    return _ended(torch.stack([string / _rms(string) + knock / KNOCK_LEVEL for string in strings]))


def _ended(layers: Tensor) -> Tensor:
    """Equally loud layers that start within half a millisecond and fade out at the end of the sample."""
    total = layers.shape[-1]
    rise = smooth(torch.arange(total) / (0.0005 * SAMPLE_RATE))
    fall = smooth((total - 1 - torch.arange(total)) / (0.2 * SAMPLE_RATE))
    return layers / _rms(layers) * rise * fall * REFERENCE_RMS


def _rms(audio: Tensor) -> Tensor:
    """Root mean square of the first third of a second, which is what the ear takes for the level."""
    return audio[..., : frames(0.33)].square().mean(-1, keepdim=True).sqrt()
