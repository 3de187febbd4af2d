"""Rules that tell from a score alone whether it has what a prompt asked for.

They look at what is played, never at the plan the model wrote first. Genre and mood have no rule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from generation.builtin.music.composer import tempo_class
from generation.builtin.music.score import Score
from generation.builtin.music.theory import TONICS
from generation.builtin.text.lexicon import Concept

# Krumhansl and Kessler, 1982: how well each pitch class fits a major and a minor key.
_MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
_MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
_BPM_TOLERANCE = 0.03
_TEXTURES_THAT_ARE = {"solo": ("solo",), "sparse": ("solo", "sparse"), "full": ("full",)}


def pitch_classes(score: Score) -> NDArray[np.float64]:
    """Seconds that each of the 12 pitch classes sounds."""
    seconds = np.zeros(12)
    for note in score.notes:
        seconds[note.pitch % 12] += note.duration
    return seconds


def key_of(score: Score) -> tuple[str, str]:
    """Tonic and mode (major or minor) whose profile correlates best (Krumhansl, 1990, chapter 4)."""
    sounding = pitch_classes(score)
    fits = {
        (TONICS[tonic], mode): float(np.corrcoef(np.roll(profile, tonic), sounding)[0, 1])
        for mode, profile in (("major", _MAJOR), ("minor", _MINOR))
        for tonic in range(12)
    }
    return max(fits, key=lambda key: fits[key])


def texture_of(score: Score) -> str:
    """``solo``, ``sparse`` (two parts), ``trio`` (with a bass) or ``full`` (with drums)."""
    parts = {note.role for note in score.notes}
    if score.hits:
        return "full"
    if "bass" in parts:
        return "trio"
    return "sparse" if "chords" in parts and score.chords != score.lead else "solo"


def _kit(score: Score, value: str) -> bool:
    sounding = score.kit if score.hits else "none"
    return sounding != "none" if value == "any" else sounding == value


def _articulation(score: Score, value: str) -> bool:
    lead = sorted((note.start, note.duration) for note in score.notes if note.role == "lead")
    waits = [(b[0] - a[0], a[1]) for a, b in pairwise(lead) if b[0] - a[0] < 1.5]
    if not waits:
        return False
    held = fmean(duration / wait for wait, duration in waits)
    return held < 0.65 if value == "staccato" else held > 0.93


def _dynamics(score: Score, value: str) -> bool:
    level = (
        fmean(note.velocity for note in score.notes if note.role == "lead") if _has(score, "lead") else 0.0
    )
    return level < 0.5 if value == "soft" else level > 0.7


def _has(score: Score, role: str) -> bool:
    return any(note.role == role for note in score.notes)


_RULES: Mapping[str, Callable[[Score, str], bool]] = {
    "tempo": lambda score, value: tempo_class(score.bpm) == value,
    "bpm": lambda score, value: abs(score.bpm / float(value) - 1) <= _BPM_TOLERANCE,
    "lead": lambda score, value: _has(score, "lead") and score.lead == value,
    "chords": lambda score, value: _has(score, "chords") and score.chords == value,
    "bass": lambda score, value: _has(score, "bass") and score.bass == value,
    "kit": _kit,
    "texture": lambda score, value: texture_of(score) in _TEXTURES_THAT_ARE[value],
    "articulation": _articulation,
    "dynamics": _dynamics,
}


def adherence(score: Score, concepts: Sequence[Concept]) -> dict[str, list[bool]]:
    """For every group that a rule can judge, whether each of its concepts is met.

    The mode is judged where it is major or minor, and the tonic (as ``key``) only together with such a mode.
    """
    verdicts: dict[str, list[bool]] = {}
    for group, value in concepts:
        if group in _RULES:
            verdicts.setdefault(group, []).append(_RULES[group](score, value))
    modes = [value for group, value in concepts if group == "mode"]
    tonics = [value for group, value in concepts if group == "tonic"]
    if modes and modes[0] in ("major", "minor"):
        tonic, mode = key_of(score)
        verdicts["mode"] = [mode == modes[0]]
        if tonics:
            verdicts["key"] = [(tonic, mode) == (tonics[0], modes[0])]
    return verdicts
