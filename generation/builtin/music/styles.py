"""What each genre and mood does to the notes: the composer's tables.

Weights need not sum to one. Patterns are strings of sixteenths; ``x`` sounds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from generation.builtin.music.piece import Articulation, Genre, Mood, Texture
from generation.builtin.music.score import Bass, Chords, Kit, Lead
from generation.builtin.music.theory import Mode

Tempo = Literal["slow", "medium", "fast"]
CompStyle = Literal[
    "block", "half", "offbeat", "charleston", "strum", "alberti", "arpeggio", "stabs", "oompah"
]
BassStyle = Literal["root", "fifths", "drive", "offbeat", "walking", "syncopated", "tumbao", "oompah"]
Groove = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class GenreStyle:
    """How a genre chooses. ``seventh``, ``swing``, ``waltz``, ``busy`` and ``syncopation`` lie in 0 to 1."""

    tempo: tuple[float, float, float]
    modes: Mapping[Mode, float]
    leads: Mapping[Lead, float]
    chords: Mapping[Chords, float]
    basses: Mapping[Bass, float]
    kits: Mapping[Kit, float]
    comping: Mapping[CompStyle, float]
    bass_lines: Mapping[BassStyle, float]
    textures: Mapping[Texture, float]
    seventh: float = 0.1
    swing: float = 0.0
    waltz: float = 0.0
    busy: float = 0.5
    syncopation: float = 0.3


@dataclass(frozen=True, slots=True)
class MoodStyle:
    """How a mood pulls. ``register`` in semitones, ``busy`` added to the genre's, ``dynamic`` is a level."""

    tempo: tuple[float, float, float]
    modes: Mapping[Mode, float]
    articulation: Mapping[Articulation, float]
    register: int
    busy: float
    dynamic: int
    drums: float
    leap: float


MOOD_STYLES: Mapping[Mood, MoodStyle] = {
    "happy": MoodStyle(
        (0.1, 1.0, 1.0),
        {"major": 1, "mixolydian": 0.3, "lydian": 0.15},
        {"staccato": 0.6, "normal": 0.4},
        register=4,
        busy=0.15,
        dynamic=3,
        drums=1.0,
        leap=0.3,
    ),
    "sad": MoodStyle(
        (1.0, 0.15, 0.0),
        {"minor": 1, "dorian": 0.15, "phrygian": 0.1},
        {"legato": 0.9, "normal": 0.1},
        register=-4,
        busy=-0.12,
        dynamic=1,
        drums=0.45,
        leap=0.1,
    ),
    "calm": MoodStyle(
        (1.0, 0.25, 0.0),
        {"major": 1, "lydian": 0.5, "mixolydian": 0.2},
        {"legato": 0.9, "normal": 0.1},
        register=0,
        busy=-0.22,
        dynamic=0,
        drums=0.2,
        leap=0.15,
    ),
    "energetic": MoodStyle(
        (0.0, 0.15, 1.0),
        {"major": 0.6, "minor": 0.6, "mixolydian": 0.5, "dorian": 0.4},
        {"staccato": 0.6, "normal": 0.4},
        register=3,
        busy=0.45,
        dynamic=5,
        drums=2.0,
        leap=0.35,
    ),
    "dark": MoodStyle(
        (0.6, 0.7, 0.3),
        {"minor": 0.8, "phrygian": 0.9},
        {"normal": 0.7, "legato": 0.3},
        register=-7,
        busy=-0.05,
        dynamic=4,
        drums=1.0,
        leap=0.2,
    ),
    "dreamy": MoodStyle(
        (0.7, 0.6, 0.0),
        {"lydian": 1, "major": 0.4, "dorian": 0.4},
        {"legato": 1.0},
        register=7,
        busy=-0.1,
        dynamic=1,
        drums=0.3,
        leap=0.3,
    ),
}

