from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from generation.builtin.judging.listening import adherence, key_of, texture_of
from generation.builtin.music.composer import compose
from generation.builtin.music.piece import to_score
from generation.builtin.music.score import Hit, Note, Score
from generation.builtin.text.captions import facts
from generation.builtin.text.lexicon import Concept

SCALE_OF_C = (60, 62, 64, 65, 67, 69, 71, 72, 67, 64, 60)


def score_of(*pitches: int) -> Score:
    notes = tuple(Note("lead", index * 0.5, 0.45, pitch, 0.8) for index, pitch in enumerate(pitches))
    return Score(120.0, "flute", "strings", "sub_bass", "none", notes, (), 10.0)


@pytest.mark.parametrize(
    ("pitches", "expected"),
    [
        (SCALE_OF_C, ("c", "major")),
        (tuple(pitch + 7 for pitch in SCALE_OF_C), ("g", "major")),
        ((57, 60, 64, 57, 59, 60, 62, 64, 57, 56, 57), ("a", "minor")),
    ],
)
def test_the_key_of_a_scale_is_found(pitches: tuple[int, ...], expected: tuple[str, str]) -> None:
    assert key_of(score_of(*pitches)) == expected


def test_textures_go_by_who_sounds() -> None:
    solo = score_of(60, 64)
    sparse = replace(solo, notes=(*solo.notes, Note("chords", 0, 1, 55, 0.5)))
    trio = replace(sparse, notes=(*sparse.notes, Note("bass", 0, 1, 36, 0.5)))
    full = replace(trio, hits=(Hit("kick", 0, 1.0),))
    assert [texture_of(score) for score in (solo, sparse, trio, full)] == ["solo", "sparse", "trio", "full"]


def test_a_named_kit_that_is_silent_is_no_kit() -> None:
    silent = replace(score_of(60), kit="acoustic")
    asked = [Concept("kit", "none"), Concept("kit", "acoustic"), Concept("kit", "any")]
    assert adherence(silent, asked) == {"kit": [True, False, False]}


def test_a_lead_that_never_plays_is_not_heard() -> None:
    assert adherence(replace(score_of(), notes=()), [Concept("lead", "flute")]) == {"lead": [False]}


def test_tempo_is_judged_by_class_and_by_figure() -> None:
    asked = [Concept("tempo", "fast"), Concept("bpm", "120"), Concept("bpm", "126")]
    assert adherence(score_of(60), asked) == {"tempo": [True], "bpm": [True, False]}


def test_genre_and_mood_are_not_judged() -> None:
    assert adherence(score_of(60), [Concept("genre", "jazz"), Concept("mood", "sad")]) == {}


def test_composed_pieces_have_what_their_captions_say() -> None:
    groups = ("tempo", "bpm", "lead", "chords", "bass", "kit", "texture", "dynamics", "articulation")
    met = []
    for seed in range(120):
        piece = compose(Random(seed))
        asked = [c for said in facts(piece).values() for c in said if c.group in groups]
        met += [ok for oks in adherence(to_score(piece), asked).values() for ok in oks]
    assert sum(met) / len(met) > 0.98
