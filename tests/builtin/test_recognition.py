from __future__ import annotations

from random import Random

import numpy as np

from generation.builtin.judging.recognition import features, fit
from generation.builtin.music.composer import compose
from generation.builtin.music.piece import to_score


def test_moods_act_on_the_notes_strongly_enough_to_be_heard() -> None:
    ear = fit("mood", 0, pieces=500)
    fresh = [compose(Random(f"fresh {index}")) for index in range(120)]
    right = sum(ear.hear(to_score(piece)) == piece.plan.mood for piece in fresh)
    assert right / len(fresh) > 0.75


def test_genres_are_heard_far_above_chance() -> None:
    ear = fit("genre", 0, pieces=500)
    fresh = [compose(Random(f"fresh {index}")) for index in range(120)]
    assert sum(ear.hear(to_score(piece)) == piece.plan.genre for piece in fresh) / len(fresh) > 0.45


def test_features_of_every_piece_are_finite() -> None:
    for seed in range(40):
        assert np.isfinite(features(to_score(compose(Random(seed))))).all()
