from __future__ import annotations

from random import Random
from statistics import fmean

import pytest

from generation.builtin.music.composer import compose, tempo_class
from generation.builtin.music.piece import (
    BPMS,
    METERS,
    Piece,
    bar_seconds,
    bars_needed,
    repeated,
    to_score,
)
from generation.builtin.music.score import DRUMS
from generation.builtin.music.styles import RANGES

PIECES = [compose(Random(seed)) for seed in range(300)]


def of_mood(mood: str) -> list[Piece]:
    return [piece for piece in PIECES if piece.plan.mood == mood]


def lead_velocity(piece: Piece) -> float:
    return fmean(note.velocity for note in to_score(piece).notes if note.role == "lead")


def test_the_same_seed_composes_the_same_piece() -> None:
    assert compose(Random(17)) == compose(Random(17))
    assert compose(Random(17)) != compose(Random(18))


def test_every_tempo_and_metre_lasts_ten_seconds() -> None:
    for bpm in BPMS:
        for meter in METERS:
            assert 10.2 <= bars_needed(bpm, meter) * bar_seconds(bpm, meter) < 15


def test_ten_seconds_are_filled_with_music() -> None:
    for piece in PIECES:
        score = to_score(piece)
        sounding = [(note.start, note.start + note.duration) for note in score.notes]
        for second in range(1, 10):
            assert any(start < second + 0.5 and end > second - 0.5 for start, end in sounding), piece.plan


def test_notes_stay_in_their_instruments_range() -> None:
    for piece in PIECES:
        low, high = RANGES[piece.plan.lead]
        leads = [note.pitch for note in to_score(piece).notes if note.role == "lead"]
        assert low <= min(leads)
        assert max(leads) <= high


def test_scores_are_well_formed() -> None:
    for piece in PIECES:
        score = to_score(piece)
        assert all(0 < note.velocity <= 1 and note.duration > 0 for note in score.notes)
        assert all(0 < hit.velocity <= 1 and hit.drum in DRUMS for hit in score.hits)
        starts = [note.start for note in score.notes] + [hit.start for hit in score.hits]
        assert all(0 <= start < score.seconds for start in starts)


def test_a_kit_is_named_exactly_when_drums_sound() -> None:
    for piece in PIECES:
        assert bool(to_score(piece).hits) == (piece.plan.kit != "none")


def test_energetic_pieces_are_faster_and_louder_than_calm_ones() -> None:
    energetic, calm = of_mood("energetic"), of_mood("calm")
    assert fmean(p.plan.bpm for p in energetic) > fmean(p.plan.bpm for p in calm) + 30
    assert min(map(lead_velocity, energetic)) > max(map(lead_velocity, calm))


def test_sad_pieces_are_minor_and_happy_ones_major() -> None:
    darker = ("minor", "dorian", "phrygian")
    assert fmean(p.plan.mode in darker for p in of_mood("sad")) > 0.9
    assert fmean(p.plan.mode in darker for p in of_mood("happy")) < 0.2


def test_dark_leads_are_lower_than_dreamy_ones() -> None:
    def height(mood: str) -> float:
        return fmean(n.pitch for p in of_mood(mood) for n in to_score(p).notes if n.role == "lead")

    assert height("dark") < height("dreamy") - 6


@pytest.mark.parametrize(("bpm", "expected"), [(84, "slow"), (90, "medium"), (114, "medium"), (120, "fast")])
def test_tempo_classes(bpm: int, expected: str) -> None:
    assert tempo_class(bpm) == expected


def test_a_longer_request_repeats_the_piece_from_its_start() -> None:
    score = to_score(PIECES[0])
    longer = repeated(score, score.seconds * 2.5)
    assert longer.seconds == score.seconds * 3
    assert len(longer.notes) == 3 * len(score.notes)
    assert longer.notes[len(score.notes)].start == score.notes[0].start + score.seconds


def test_a_piece_that_is_long_enough_is_played_once() -> None:
    score = to_score(PIECES[0])
    assert repeated(score, 10.0) is score
