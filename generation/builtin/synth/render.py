"""A score becomes stereo sound at 32 kHz: the parts are played, placed, put into a room and levelled."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from generation.builtin.music.score import Note, Role, Score
from generation.builtin.synth.drums import play_drums
from generation.builtin.synth.instruments import BASSES, CHORDS, LEADS, Instrument
from generation.builtin.synth.lanes import smooth
from generation.builtin.synth.players import play
from generation.builtin.synth.rate import SAMPLE_RATE, frames
from generation.builtin.synth.room import echoes, in_room

BUS_RMS = 0.13
CEILING = 0.92
END_FADE_SECONDS = 0.12
TENTH = frames(0.1)
DUCK_SECONDS = 0.11
DUCK_DEPTH = 0.45
DOTTED_EIGHTH = 0.75  # of a beat
PITCHES = range(128)


@dataclass(frozen=True, slots=True)
class Channel:
    """A fader: linear ``level``, ``width`` of the pitches over the stage, ``room`` share of the sound."""

    level: float
    width: float
    room: float


CHANNELS: Mapping[Role, Channel] = {
    "lead": Channel(level=1.0, width=0.15, room=0.22),
    "chords": Channel(level=0.75, width=0.55, room=0.26),
    "bass": Channel(level=0.7, width=0.0, room=0.04),
}
DRUM_LEVEL = 1.0


class Unplayable(ValueError):
    """A score with a number that no instrument can play."""


def render(score: Score, *, seconds: float, generator: torch.Generator) -> Tensor:
    """Play ``score`` for ``seconds``: float32 ``[2, round(seconds * 32000)]``, within full scale.

    The same score and generator state give the same sound, whatever was rendered before. A longer score
    is cut, a shorter one rings out. ``generator`` (on the CPU) draws what differs from note to note.
    Raises ``Unplayable`` for times, pitches or velocities out of range.
    """
    _require_playable(score, seconds)
    total = frames(seconds)
    dry, send = torch.zeros(2, total), torch.zeros(2, total)
    for role, instrument in _cast(score).items():
        channel = CHANNELS[role]
        notes = _part(score, role)
        track = play(instrument, notes, width=channel.width, total=total, generator=generator)
        if instrument.echo:
            track = echoes(track, DOTTED_EIGHTH * 60 / score.bpm, instrument.echo)
        if role != "lead":
            _duck(track, score)
        dry.add_(track, alpha=channel.level)
        send.add_(track, alpha=channel.level * channel.room)
    drums = play_drums(score.kit, score.hits, total=total, generator=generator)
    dry.add_(drums.dry, alpha=DRUM_LEVEL)
    send.add_(drums.send, alpha=DRUM_LEVEL)
    return _levelled(in_room(dry, send))


def _cast(score: Score) -> Mapping[Role, Instrument]:
    return {"lead": LEADS[score.lead], "chords": CHORDS[score.chords], "bass": BASSES[score.bass]}


def _part(score: Score, role: Role) -> list[Note]:
    return sorted(
        (note for note in score.notes if note.role == role), key=lambda note: (note.start, note.pitch)
    )


def _duck(track: Tensor, score: Score) -> None:
    """Electronic kicks push chords and bass down for a moment, as that music does."""
    if score.kit != "electronic":
        return
    time = torch.arange(frames(5 * DUCK_SECONDS)) / SAMPLE_RATE
    dip = 1 - DUCK_DEPTH * smooth(time / 0.006) * torch.exp(-time / DUCK_SECONDS)
    for hit in score.hits:
        start = frames(hit.start)
        if hit.drum == "kick" and start < track.shape[-1]:
            track[:, start : start + len(dip)] *= dip[: track.shape[-1] - start]


def _levelled(mix: Tensor) -> Tensor:
    """One gain, a soft ceiling, and a short fade where the clip ends."""
    tenths = mix[:, : mix.shape[-1] // TENTH * TENTH].reshape(2, -1, TENTH).square().mean((0, 2))
    loudest = tenths.unfold(0, 4, 1).mean(-1).max().sqrt()
    if loudest > 0:
        mix = mix.mul_(BUS_RMS / loudest / CEILING).tanh_().mul_(CEILING)
    fade = frames(END_FADE_SECONDS)
    mix[:, -fade:] *= smooth(torch.arange(fade - 1, -1, -1) / (END_FADE_SECONDS * SAMPLE_RATE))
    return mix


def _require_playable(score: Score, seconds: float) -> None:
    if not (math.isfinite(seconds) and seconds >= 0.5):
        raise Unplayable(f"seconds is {seconds}; allowed is half a second or more")
    if not 0 < score.bpm < math.inf:
        raise Unplayable(f"bpm is {score.bpm}; allowed is more than 0")
    for index, note in enumerate(score.notes):
        if note.pitch not in PITCHES or not _timed(note.start, note.duration) or not 0 < note.velocity <= 1:
            raise Unplayable(
                f"notes[{index}] is {note}; allowed are start >= 0, duration > 0, pitch 0-127, velocity 0-1"
            )
    for index, hit in enumerate(score.hits):
        if not _timed(hit.start, 1.0) or not 0 < hit.velocity <= 1:
            raise Unplayable(f"hits[{index}] is {hit}; allowed are start >= 0 and velocity above 0 up to 1")


def _timed(start: float, duration: float) -> bool:
    return 0 <= start < math.inf and 0 < duration < math.inf