GENRE_STYLES: Mapping[Genre, GenreStyle] = {
    "jazz": GenreStyle(
        (0.5, 1.0, 0.8),
        {"major": 1, "dorian": 0.8, "minor": 0.5, "mixolydian": 0.4},
        {"saxophone": 3, "trumpet": 2, "piano": 2, "guitar": 1, "flute": 0.4},
        {"piano": 3, "electric_piano": 1, "guitar": 1, "organ": 0.4},
        {"acoustic_bass": 1, "electric_bass": 0.15},
        {"brushes": 2, "acoustic": 1, "none": 0.4},
        {"charleston": 2, "block": 1, "half": 1},
        {"walking": 3, "root": 0.6, "fifths": 0.4},
        {"full": 3, "trio": 1, "sparse": 0.5, "solo": 0.3},
        seventh=1.0,
        swing=0.9,
        waltz=0.08,
        busy=0.6,
        syncopation=0.5,
    ),
    "rock": GenreStyle(
        (0.2, 1.0, 1.2),
        {"minor": 1, "mixolydian": 0.8, "major": 0.8, "dorian": 0.4},
        {"guitar": 4, "synth": 0.5, "piano": 0.5},
        {"guitar": 3, "organ": 1, "piano": 0.4},
        {"electric_bass": 1},
        {"acoustic": 1},
        {"strum": 2, "block": 0.7, "stabs": 0.5},
        {"drive": 3, "fifths": 1, "root": 0.5},
        {"full": 5, "trio": 0.4, "sparse": 0.3, "solo": 0.2},
        seventh=0.05,
        busy=0.55,
    ),
    "electronic": GenreStyle(
        (0.1, 0.6, 1.6),
        {"minor": 1, "dorian": 0.5, "major": 0.5, "phrygian": 0.3},
        {"synth": 4, "bells": 0.7, "piano": 0.5, "flute": 0.2},
        {"pad": 3, "organ": 0.5, "strings": 0.4, "piano": 0.4},
        {"synth_bass": 2, "sub_bass": 1},
        {"electronic": 1},
        {"offbeat": 2, "arpeggio": 1.3, "stabs": 1, "block": 0.5},
        {"offbeat": 2, "drive": 1.5, "syncopated": 0.8},
        {"full": 5, "trio": 0.5, "sparse": 0.4, "solo": 0.1},
        seventh=0.15,
        busy=0.6,
        syncopation=0.45,
    ),
    "hiphop": GenreStyle(
        (1.0, 1.2, 0.05),
        {"minor": 1, "dorian": 1, "major": 0.3, "phrygian": 0.2},
        {"piano": 1.5, "bells": 0.8, "synth": 1, "saxophone": 0.8, "flute": 0.6, "guitar": 0.6},
        {"electric_piano": 3, "piano": 0.8, "pad": 0.6, "strings": 0.5, "guitar": 0.4},
        {"sub_bass": 1.5, "electric_bass": 1, "acoustic_bass": 0.4},
        {"electronic": 1.3, "acoustic": 0.8},
        {"half": 1.4, "block": 1, "charleston": 0.7, "arpeggio": 0.4},
        {"syncopated": 2, "root": 1},
        {"full": 5, "trio": 0.4, "sparse": 0.4, "solo": 0.1},
        seventh=0.85,
        swing=0.55,
        busy=0.4,
        syncopation=0.5,
    ),
    "ambient": GenreStyle(
        (1.5, 0.4, 0.0),
        {"lydian": 1, "major": 0.8, "dorian": 0.6, "minor": 0.5},
        {"synth": 1.5, "bells": 1.5, "flute": 0.8, "piano": 1, "violin": 0.5},
        {"pad": 4, "strings": 1.5, "electric_piano": 0.4},
        {"sub_bass": 1, "synth_bass": 0.5},
        {"none": 4, "percussion": 0.3, "electronic": 0.4},
        {"block": 2, "arpeggio": 1},
        {"root": 1},
        {"sparse": 2, "trio": 2, "full": 0.5, "solo": 0.3},
        seventh=0.5,
        busy=0.12,
        syncopation=0.15,
    ),
    "classical": GenreStyle(
        (0.7, 1.0, 0.7),
        {"major": 1, "minor": 1},
        {"piano": 2, "violin": 2.5, "flute": 1.2, "trumpet": 0.3},
        {"piano": 1.5, "strings": 2.5},
        {"acoustic_bass": 1},
        {"none": 1},
        {"alberti": 2, "arpeggio": 1, "block": 1},
        {"root": 1.5, "fifths": 1},
        {"trio": 2, "sparse": 1.2, "solo": 0.8},
        seventh=0.15,
        waltz=0.3,
        busy=0.6,
        syncopation=0.05,
    ),
    "folk": GenreStyle(
        (0.5, 1.2, 0.5),
        {"major": 1, "dorian": 0.7, "mixolydian": 0.7, "minor": 0.4},
        {"guitar": 2.5, "violin": 2, "flute": 1.5, "piano": 0.4},
        {"guitar": 4, "piano": 0.4, "organ": 0.3},
        {"acoustic_bass": 1},
        {"none": 1.4, "percussion": 1, "brushes": 0.5},
        {"strum": 2, "arpeggio": 1.4, "oompah": 0.8},
        {"fifths": 2, "root": 1},
        {"sparse": 1.5, "trio": 1.5, "full": 1.5, "solo": 0.6},
        waltz=0.25,
        busy=0.5,
        syncopation=0.1,
    ),
    "funk": GenreStyle(
        (0.0, 1.5, 0.3),
        {"dorian": 1.4, "mixolydian": 1, "minor": 0.4},
        {"saxophone": 1.2, "guitar": 1.2, "trumpet": 1.2, "synth": 1},
        {"guitar": 1.5, "electric_piano": 1.2, "organ": 1},
        {"electric_bass": 2.5, "synth_bass": 0.6},
        {"acoustic": 3, "electronic": 0.4},
        {"stabs": 3, "offbeat": 0.6},
        {"syncopated": 3, "drive": 0.3},
        {"full": 5, "trio": 0.4, "sparse": 0.2},
        seventh=0.9,
        swing=0.08,
        busy=0.65,
        syncopation=0.85,
    ),
    "latin": GenreStyle(
        (0.3, 1.2, 0.8),
        {"minor": 1, "major": 1, "dorian": 0.4, "phrygian": 0.4},
        {"guitar": 1.6, "trumpet": 1.4, "flute": 1, "piano": 1, "saxophone": 0.6},
        {"guitar": 1.6, "piano": 2},
        {"acoustic_bass": 1.2, "electric_bass": 0.7},
        {"percussion": 3, "acoustic": 0.6, "none": 0.2},
        {"charleston": 0.8, "offbeat": 1.2, "arpeggio": 0.8, "stabs": 0.8},
        {"tumbao": 3, "fifths": 0.6},
        {"full": 4, "trio": 0.7, "sparse": 0.4, "solo": 0.2},
        seventh=0.5,
        busy=0.6,
        syncopation=0.75,
    ),
    "pop": GenreStyle(
        (0.3, 1.2, 1.0),
        {"major": 2, "minor": 1, "mixolydian": 0.3, "lydian": 0.2},
        {"synth": 1.4, "piano": 1.5, "guitar": 1.2, "bells": 0.6, "violin": 0.3, "flute": 0.3},
        {"piano": 1.4, "pad": 1, "guitar": 1, "electric_piano": 0.5, "strings": 0.5},
        {"electric_bass": 1.2, "synth_bass": 0.9, "sub_bass": 0.3},
        {"acoustic": 1, "electronic": 1, "none": 0.2},
        {"block": 0.8, "half": 1, "strum": 0.8, "arpeggio": 0.7},
        {"drive": 1, "root": 1, "syncopated": 0.6},
        {"full": 4, "trio": 0.6, "sparse": 0.6, "solo": 0.3},
        seventh=0.2,
        busy=0.5,
        syncopation=0.35,
    ),
}

