"""The lead line: two motifs, developed over a form, snapped to the harmony on strong beats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from generation.builtin.music.piece import LEAD_REST, Line
from generation.builtin.music.theory import SCALES, Chord, Mode, pitch_classes

_FORMS = ("AABA", "ABAB", "AAAB", "ABAC", "AABB", "ABBA")
_STEPS = ((1, 5), (-1, 5), (2, 2), (-2, 2), (0, 1.2), (3, 0.6), (-3, 0.6), (4, 0.3))


@dataclass(frozen=True, slots=True)
class Singing:
    """What the line must fit. ``low`` to ``high`` and ``centre`` in semitones above the tonic pitch."""

    mode: Mode
    steps: int
    low: int
    high: int
    centre: int
    busy: float
    syncopation: float
    leap: float


@dataclass(frozen=True, slots=True)
class _Motif:
    """Onsets in sixteenths and the scale steps between them; the first step is from the phrase's centre."""

    onsets: tuple[int, ...]
    moves: tuple[int, ...]


def melody(singing: Singing, harmony: Sequence[Sequence[Chord]], random: Random) -> list[Line]:
    """One line per bar. ``harmony[bar][position]`` is the chord sounding there."""
    form, motifs = random.choice(_FORMS), {name: _motif(singing, random) for name in "ABC"}
    degree = _nearest_degree(singing, singing.centre)
    lines: list[Line] = []
    last = len(harmony) - 1
    for index, chords in enumerate(harmony):
        if index == last:
            lines.append(_cadence(singing, chords, degree, random))
            continue
        motif = motifs[form[index % 4]]
        if index >= 2 and random.random() < 0.45:
            motif = _developed(motif, random)
        centre = _nearest_degree(singing, singing.centre) + (1, 2, 2, 0)[index % 4] - 1
        line, degree = _sung(singing, chords, motif, (degree + centre) // 2, random)
        lines.append(line)
    return lines


def _motif(singing: Singing, random: Random) -> _Motif:
    onsets = _rhythm(singing, random)
    leaps = [weight * (2.5 * singing.leap if abs(step) > 1 else 1.0) for step, weight in _STEPS]
    moves = random.choices([step for step, _ in _STEPS], leaps, k=len(onsets))
    return _Motif(onsets, tuple(moves))


def _rhythm(singing: Singing, random: Random) -> tuple[int, ...]:
    """Onsets of one bar: strong places first, off-beats as the syncopation allows, as many as ``busy`` asks."""
    count = max(1, min(singing.steps - 4, round(1.2 + 8.5 * singing.busy + random.gauss(0, 0.8))))
    weights = {}
    for position in range(singing.steps):
        base = 1.0 if position % 8 == 0 else 0.7 if position % 4 == 0 else 0.5 if position % 2 == 0 else 0.06
        off = 1.0 if position % 4 == 0 else singing.syncopation * (2.2 if position % 2 == 0 else 1.6) + 0.25
        weights[position] = base * off + (0.3 * max(0.0, singing.busy - 0.7) if position % 2 else 0.0)
    chosen = {0} if random.random() > 0.35 * singing.syncopation else {2}
    while len(chosen) < count:
        free = [position for position in weights if position not in chosen]
        chosen.add(random.choices(free, [weights[position] for position in free])[0])
    return tuple(sorted(chosen))


def _developed(motif: _Motif, random: Random) -> _Motif:
    """The motif turned upside down, thinned, or with its tail changed."""
    how = random.choice(("invert", "thin", "tail", "sequence"))
    if how == "invert":
        return _Motif(motif.onsets, tuple(-move for move in motif.moves))
    if how == "thin" and len(motif.onsets) > 2:
        drop = random.randrange(1, len(motif.onsets))
        keep = [index for index in range(len(motif.onsets)) if index != drop]
        return _Motif(tuple(motif.onsets[i] for i in keep), tuple(motif.moves[i] for i in keep))
    if how == "tail":
        return _Motif(motif.onsets, (*motif.moves[:-1], random.choice((-2, -1, 1, 2, 4))))
    return _Motif(motif.onsets, (motif.moves[0] + random.choice((-2, -1, 1, 2)), *motif.moves[1:]))


def _sung(
    singing: Singing, chords: Sequence[Chord], motif: _Motif, degree: int, random: Random
) -> tuple[Line, int]:
    line = []
    for onset, move in zip(motif.onsets, motif.moves, strict=True):
        degree = _within(singing, degree + move)
        pitch = _pitch(singing.mode, degree)
        if onset % 8 == 0 or (onset % 4 == 0 and random.random() < 0.6):
            pitch = _snapped(pitch, chords[onset], singing)
            degree = _nearest_degree(singing, pitch)
        line.append((onset, pitch))
    end = motif.onsets[-1]
    if singing.steps - end > 6 and random.random() < 0.25 + 0.4 * singing.busy:
        line.append((end + 4, LEAD_REST))
    return tuple(line), degree


def _cadence(singing: Singing, chords: Sequence[Chord], degree: int, random: Random) -> Line:
    """Up to two steps towards home, then a note that rings until the end."""
    home = min(
        (octave * 12 for octave in range(-2, 4) if singing.low <= octave * 12 <= singing.high),
        key=lambda pitch: abs(pitch - _pitch(singing.mode, degree)),
        default=0,
    )
    final = home if random.random() < 0.8 else _snapped(_pitch(singing.mode, degree), chords[-1], singing)
    arrival = random.choice((0, 0, 4, 8)) if singing.busy > 0.3 else 0
    final = _snapped(final, chords[arrival], singing)
    approach = _nearest_degree(singing, final)
    side = 1 if degree >= approach else -1
    count = arrival // 4
    steps = [(index * 4, _pitch(singing.mode, approach + side * (count - index))) for index in range(count)]
    return (*((at, max(singing.low, min(singing.high, pitch))) for at, pitch in steps), (arrival, final))


def _pitch(mode: Mode, degree: int) -> int:
    octave, step = divmod(degree, 7)
    return 12 * octave + SCALES[mode][step]


def _nearest_degree(singing: Singing, pitch: int) -> int:
    return min(range(-14, 29), key=lambda degree: abs(_pitch(singing.mode, degree) - pitch))


def _within(singing: Singing, degree: int) -> int:
    """The degree, folded back by octaves of steps into the range."""
    while _pitch(singing.mode, degree) > singing.high:
        degree -= 3
    while _pitch(singing.mode, degree) < singing.low:
        degree += 3
    return degree


def _snapped(pitch: int, chord: Chord, singing: Singing) -> int:
    classes = pitch_classes(chord)
    near = [p for p in range(pitch - 6, pitch + 7) if p % 12 in classes and singing.low <= p <= singing.high]
    return min(near, key=lambda p: abs(p - pitch), default=pitch)
