"""Notes to one track per role."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import torch
from torch import Tensor

from generation.builtin.music.score import Note
from generation.builtin.synth.instruments import Body, Instrument, Struck, Sustained
from generation.builtin.synth.lanes import lay_out, smooth
from generation.builtin.synth.rate import SAMPLE_RATE, frames, hertz
from generation.builtin.synth.spectra import bins, filtered, low_pass, resonances, transform_size

TREMOLO_HERTZ = 4.8
GROUP_SAMPLES = 60_000
LEAST_FILLED = 0.75
TAIL_SECONDS = 0.25  # room for a body's ring behind the end, so that it does not wrap around to the start


def play(
    instrument: Instrument, notes: Sequence[Note], *, width: float, total: int, generator: torch.Generator
) -> Tensor:
    """``[2, total]`` of ``notes`` (by start) on one instrument; ``width`` spreads pitches over the stage."""
    track = torch.zeros(2, total)
    notes = [note for note in notes if frames(note.start) < total]
    if not notes:
        return track
    gains = instrument.level * _positions(notes, width)
    if isinstance(instrument, Struck):
        _strike(track, instrument, notes, gains, generator)
    else:
        track = _sustain(track, instrument, notes, gains, generator)
    return track


def _positions(notes: Sequence[Note], width: float) -> Tensor:
    """``[N, 2]`` left and right gains: low notes to the left, as a pianist sees them; equal power."""
    pitch = torch.tensor([float(note.pitch) for note in notes])
    side = ((pitch - 62) / 20).clamp(-1, 1) * width
    return torch.stack([torch.sqrt(1 - side), torch.sqrt(1 + side)], 1)


def _sustain(
    track: Tensor, instrument: Sustained, notes: Sequence[Note], gains: Tensor, generator: torch.Generator
) -> Tensor:
    for group in _groups(notes, instrument.release):
        wave = instrument.voice(lay_out([notes[index] for index in group], instrument.release), generator)
        for lane, index in enumerate(group):
            start = frames(notes[index].start)
            _add(track, wave[:, lane], start, gains[index])
    return track if instrument.body is None else _through(track, instrument.body)


def _add(track: Tensor, wave: Tensor, start: int, gain: Tensor) -> None:
    """Add ``wave`` ``[1 or 2, L]`` to ``track`` ``[2, total]`` from ``start``, a gain each side; the rest is cut."""
    part = wave[:, : max(0, track.shape[-1] - start)]
    for side, level in enumerate(gain.tolist()):
        track[side, start : start + part.shape[-1]].add_(part[side % len(part)], alpha=level)


def _groups(notes: Sequence[Note], release: float) -> list[list[int]]:
    """Indices of notes of similar length, few enough for their samples to stay in the processor's cache."""
    lengths = [frames(note.duration + release) for note in notes]
    groups: list[list[int]] = []
    for index in sorted(range(len(notes)), key=lambda index: -lengths[index]):
        longest = lengths[groups[-1][0]] if groups else 0
        fits = groups and longest * (len(groups[-1]) + 1) <= GROUP_SAMPLES
        if fits and lengths[index] >= LEAST_FILLED * longest:
            groups[-1].append(index)
        else:
            groups.append([index])
    return groups


def _through(track: Tensor, body: Body) -> Tensor:
    size = transform_size(track.shape[-1] + frames(TAIL_SECONDS))
    return filtered(track, _response(body, size), size)


@lru_cache(maxsize=16)
def _response(body: Body, size: int) -> Tensor:
    frequency = bins(size)
    return resonances(frequency, body.peaks, body.floor) * low_pass(frequency, body.cutoff) ** 2


def _strike(
    track: Tensor, instrument: Struck, notes: Sequence[Note], gains: Tensor, generator: torch.Generator
) -> None:
    touches = 1 + 0.06 * (2 * torch.rand(len(notes), generator=generator) - 1)
    for note, delay, touch, gain in zip(notes, _strum(notes, instrument.strum), touches, gains, strict=True):
        start = frames(note.start + delay)
        _add(track, _touched(instrument, note)[None], start, touch * gain)
    if instrument.tremolo:
        track *= _swaying(track.shape[-1], instrument.tremolo)


def _touched(instrument: Struck, note: Note) -> Tensor:
    """One note as long as it is heard: the layers blended by velocity, damped after the note's end."""
    heard = frames(note.duration + instrument.release)
    soft, hard = _sample(instrument, note.pitch)[:, :heard].unbind()
    wave = torch.lerp(soft, hard, math.pow(note.velocity, 1.5)) * math.pow(note.velocity, 1.4)
    damping = _damping(instrument.release)[-heard:]
    start = heard - len(damping)
    ending = wave[start:]
    ending *= damping[: len(ending)]
    return wave


@lru_cache(maxsize=32)
def _damping(release: float) -> Tensor:
    """From 1 to 0 over ``release`` seconds."""
    samples = frames(release)
    return smooth(torch.arange(samples, 0, -1) / (release * SAMPLE_RATE)) ** 2


@lru_cache(maxsize=256)
def _sample(instrument: Struck, pitch: int) -> Tensor:
    return instrument.recipe(hertz(pitch))


def _strum(notes: Sequence[Note], delay: float) -> list[float]:
    """Seconds each note waits for the strings of its chord below it."""
    delays: list[float] = []
    for index, note in enumerate(notes):
        together = index and note.start == notes[index - 1].start
        delays.append(delays[-1] + delay if together else 0.0)
    return delays


def _swaying(total: int, depth: float) -> Tensor:
    """``[2, total]``: the slow left-right tremolo of an electric piano."""
    turn = torch.sin(torch.arange(total) * (2 * math.pi * TREMOLO_HERTZ / SAMPLE_RATE))
    return torch.stack([1 + depth * turn, 1 - depth * turn])
