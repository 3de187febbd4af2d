"""The score: what the built-in model writes and the synthesiser plays.

Times are seconds from the start of the clip, pitches are MIDI note numbers, velocities lie in (0, 1].
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Lead = Literal["piano", "guitar", "flute", "violin", "saxophone", "trumpet", "synth", "bells"]
Chords = Literal["piano", "electric_piano", "guitar", "strings", "organ", "pad"]
Bass = Literal["acoustic_bass", "electric_bass", "synth_bass", "sub_bass"]
Kit = Literal["none", "acoustic", "electronic", "brushes", "percussion"]
Drum = Literal["kick", "snare", "clap", "closed_hat", "open_hat", "ride", "crash", "tom", "shaker", "conga"]

LEADS: tuple[Lead, ...] = get_args(Lead)
CHORDS: tuple[Chords, ...] = get_args(Chords)
BASSES: tuple[Bass, ...] = get_args(Bass)
KITS: tuple[Kit, ...] = get_args(Kit)
DRUMS: tuple[Drum, ...] = get_args(Drum)

Role = Literal["lead", "chords", "bass"]


@dataclass(frozen=True, slots=True)
class Note:
    """One pitched note of one role."""

    role: Role
    start: float
    duration: float
    pitch: int
    velocity: float


@dataclass(frozen=True, slots=True)
class Hit:
    """One stroke on one drum."""

    drum: Drum
    start: float
    velocity: float


@dataclass(frozen=True, slots=True)
class Score:
    """A whole piece. ``seconds`` is where the last bar ends; releases and reverb ring on after it."""

    bpm: float
    lead: Lead
    chords: Chords
    bass: Bass
    kit: Kit
    notes: tuple[Note, ...]
    hits: tuple[Hit, ...]
    seconds: float
