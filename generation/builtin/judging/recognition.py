"""Genre and mood by ear: linear discriminants fitted on composed pieces, for what no plain rule can judge.

A recogniser is wrong sometimes, also about the composer's own pieces; its figures mean something only beside
that ceiling.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from statistics import fmean
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from generation.builtin.judging.listening import pitch_classes
from generation.builtin.music.composer import compose
from generation.builtin.music.piece import to_score
from generation.builtin.music.score import BASSES, CHORDS, DRUMS, KITS, LEADS, Note, Score
from generation.builtin.music.theory import SCALES

Array = NDArray[np.float64]
_SHRINKAGE = 0.05


def features(score: Score) -> Array:
    """``[F]``: tempo, who plays, how much, how high, how loud, how long, and which notes."""
    named = (
        *(score.lead == name for name in LEADS),
        *(score.chords == name for name in CHORDS),
        *(score.bass == name for name in BASSES),
        *((score.kit if score.hits else "none") == name for name in KITS),
    )
    drums = [sum(hit.drum == drum for hit in score.hits) / score.seconds for drum in DRUMS]
    roles = [_line(score, role) for role in ("lead", "chords", "bass")]
    return np.array([score.bpm / 40, *map(float, named), *drums, *np.concatenate(roles), *_scales(score)])


def _line(score: Score, role: Literal["lead", "chords", "bass"]) -> list[float]:
    notes = sorted((n for n in score.notes if n.role == role), key=lambda note: note.start)
    if not notes:
        return [0.0] * 6
    starts = sorted({note.start for note in notes})
    leaps = [abs(after.pitch - before.pitch) for before, after in pairwise(notes)]
    return [
        len(starts) / score.seconds,
        len(notes) / len(starts),
        fmean(note.pitch for note in notes) / 12,
        fmean(note.velocity for note in notes) * 4,
        _held(notes),
        fmean(leaps or [0]) / 4,
    ]


def _held(notes: Sequence[Note]) -> float:
    """The share of the time until its next note that a note is held, short waits only."""
    waits = [(b.start - a.start, a.duration) for a, b in pairwise(notes) if 0 < b.start - a.start < 1.5]
    return fmean(min(1.0, held / wait) for wait, held in waits) if waits else 1.0


def _scales(score: Score) -> list[float]:
    """How much of the sound lies in the best transposition of every mode's scale, weighted to its tonic triad."""
    sounding = pitch_classes(score)
    sounding = sounding / max(sounding.sum(), 1e-9)
    profiles = [np.bincount([*scale, 0, 0, scale[2], scale[4]], minlength=12) for scale in SCALES.values()]
    return [4 * max(float(sounding @ np.roll(profile, at)) for at in range(12)) for profile in profiles]


@dataclass(frozen=True, slots=True)
class Recogniser:
    """One discriminant: the label whose ``weights @ features + biases`` is largest."""

    labels: tuple[str, ...]
    weights: Array
    biases: Array

    def hear(self, score: Score) -> str:
        """The likeliest label."""
        return self.labels[int(np.argmax(self.weights @ features(score) + self.biases))]


def fit(group: Literal["genre", "mood"], seed: int, pieces: int) -> Recogniser:
    """Linear discriminant analysis (Fisher, 1936) with a shrunken pooled covariance, on fresh composed pieces."""
    composed = [compose(Random(f"recognition {seed} piece {index}")) for index in range(pieces)]
    given = np.array([getattr(piece.plan, group) for piece in composed])
    heard = np.stack([features(to_score(piece)) for piece in composed])
    labels = tuple(sorted(set(given.tolist())))
    means = np.stack([heard[given == label].mean(axis=0) for label in labels])
    within = heard - means[np.searchsorted(labels, given)]
    covariance = within.T @ within / len(heard)
    weights = np.linalg.solve(covariance + _SHRINKAGE * np.eye(len(covariance)), means.T).T
    return Recogniser(labels, weights, -0.5 * (weights * means).sum(axis=1))