PROGRESSIONS: Mapping[Mode, tuple[tuple[int, ...], ...]] = {
    "major": ((0, 4, 5, 3), (0, 5, 3, 4), (0, 3, 0, 4), (5, 3, 0, 4), (0, 3, 1, 4), (0, 2, 3, 4)),
    "minor": ((0, 5, 2, 6), (0, 3, 0, 4), (0, 6, 5, 6), (0, 5, 3, 4), (0, 2, 6, 5), (0, 3, 5, 4)),
    "dorian": ((0, 3, 0, 3), (0, 3, 6, 0), (0, 1, 2, 3), (0, 6, 3, 0)),
    "mixolydian": ((0, 6, 3, 0), (0, 0, 6, 3), (0, 3, 6, 3), (0, 4, 6, 3)),
    "lydian": ((0, 1, 0, 1), (0, 1, 4, 1), (0, 4, 1, 0), (0, 1, 5, 4)),
    "phrygian": ((0, 1, 0, 1), (0, 1, 2, 1), (0, 5, 1, 0), (0, 6, 1, 0)),
}
JAZZ_PROGRESSIONS: tuple[tuple[int, ...], ...] = ((1, 4, 0, 5), (0, 5, 1, 4), (2, 5, 1, 4), (0, 3, 1, 4))

