"""All notes of one role laid end to end, so that one tensor operation plays them all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import interpolate

from generation.builtin.score import Note
from generation.builtin.synth.rate import SAMPLE_RATE, frames, hertz


@dataclass(frozen=True, slots=True)
class Lanes:
    """``N`` notes as ``S`` samples in a row.

    ``starts`` and ``counts`` ``[N]`` place each note in the clip; ``time`` ``[S]`` is seconds since the
    note's start; ``frequency`` (Hz), ``velocity`` and ``held`` (seconds) are ``[N]``.
    """

    starts: Tensor
    counts: Tensor
    time: Tensor
    frequency: Tensor
    velocity: Tensor
    held: Tensor

    def spread(self, values: Tensor) -> Tensor:
        """``[N]`` values to the ``[S]`` samples of their notes."""
        return values.repeat_interleave(self.counts)

    def per_note(self, generator: torch.Generator, low: float, high: float) -> Tensor:
        """``[N]`` uniform draws."""
        return low + (high - low) * torch.rand(len(self.counts), generator=generator)


def lay_out(notes: Sequence[Note], release: float, total: int) -> Lanes:
    """Lanes for ``notes`` that sound for their duration and ``release`` seconds, cut at frame ``total``."""
    starts = torch.tensor([frames(note.start) for note in notes])
    lengths = torch.tensor([frames(note.duration + release) for note in notes])
    counts = torch.minimum(lengths, total - starts)
    first = counts.cumsum(0) - counts
    time = (torch.arange(int(counts.sum())) - first.repeat_interleave(counts)) / SAMPLE_RATE
    return Lanes(
        starts=starts,
        counts=counts,
        time=time,
        frequency=torch.tensor([hertz(note.pitch) for note in notes], dtype=torch.float64),
        velocity=torch.tensor([note.velocity for note in notes]),
        held=torch.tensor([note.duration for note in notes]),
    )


def phase(lanes: Lanes, cents: Tensor | float = 0.0) -> Tensor:
    """Radians ``[S]`` of a steady tone per note, detuned by ``cents``, in double precision until wrapped."""
    detune = torch.as_tensor(cents, dtype=torch.float64) / 1200
    cycles = lanes.time.double() * lanes.spread(lanes.frequency * 2.0**detune)
    return ((cycles - cycles.floor()) * (2 * math.pi)).float()


def vibrato(lanes: Lanes, generator: torch.Generator, *, rate: float, cents: float, delay: float) -> Tensor:
    """Phase deviation in radians ``[S]``: a wobble that grows after ``delay`` seconds."""
    wobble = lanes.spread(rate * lanes.per_note(generator, 0.94, 1.06))
    depth = cents * math.log(2) / 1200 * lanes.per_note(generator, 0.8, 1.2) * lanes.frequency.float()
    grown = smooth((lanes.time - delay) / 0.3)
    return lanes.spread(depth) / wobble * grown * torch.sin(2 * math.pi * wobble * lanes.time)


def scoop(lanes: Lanes, cents: float, seconds: float) -> Tensor:
    """Phase deviation in radians of a note that starts ``cents`` below and slides up."""
    drop = 2 * math.pi * lanes.spread(lanes.frequency.float()) * (cents * math.log(2) / 1200) * seconds
    return drop * (fading(lanes.time, seconds) - 1)


def envelope(lanes: Lanes, *, attack: Tensor | float, release: float) -> Tensor:
    """``[S]``: a smooth rise over ``attack`` seconds, 1 while held, a smooth fall to 0 over ``release``."""
    rise = smooth(lanes.time / attack)
    fall = smooth((lanes.spread(lanes.held) + release - lanes.time) / release)
    return rise * fall * fall


def fading(time: Tensor, seconds: float) -> Tensor:
    """exp(-time / seconds), stopped before denormal numbers make processors slow."""
    return torch.exp((time / -seconds).clamp_min(-40))


def smooth(x: Tensor) -> Tensor:
    """0 below 0, 1 above 1, an S in between."""
    x = x.clamp(0, 1)
    return x * x * (3 - 2 * x)


def slow_noise(samples: int, bandwidth: float, generator: torch.Generator) -> Tensor:
    """``[samples]`` of noise up to about ``bandwidth`` Hz, RMS near 0.8."""
    points = max(2, round(samples / SAMPLE_RATE * 2 * bandwidth))
    noise = torch.randn(1, 1, points, generator=generator)
    return interpolate(noise, size=samples, mode="linear", align_corners=True)[0, 0]
