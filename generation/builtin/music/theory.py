"""Modes, chords and voicings: the little music theory that the composer and the tokens share.

Pitch classes and chord roots are semitones above the tonic, so nothing here depends on the key.
"""

from __future__ import annotations

from functools import cache, lru_cache
from itertools import product
from typing import Literal, NamedTuple, get_args

Mode = Literal["major", "minor", "dorian", "mixolydian", "lydian", "phrygian"]
Quality = Literal["maj", "min", "dim", "maj7", "min7", "dom7", "hdim7", "sus4"]

MODES: tuple[Mode, ...] = get_args(Mode)
QUALITIES: tuple[Quality, ...] = get_args(Quality)
TONICS = ("c", "c#", "d", "eb", "e", "f", "f#", "g", "ab", "a", "bb", "b")

SCALES: dict[Mode, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
}
INTERVALS: dict[Quality, tuple[int, ...]] = {
    "maj": (0, 4, 7),
    "min": (0, 3, 7),
    "dim": (0, 3, 6),
    "maj7": (0, 4, 7, 11),
    "min7": (0, 3, 7, 10),
    "dom7": (0, 4, 7, 10),
    "hdim7": (0, 3, 6, 10),
    "sus4": (0, 5, 7),
}
_BY_INTERVALS = {intervals: quality for quality, intervals in INTERVALS.items()}
_LOWEST, _HIGHEST, _CENTRE = 52, 74, 61


class Chord(NamedTuple):
    """A chord: ``root`` in semitones above the tonic (0 to 11)."""

    root: int
    quality: Quality


def diatonic(mode: Mode, degree: int, *, seventh: bool) -> Chord:
    """The chord of stacked thirds on a scale degree (0 is the tonic)."""
    scale = SCALES[mode]
    root = scale[degree % 7]
    steps = (0, 2, 4, 6) if seventh else (0, 2, 4)
    intervals = tuple((scale[(degree + step) % 7] - root) % 12 for step in steps)
    return Chord(root, _BY_INTERVALS[intervals])


def pitch_classes(chord: Chord) -> tuple[int, ...]:
    """The chord's notes in semitones above the tonic, root first."""
    return tuple((chord.root + interval) % 12 for interval in INTERVALS[chord.quality])


@cache
def _voicings(classes: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    octaves = [[p for p in range(_LOWEST, _HIGHEST + 1) if p % 12 == pc] for pc in classes]
    chosen = (tuple(sorted(pitches)) for pitches in product(*octaves))
    return tuple(sorted({pitches for pitches in chosen if pitches[-1] - pitches[0] <= 12}))


@lru_cache(maxsize=65536)
def voicing(chord: Chord, tonic: int, before: tuple[int, ...]) -> tuple[int, ...]:
    """MIDI pitches of the chord, lowest first: the close position that moves least from the one ``before``."""
    classes = tuple((pc + tonic) % 12 for pc in pitch_classes(chord))

    def movement(pitches: tuple[int, ...]) -> tuple[float, tuple[int, ...]]:
        centre = abs(sum(pitches) / len(pitches) - _CENTRE)
        moved = sum(min(abs(p - q) for q in before) for p in pitches) if before else 0
        return moved + 0.6 * centre, pitches

    return min(_voicings(classes), key=movement)


def tonic_pitch(tonic: int) -> int:
    """The tonic nearest below or at E4 (MIDI 54 to 65): what lead pitches are counted from."""
    return 60 + tonic if tonic < 6 else 48 + tonic


def bass_root(chord: Chord, tonic: int) -> int:
    """The chord's root in the bass register (MIDI 28 to 39)."""
    return 28 + (tonic + chord.root - 28) % 12