RANGES: Mapping[Lead, tuple[int, int]] = {
    "piano": (58, 86),
    "guitar": (52, 79),
    "flute": (65, 91),
    "violin": (58, 88),
    "saxophone": (52, 77),
    "trumpet": (56, 80),
    "synth": (54, 84),
    "bells": (67, 93),
}

_BACKBEAT = "....x.......x..."
_EIGHTHS = "x.x.x.x.x.x.x.x."
GROOVES: Mapping[Genre, tuple[Groove, ...]] = {
    "rock": (
        {"kick": "x.......x.......", "snare": _BACKBEAT, "closed_hat": _EIGHTHS},
        {"kick": "x.....x.x.......", "snare": _BACKBEAT, "closed_hat": _EIGHTHS},
        {"kick": "x..x..x...x.....", "snare": _BACKBEAT, "ride": _EIGHTHS},
    ),
    "pop": (
        {"kick": "x.......x.x.....", "snare": _BACKBEAT, "closed_hat": _EIGHTHS},
        {"kick": "x..x..x.....x...", "snare": _BACKBEAT, "closed_hat": _EIGHTHS},
        {"kick": "x...x...x...x...", "snare": _BACKBEAT, "open_hat": "..x...x...x...x."},
    ),
    "electronic": (
        {"kick": "x...x...x...x...", "snare": _BACKBEAT, "open_hat": "..x...x...x...x."},
        {"kick": "x...x...x...x...", "snare": _BACKBEAT, "closed_hat": "xxxxxxxxxxxxxxxx"},
        {"kick": "x..x..x...x..x..", "snare": _BACKBEAT, "closed_hat": _EIGHTHS},
    ),
    "hiphop": (
        {"kick": "x......x..x.....", "snare": _BACKBEAT, "closed_hat": _EIGHTHS},
        {"kick": "x.x.......x..x..", "snare": _BACKBEAT, "closed_hat": _EIGHTHS},
        {"kick": "x.....x...x.....", "snare": "........x.......", "closed_hat": "x.x.x.xxx.x.x.x."},
    ),
    "jazz": (
        {"ride": "x...x.x.x...x.x.", "closed_hat": _BACKBEAT, "kick": "x..............."},
        {"ride": "x...x.x.x...x.x.", "snare": "......x.....x...", "kick": "x.......x......."},
    ),
    "funk": (
        {"kick": "x.x....x..x..x..", "snare": "....x..x.x..x...", "closed_hat": "xxxxxxxxxxxxxxxx"},
        {"kick": "x..x......x.....", "snare": "....x..x....x..x", "closed_hat": _EIGHTHS},
    ),
    "latin": (
        {"conga": "..x...xx..x...xx", "shaker": _EIGHTHS, "kick": "x...x...x...x..."},
        {"conga": "x..x..x...x.x...", "shaker": "xxxxxxxxxxxxxxxx"},
        {"conga": "..xx..x...xx..x.", "shaker": _EIGHTHS, "kick": "x.....x.x.....x."},
    ),
    "folk": (
        {"kick": "x.......x.......", "snare": _BACKBEAT, "shaker": _EIGHTHS},
        {"conga": "x...x.x.x...x...", "shaker": _EIGHTHS},
    ),
    "ambient": (
        {"shaker": "x.......x.......", "kick": "x..............."},
        {"kick": "x...............", "closed_hat": "....x.......x..."},
    ),
    "classical": ({"kick": "x.......x.......", "snare": _BACKBEAT},),
}
WALTZ_GROOVES: tuple[Groove, ...] = (
    {"kick": "x...........", "snare": "....x...x...", "closed_hat": "x...x...x..."},
    {"kick": "x...........", "ride": "x...x.x.x...", "snare": "........x..."},
)
