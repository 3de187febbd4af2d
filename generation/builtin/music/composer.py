"""A composer by rule: draws a plan, writes the harmony, and gives every player a part.

It is the only source of the built-in model's training data. All of it is made here, from nothing but
a random generator; a piece is a pure function of that generator's state.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import TypeVar

from generation.builtin.music import accompaniment
from generation.builtin.music.melody import Singing, melody
from generation.builtin.music.piece import (
    BPMS,
    DYNAMICS,
    GENRES,
    MOODS,
    Bar,
    Comping,
    Drums,
    Line,
    Piece,
    Plan,
    bars_needed,
)
from generation.builtin.music.score import Kit
from generation.builtin.music.styles import (
    GENRE_STYLES,
    JAZZ_PROGRESSIONS,
    MOOD_STYLES,
    PROGRESSIONS,
    RANGES,
    GenreStyle,
    MoodStyle,
    Tempo,
)
from generation.builtin.music.theory import MODES, TONICS, Chord, Mode, diatonic, tonic_pitch

T = TypeVar("T")
TEMPOS: tuple[Tempo, ...] = ("slow", "medium", "fast")
_FUSION = 0.12
_QUIET = ("calm", "sad", "dreamy")
_HARMONIC_MINOR = 0.6


def tempo_class(bpm: float) -> Tempo:
    """Slow under 88 beats a minute, fast from 118."""
    return "slow" if bpm < 88 else "medium" if bpm < 118 else "fast"


def compose(random: Random) -> Piece:
    """A whole piece."""
    plan = draw_plan(random)
    return Piece(plan, _bars(plan, random))


def draw_plan(random: Random) -> Plan:
    """Genre, mood, and then everything that follows from them more or less strictly."""
    genre, mood = random.choice(GENRES), random.choice(MOODS)
    groove = random.choice(GENRES) if random.random() < _FUSION else genre
    style, pull, under = GENRE_STYLES[genre], MOOD_STYLES[mood], GENRE_STYLES[groove]
    tempo = _draw(
        random, {t: (g + 0.1) * (m + 0.02) for t, g, m in zip(TEMPOS, under.tempo, pull.tempo, strict=True)}
    )
    texture = _draw(random, {t: w * (pull.drums if t == "full" else 1.0) for t, w in under.textures.items()})
    lead, chords = _draw(random, style.leads), _draw(random, style.chords)
    return Plan(
        mood=mood,
        genre=genre,
        groove=groove,
        meter=3 if random.random() < under.waltz else 4,
        bpm=random.choice([bpm for bpm in BPMS if tempo_class(bpm) == tempo]),
        tonic=random.randrange(len(TONICS)),
        mode=_draw(
            random, {m: (style.modes.get(m, 0) + 0.04) * (pull.modes.get(m, 0) + 0.02) for m in MODES}
        ),
        feel="swing" if random.random() < under.swing else "straight",
        articulation=_draw(random, pull.articulation),
        texture=texture,
        lead=lead,
        chords=lead if texture == "solo" and lead in ("piano", "guitar") else chords,
        bass=_draw(random, under.basses),
        kit=_draw(random, _kits(under)) if texture == "full" else "none",
    )


def _kits(style: GenreStyle) -> Mapping[Kit, float]:
    return {kit: weight for kit, weight in style.kits.items() if kit != "none"}


def _draw(random: Random, weights: Mapping[T, float]) -> T:
    return random.choices(list(weights), list(weights.values()))[0]


def _bars(plan: Plan, random: Random) -> tuple[Bar, ...]:
    steps, count = plan.meter * 4, bars_needed(plan.bpm, plan.meter)
    style, pull = GENRE_STYLES[plan.genre], MOOD_STYLES[plan.mood]
    changes = _progression(plan, style, count, random)
    harmony = _spread(changes, steps)
    leads = melody(_singing(plan, style, pull), harmony, random)
    basses = _bass_lines(plan, harmony, random)
    comps = _comps(plan, style, count, random)
    drums = _drums(plan, count, random)
    levels = _dynamics(pull.dynamic, count, random)
    parts = zip(levels, changes, drums, basses, comps, leads, strict=True)
    return tuple(Bar(*part) for part in parts)


def _progression(
    plan: Plan, style: GenreStyle, count: int, random: Random
) -> list[tuple[tuple[int, Chord], ...]]:
    """Chord changes per bar: a loop of the mode's, sometimes two chords a bar, and a cadence home."""
    jazzy = plan.genre == "jazz" and random.random() < 0.6
    loop = random.choice(JAZZ_PROGRESSIONS if jazzy else PROGRESSIONS[plan.mode])
    start = loop.index(0) if plan.mood == "sad" and 0 in loop else 0
    degrees = [loop[(start + index) % 4] for index in range(count)]
    if count > 1 and random.random() < 0.7:
        degrees[-2] = random.choice((4, 4, 3)) if plan.mode in ("major", "minor") else loop[1]
    if random.random() < 0.85:
        degrees[-1] = 0
    half = plan.meter == 4 and plan.bpm < 118 and random.random() < (0.45 if jazzy else 0.12)
    sevenths = random.random() < style.seventh
    raised = plan.mode == "minor" and random.random() < _HARMONIC_MINOR
    bars: list[tuple[tuple[int, Chord], ...]] = []
    before: Chord | None = None
    for index, degree in enumerate(degrees):
        chord = _chord(plan.mode, degree, seventh=sevenths, raised=raised)
        changes = [(0, chord)] if chord != before else []
        if half and index % 2 == 0 and index < count - 1:
            chord = _chord(plan.mode, (degree + 3) % 7, seventh=sevenths, raised=raised)
            changes.append((8, chord))
        bars.append(tuple(changes))
        before = chord
    return bars


