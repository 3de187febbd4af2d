"""Notes of one role side by side, so that one tensor operation plays them all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import interpolate

from generation.builtin.music.score import Note
from generation.builtin.synth.rate import SAMPLE_RATE, frames, hertz

PHASE_BLOCK = 64


@dataclass(frozen=True, slots=True)
class Lanes:
    """``N`` notes on one time axis of ``L`` samples, whole phase blocks, long enough for the longest of them.

    ``time`` ``[1, L]`` is seconds since each note's own start; ``start`` (seconds into the clip), ``frequency``
    (Hz, double precision), ``velocity`` and ``held`` (seconds) are ``[N, 1]``; after those, notes
    fall silent over ``release`` seconds.
    """

    time: Tensor
    start: Tensor
    frequency: Tensor
    velocity: Tensor
    held: Tensor
    release: float

    def per_note(self, generator: torch.Generator, low: float, high: float) -> Tensor:
        """``[N, 1]`` uniform draws."""
        return low + (high - low) * torch.rand(len(self.held), 1, generator=generator)

    def slow_noise(self, bandwidth: float, generator: torch.Generator) -> Tensor:
        """``[N, L]`` of noise up to about ``bandwidth`` Hz, RMS near 0.8."""
        samples = self.time.shape[-1]
        points = max(2, round(samples / SAMPLE_RATE * 2 * bandwidth))
        noise = torch.randn(1, len(self.held), points, generator=generator)
        return interpolate(noise, size=samples, mode="linear", align_corners=True)[0]

    def white_noise(self, generator: torch.Generator) -> Tensor:
        """``[N, L]`` of noise of all frequencies, RMS 1."""
        return torch.randn(len(self.held), self.time.shape[-1], generator=generator)


def lay_out(notes: Sequence[Note], release: float) -> Lanes:
    """Lanes for ``notes`` that sound for their duration and ``release`` seconds."""
    longest = max(frames(note.duration + release) for note in notes)
    longest = -(-longest // PHASE_BLOCK) * PHASE_BLOCK
    return Lanes(
        time=torch.arange(longest)[None] / SAMPLE_RATE,
        start=torch.tensor([[note.start] for note in notes]),
        frequency=torch.tensor([[hertz(note.pitch)] for note in notes], dtype=torch.float64),
        velocity=torch.tensor([[note.velocity] for note in notes]),
        held=torch.tensor([[note.duration] for note in notes]),
        release=release,
    )


def phase(lanes: Lanes, cents: Tensor | float = 0.0) -> Tensor:
    """Radians ``[N, L]`` of a steady tone per note, detuned by ``cents``; less than 64 periods away from 0.

    Wrapped in double precision at the start of every block, so that rounding does not grow with time.
    """
    samples = lanes.time.shape[-1]
    detune = torch.as_tensor(cents, dtype=torch.float64) / 1200
    step = lanes.frequency * 2.0**detune / SAMPLE_RATE
    blocks = torch.arange(0, samples, PHASE_BLOCK) * step
    starts = ((blocks - blocks.floor()) * (2 * math.pi)).float()
    inside = (torch.arange(PHASE_BLOCK) * step * (2 * math.pi)).float()
    return (starts[:, :, None] + inside[:, None, :]).flatten(1)


def vibrato(lanes: Lanes, generator: torch.Generator, *, rate: float, cents: float, delay: float) -> Tensor:
    """Phase deviation in radians ``[N, L]``: a wobble that grows after ``delay`` seconds."""
    wobble = rate * lanes.per_note(generator, 0.94, 1.06)
    depth = cents * math.log(2) / 1200 * lanes.per_note(generator, 0.8, 1.2) * lanes.frequency.float()
    grown = smooth((lanes.time - delay) / 0.3)
    return depth / wobble * grown * torch.sin(2 * math.pi * wobble * lanes.time)


def scoop(lanes: Lanes, cents: float, seconds: float) -> Tensor:
    """Phase deviation in radians of a note that starts ``cents`` below and slides up."""
    drop = 2 * math.pi * lanes.frequency.float() * (cents * math.log(2) / 1200) * seconds
    return drop * (fading(lanes.time, seconds) - 1)


def envelope(lanes: Lanes, *, attack: Tensor | float) -> Tensor:
    """``[N, L]``: a smooth rise over ``attack`` seconds, 1 while held, a smooth fall to 0 in the release."""
    risen, falling = (
        int(edge * SAMPLE_RATE) for edge in (torch.as_tensor(attack).max() + 1e-3, lanes.held.min())
    )
    shape = torch.ones(len(lanes.held), lanes.time.shape[-1])
    fall = smooth((lanes.held + lanes.release - lanes.time[:, falling:]) / lanes.release)
    shape[:, falling:] = fall * fall
    shape[:, :risen] *= smooth(lanes.time[:, :risen] / attack)
    return shape


def fading(time: Tensor, seconds: float) -> Tensor:
    """exp(-time / seconds), stopped before denormal numbers make processors slow."""
    return torch.exp((time / -seconds).clamp_min(-40))


def smooth(x: Tensor) -> Tensor:
    """0 below 0, 1 above 1, an S in between."""
    x = x.clamp(0, 1)
    return x * x * (3 - 2 * x)
