"""A piece on its grid of sixteenths: what the composer writes, the tokens spell and the score is read from."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple, get_args

from generation.builtin.music.score import Bass, Chords, Drum, Hit, Kit, Lead, Note, Role, Score
from generation.builtin.music.theory import Chord, Mode, bass_root, tonic_pitch, voicing

Genre = Literal[
    "jazz", "rock", "electronic", "hiphop", "ambient", "classical", "folk", "funk", "latin", "pop"
]
Mood = Literal["happy", "sad", "calm", "energetic", "dark", "dreamy"]
Texture = Literal["solo", "sparse", "trio", "full"]
Articulation = Literal["staccato", "normal", "legato"]
Feel = Literal["straight", "swing"]
Strike = Literal["long", "short", "n0", "n1", "n2", "n3", "n4", "n5"]

GENRES: tuple[Genre, ...] = get_args(Genre)
MOODS: tuple[Mood, ...] = get_args(Mood)
TEXTURES: tuple[Texture, ...] = get_args(Texture)
ARTICULATIONS: tuple[Articulation, ...] = get_args(Articulation)
FEELS: tuple[Feel, ...] = get_args(Feel)
STRIKES: tuple[Strike, ...] = get_args(Strike)
METERS = (4, 3)
BPMS = (60, 64, 68, 72, 76, 80, 84, 90, 94, 98, 102, 106, 110, 114, 120, 126, 132, 138, 144, 152, 160)
LEAD_REST = 99
SHORTEST = 10.2
"""Seconds: every piece is at least this long, so that a clip of ten seconds is filled with music."""

_LOUDNESS = (0.32, 0.44, 0.56, 0.68, 0.80, 0.92)
DYNAMICS = len(_LOUDNESS)
_GATE: dict[Articulation, float] = {"staccato": 0.45, "normal": 0.85, "legato": 1.0}
_BALANCE: dict[Role, float] = {"lead": 1.0, "chords": 0.72, "bass": 0.88}
_SWUNG = (0.0, 0.34, 0.66, 0.84)

Drums = tuple[tuple[int, tuple[Drum, ...]], ...]
Line = tuple[tuple[int, int], ...]
Comping = tuple[tuple[int, Strike], ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a piece sets out to be, said before its first note."""

    mood: Mood
    genre: Genre
    groove: Genre
    meter: int
    bpm: int
    tonic: int
    mode: Mode
    feel: Feel
    articulation: Articulation
    texture: Texture
    lead: Lead
    chords: Chords
    bass: Bass
    kit: Kit


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar. Positions count sixteenths from its start.

    ``chords``: chord changes; ``bass``: semitones above the chord's root; ``lead``: semitones above
    ``tonic_pitch``, or ``LEAD_REST``; ``comping``: the whole chord, long or short, or one note of it.
    """

    dynamic: int
    chords: tuple[tuple[int, Chord], ...]
    drums: Drums
    bass: Line
    comping: Comping
    lead: Line


@dataclass(frozen=True, slots=True)
class Piece:
    """A plan and its bars."""

    plan: Plan
    bars: tuple[Bar, ...]


def bar_seconds(bpm: int, meter: int) -> float:
    """How long a bar lasts."""
    return meter * 60.0 / bpm


def bars_needed(bpm: int, meter: int) -> int:
    """How many bars a piece has: the fewest that reach ``SHORTEST`` seconds."""
    return math.ceil(SHORTEST / bar_seconds(bpm, meter))


def seconds_at(plan: Plan, bar: int, position: float) -> float:
    """When a sixteenth sounds; swing delays every second eighth to the last third of its beat."""
    beat, sixteenth = divmod(position, 4)
    within = _SWUNG[int(sixteenth)] if plan.feel == "swing" else sixteenth / 4
    return bar * bar_seconds(plan.bpm, plan.meter) + (beat + within) * 60.0 / plan.bpm


def to_score(piece: Piece) -> Score:
    """The piece as timed notes and drum strokes."""
    plan = piece.plan
    notes = (*_lead(piece), *_chords(piece), *_bass(piece))
    return Score(
        bpm=float(plan.bpm),
        lead=plan.lead,
        chords=plan.chords,
        bass=plan.bass,
        kit=plan.kit,
        notes=tuple(sorted(notes, key=lambda note: (note.start, note.role, note.pitch))),
        hits=tuple(_hits(piece)),
        seconds=len(piece.bars) * bar_seconds(plan.bpm, plan.meter),
    )


def repeated(score: Score, seconds: float) -> Score:
    """The score played again from its start, as by a repeat sign, until it lasts ``seconds`` or longer."""
    passes = math.ceil(seconds / score.seconds - 1e-9)
    if passes <= 1:
        return score
    offsets = [index * score.seconds for index in range(passes)]
    return replace(
        score,
        notes=tuple(replace(note, start=note.start + at) for at in offsets for note in score.notes),
        hits=tuple(replace(hit, start=hit.start + at) for at in offsets for hit in score.hits),
        seconds=score.seconds * passes,
    )


def _velocity(bar: Bar, position: int, role: Role) -> float:
    accent = 1.0 if position % 8 == 0 else 0.93 if position % 4 == 0 else 0.86
    return min(1.0, _LOUDNESS[bar.dynamic] * accent * _BALANCE[role])


class _Sounding(NamedTuple):
    """An event of a line, with the seconds it lasts until the line's next event."""

    bar_index: int
    bar: Bar
    position: int
    value: int
    start: float
    span: float


