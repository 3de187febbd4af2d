"""How a piece fits a clip and closes: so many bars and repeats as leave room for a last chord, and that chord.

The composer ends every piece with a cadence, but the clip used to stop wherever its seconds were over. Here the number
of bars is told to the grammar when a piece is sampled, and the players end together on the tonic, which rings out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from generation.builtin.music.piece import Piece, bar_seconds, bars_needed, repeated, to_score
from generation.builtin.music.score import Hit, Note, Score
from generation.builtin.music.theory import bass_root, diatonic, tonic_pitch, voicing

RING = 1.3
"""Seconds, at least, between the last bar's end and the clip's: a last chord and its room need them."""
MOST_BARS = 12
_TAIL = 0.8
_LONGEST_CHORD = 2.4
_SEVENTHS = ("jazz", "funk")


def form(bpm: int, meter: int, seconds: float) -> tuple[int, int]:
    """Bars of a piece, and how often it is played, to fill ``seconds`` but for the ring of its last chord.

    As many bars in all as fit; among the ways to repeat, the one whose length is nearest to what the composer writes.
    A clip too short for one bar and a chord gets one bar, and is cut.
    """
    bar, usual = bar_seconds(bpm, meter), bars_needed(bpm, meter)
    room = max(1, int((seconds - RING) / bar + 1e-9))
    ways = [(bars, room // bars) for bars in range(1, min(room, MOST_BARS) + 1)]
    return max(ways, key=lambda way: (way[0] * way[1], -abs(way[0] - usual)))


def performed(piece: Piece, seconds: float) -> Score:
    """The piece as it is played in a clip of ``seconds``: repeated as ``form`` says, and closed where there is room."""
    _, passes = form(piece.plan.bpm, piece.plan.meter, seconds)
    once = to_score(piece)
    score = repeated(once, once.seconds * passes)
    room = seconds - score.seconds
    if room < RING - 1e-6:
        return score
    notes = (*score.notes, *_last_notes(piece, score, room))
    return replace(score, notes=notes, hits=(*score.hits, *_last_hits(score)))


def _last_notes(piece: Piece, score: Score, room: float) -> Iterator[Note]:
    """The tonic chord, by everybody who plays in the piece, as loud as they were in its last bars."""
    plan, start = piece.plan, score.seconds
    beats = 1.0 if plan.articulation == "staccato" else plan.meter
    held = min(room - _TAIL, _LONGEST_CHORD, beats * 60 / plan.bpm)
    chord = diatonic(plan.mode, 0, seventh=plan.genre in _SEVENTHS)
    last = {note.role: note for note in score.notes}
    if "chords" in last:
        for pitch in voicing(chord, plan.tonic, _sounding_at_the_end(score)):
            yield Note("chords", start, held, pitch, last["chords"].velocity)
    if "bass" in last:
        yield Note("bass", start, held, bass_root(chord, plan.tonic), last["bass"].velocity)
    if "lead" in last:
        base, before = tonic_pitch(plan.tonic), last["lead"].pitch
        nearest = min((base - 12, base, base + 12, base + 24), key=lambda pitch: abs(pitch - before))
        yield Note("lead", start, held, nearest, last["lead"].velocity)


def _sounding_at_the_end(score: Score) -> tuple[int, ...]:
    """The chords' pitches that were struck last together, lowest first; the next chord moves little from them."""
    chords = [note for note in score.notes if note.role == "chords"]
    latest = max(note.start for note in chords)
    return tuple(sorted(note.pitch for note in chords if note.start == latest))


def _last_hits(score: Score) -> Iterator[Hit]:
    """Kick and crash with the last chord, where there are drums."""
    if score.hits:
        level = max(hit.velocity for hit in score.hits[-8:])
        yield Hit("kick", score.seconds, level)
        yield Hit("crash", score.seconds, 0.8 * level)