def _chord(mode: Mode, degree: int, *, seventh: bool, raised: bool) -> Chord:
    if raised and degree == 4:
        return Chord(7, "dom7" if seventh else "maj")
    return diatonic(mode, degree, seventh=seventh)


def _spread(changes: Sequence[Sequence[tuple[int, Chord]]], steps: int) -> list[list[Chord]]:
    """The chord sounding at every sixteenth."""
    chord = Chord(0, "maj")
    rows = []
    for bar in changes:
        at = dict(bar)
        row = []
        for position in range(steps):
            chord = at.get(position, chord)
            row.append(chord)
        rows.append(row)
    return rows


def _singing(plan: Plan, style: GenreStyle, pull: MoodStyle) -> Singing:
    low, high = (pitch - tonic_pitch(plan.tonic) for pitch in RANGES[plan.lead])
    middle = (low + high) // 2 + pull.register
    pace = {"slow": 0.12, "medium": 0.0, "fast": -0.1}[tempo_class(plan.bpm)]
    return Singing(
        mode=plan.mode,
        steps=plan.meter * 4,
        low=low,
        high=high,
        centre=max(low + 5, min(high - 5, middle)),
        busy=max(0.14 if plan.genre == "ambient" else 0.22, min(1.0, style.busy * 0.8 + pull.busy + pace)),
        syncopation=GENRE_STYLES[plan.groove].syncopation,
        leap=pull.leap,
    )


def _bass_lines(plan: Plan, harmony: Sequence[Sequence[Chord]], random: Random) -> list[Line]:
    if plan.texture in ("solo", "sparse"):
        return [()] * len(harmony)
    styles = dict(GENRE_STYLES[plan.groove].bass_lines)
    if plan.mood in _QUIET:
        styles = {"root": 3.0, "fifths": 1.0}
    pattern = accompaniment.bass_pattern(_draw(random, styles), plan.meter, random)
    last = "r" + "." * (plan.meter * 4 - 1) if random.random() < 0.5 else pattern
    following = [row[0] for row in harmony[1:]] + [harmony[0][0]]
    patterns = [pattern] * (len(harmony) - 1) + [last]
    return [
        accompaniment.bass_line(chosen, row, after, plan.tonic)
        for chosen, row, after in zip(patterns, harmony, following, strict=True)
    ]


def _comps(plan: Plan, style: GenreStyle, count: int, random: Random) -> list[Comping]:
    if plan.texture == "solo" and plan.chords != plan.lead:
        return [()] * count
    styles = dict(style.comping)
    if plan.mood in _QUIET:
        styles = {"block": 0.5, "half": 1.2, "arpeggio": 1.2 if plan.genre != "jazz" else 0.2}
    chosen = _draw(random, styles)
    bar = accompaniment.comping(chosen, plan.meter)
    last = accompaniment.comping("block", plan.meter) if random.random() < 0.5 else bar
    return [bar] * (count - 1) + [last]


def _drums(plan: Plan, count: int, random: Random) -> list[Drums]:
    """The groove, a fill before the end or the middle, and a crash where a section starts."""
    steps, busy = plan.meter * 4, 0.5 + MOOD_STYLES[plan.mood].busy
    pattern = accompaniment.groove(plan.groove, plan.meter, random)
    if plan.mood == "calm":
        pattern = {drum: marks for drum, marks in pattern.items() if drum not in ("snare", "clap")}
    fill = accompaniment.fill_positions(steps, busy, random)
    fills = {count - 2} if random.random() < 0.25 + busy / 2 else set()
    if count >= 6 and random.random() < busy / 2:
        fills.add(count // 2 - 1)
    crashes = {index + 1 for index in fills} if busy > 0.45 and plan.kit != "percussion" else set()
    return [
        accompaniment.drum_bar(
            pattern, plan.kit, steps, crash=index in crashes, fill=fill if index in fills else ()
        )
        for index in range(count)
    ]


def _dynamics(level: int, count: int, random: Random) -> list[int]:
    """A level per bar: steady, growing, or an arch."""
    shape = random.choice(("steady", "steady", "grow", "arch"))
    start = level + random.choice((-1, 0, 0, 0, 1))
    bumps = {
        "steady": [0] * count,
        "grow": [int(index >= count // 2) for index in range(count)],
        "arch": [int(count // 3 <= index < count - 1) for index in range(count)],
    }[shape]
    return [max(0, min(DYNAMICS - 1, start + bump)) for bump in bumps]