def _sounding(piece: Piece, lines: list[Line], longest: int) -> Iterator[_Sounding]:
    steps = piece.plan.meter * 4
    events = [(index, position, value) for index, line in enumerate(lines) for position, value in line]
    starts = [index * steps + position for index, position, _ in events]
    for (index, position, value), end in zip(events, [*starts[1:], len(piece.bars) * steps], strict=False):
        stop = min(end, index * steps + position + longest)
        start = seconds_at(piece.plan, index, position)
        span = seconds_at(piece.plan, *divmod(stop, steps)) - start
        yield _Sounding(index, piece.bars[index], position, value, start, span)


def _lead(piece: Piece) -> Iterator[Note]:
    base, gate = tonic_pitch(piece.plan.tonic), _GATE[piece.plan.articulation]
    lines = [bar.lead for bar in piece.bars]
    for event in _sounding(piece, lines, 8 * piece.plan.meter):
        if event.value != LEAD_REST:
            velocity = _velocity(event.bar, event.position, "lead")
            yield Note("lead", event.start, event.span * gate, base + event.value, velocity)


def _bass(piece: Piece) -> Iterator[Note]:
    harmony = _harmony(piece)
    gate = 0.6 if piece.plan.articulation == "staccato" else 0.92
    lines = [bar.bass for bar in piece.bars]
    for event in _sounding(piece, lines, 4 * piece.plan.meter):
        root = bass_root(harmony[event.bar_index][event.position][0], piece.plan.tonic)
        velocity = _velocity(event.bar, event.position, "bass")
        yield Note("bass", event.start, event.span * gate, root + event.value, velocity)


def _harmony(piece: Piece) -> list[list[tuple[Chord, tuple[int, ...]]]]:
    """The chord and its voicing at every sixteenth of every bar."""
    chord = Chord(0, "maj")
    pitches: tuple[int, ...] = ()
    result: list[list[tuple[Chord, tuple[int, ...]]]] = []
    for bar in piece.bars:
        changes = dict(bar.chords)
        row = []
        for position in range(piece.plan.meter * 4):
            if position in changes:
                chord = changes[position]
                pitches = voicing(chord, piece.plan.tonic, pitches)
            row.append((chord, pitches))
        result.append(row)
    return result


def _chords(piece: Piece) -> Iterator[Note]:
    plan, steps = piece.plan, piece.plan.meter * 4
    harmony = _harmony(piece)
    for index, bar in enumerate(piece.bars):
        ends = [*(position for position, _ in bar.comping[1:]), steps]
        for (position, strike), end in zip(bar.comping, ends, strict=False):
            start = seconds_at(plan, index, position)
            stop = position + 1 if strike == "short" else end
            span = seconds_at(plan, *divmod(index * steps + stop, steps)) - start
            if strike.startswith("n"):
                span = max(span, 60.0 / plan.bpm)
            for pitch in _struck(harmony[index][position][1], strike):
                yield Note("chords", start, span * 0.95, pitch, _velocity(bar, position, "chords"))


def _struck(pitches: tuple[int, ...], strike: Strike) -> tuple[int, ...]:
    if not strike.startswith("n"):
        return pitches
    octave, index = divmod(int(strike[1:]), len(pitches))
    return (pitches[index] + 12 * octave,)


def _hits(piece: Piece) -> Iterator[Hit]:
    for index, bar in enumerate(piece.bars):
        for position, drums in bar.drums:
            accent = 1.0 if position % 4 == 0 else 0.8 if position % 2 == 0 else 0.62
            for drum in drums:
                level = min(1.0, (0.2 + 0.8 * _LOUDNESS[bar.dynamic]) * accent)
                yield Hit(drum, seconds_at(piece.plan, index, position), level)
