"""Whole scores."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.builtin.music.score import BASSES, CHORDS, DRUMS, KITS, LEADS, Hit, Note, Score
from generation.builtin.synth import SAMPLE_RATE, Unplayable, render
from generation.builtin.synth.room import echoes, in_room
from tests.synth.pieces import EMPTY, band, note, seeded, sound


def test_a_clip_is_stereo_float_at_32_kilohertz() -> None:
    audio = sound(band(), seconds=2.5)
    assert audio.shape == (2, 80_000)
    assert audio.dtype == torch.float32
    assert SAMPLE_RATE == 32_000


def test_the_same_score_and_seed_are_the_same_sound() -> None:
    assert torch.equal(sound(band()), sound(band()))


def test_what_was_rendered_before_does_not_matter() -> None:
    first = sound(band(lead="guitar", kit="brushes"))
    sound(band(lead="violin", chords="organ", kit="electronic"))
    assert torch.equal(sound(band(lead="guitar", kit="brushes")), first)


def test_another_seed_is_another_performance() -> None:
    assert not torch.equal(sound(band(), seed=1), sound(band(), seed=2))


def test_the_order_of_notes_and_hits_in_the_score_does_not_matter() -> None:
    score = band()
    shuffled = replace(score, notes=score.notes[::-1], hits=score.hits[::-1])
    assert torch.equal(sound(score), sound(shuffled))


def test_an_empty_score_is_silent() -> None:
    assert float(sound(EMPTY).abs().max()) == 0


def test_notes_after_the_end_are_not_played() -> None:
    score = replace(EMPTY, notes=(note(60), note(64, start=5.0)))
    assert torch.equal(sound(score), sound(replace(EMPTY, notes=(note(60),))))


def test_a_clip_cut_in_the_middle_of_a_note_ends_in_a_fade() -> None:
    audio = sound(replace(EMPTY, lead="trumpet", notes=(note(70, held=30.0),)), seconds=1.0)
    assert float(audio[:, -1].abs().max()) == 0
    assert float(audio[:, -40:].abs().max()) < 0.01 * float(audio.abs().max())


def test_a_short_score_rings_out() -> None:
    audio = sound(replace(EMPTY, notes=(note(60, held=0.2),)), seconds=4.0)
    level = audio.square().mean(0).reshape(8, -1).mean(-1).sqrt()
    assert float(level[1]) > 1e-4
    assert float(level[-1]) < 1e-3 * float(level[0])


def test_left_and_right_differ_and_balance() -> None:
    left, right = sound(band(chords="strings"), seconds=4.0).square().mean(1).sqrt().tolist()
    assert left == pytest.approx(right, rel=0.2)
    audio = sound(band(chords="strings"), seconds=4.0)
    assert float(torch.corrcoef(audio)[0, 1]) < 0.98


@pytest.mark.parametrize("lead", LEADS)
def test_the_lead_stands_out_from_the_band(lead: str) -> None:
    """At least a third of the energy of the mix is the lead's own sound."""
    score = band(lead=lead)
    alone = sound(replace(score, notes=tuple(note for note in score.notes if note.role == "lead"), hits=()))
    whole = sound(score)
    gain = (whole * alone).sum() / alone.square().sum()
    assert float((gain * alone).square().sum() / whole.square().sum()) > 0.33


SCORES = st.builds(
    Score,
    bpm=st.floats(60, 170),
    lead=st.sampled_from(LEADS),
    chords=st.sampled_from(CHORDS),
    bass=st.sampled_from(BASSES),
    kit=st.sampled_from(KITS),
    notes=st.lists(
        st.builds(
            Note,
            role=st.sampled_from(["lead", "chords", "bass"]),
            start=st.floats(0, 2.2),
            duration=st.floats(0.001, 3),
            pitch=st.integers(0, 127),
            velocity=st.floats(0.01, 1),
        ),
        max_size=8,
    ).map(tuple),
    hits=st.lists(
        st.builds(Hit, drum=st.sampled_from(DRUMS), start=st.floats(0, 2.2), velocity=st.floats(0.01, 1)),
        max_size=6,
    ).map(tuple),
    seconds=st.just(2.0),
)


@settings(max_examples=12, deadline=None)
@given(score=SCORES)
def test_any_playable_score_is_finite_and_within_full_scale(score: Score) -> None:
    audio = sound(score)
    assert audio.shape == (2, 64_000)
    assert bool(torch.isfinite(audio).all())
    assert float(audio.abs().max()) < 0.95


@pytest.mark.parametrize(
    "wrong",
    [
        note(128),
        note(-1),
        note(60, velocity=0.0),
        note(60, velocity=1.1),
        note(60, start=-0.1),
        note(60, start=math.nan),
        note(60, held=0.0),
        note(60, held=math.inf),
    ],
)
def test_a_note_nobody_can_play_is_refused(wrong: Note) -> None:
    with pytest.raises(Unplayable, match=r"notes\[0\] is Note.*allowed"):
        sound(replace(EMPTY, notes=(wrong,)))


@pytest.mark.parametrize("wrong", [Hit("kick", -1.0, 0.5), Hit("kick", 0.0, 0.0), Hit("kick", math.inf, 0.5)])
def test_a_stroke_nobody_can_play_is_refused(wrong: Hit) -> None:
    with pytest.raises(Unplayable, match=r"hits\[0\] is Hit.*allowed"):
        sound(replace(EMPTY, hits=(wrong,)))


@pytest.mark.parametrize("bpm", [0.0, -1.0, math.nan])
def test_a_tempo_that_is_none_is_refused(bpm: float) -> None:
    with pytest.raises(Unplayable, match="bpm"):
        sound(replace(EMPTY, bpm=bpm))


@pytest.mark.parametrize("seconds", [0.0, -1.0, math.nan, math.inf])
def test_a_length_that_is_none_is_refused(seconds: float) -> None:
    with pytest.raises(Unplayable, match="seconds is"):
        render(EMPTY, seconds=seconds, generator=seeded())


def impulse(frames: int = 96_000) -> torch.Tensor:
    audio = torch.zeros(2, frames)
    audio[:, 0] = 1
    return audio


def test_the_room_answers_both_sides_differently_and_dies_away() -> None:
    answer = in_room(torch.zeros(2, 96_000), impulse())
    assert float(torch.corrcoef(answer)[0, 1].abs()) < 0.5
    level = answer.square().sum(0).reshape(10, -1).sum(-1)
    assert float(level[0]) > 100 * float(level[4]) > 0
    assert float(level[-1]) < 1e-6 * float(level[0])


def test_the_room_leaves_the_dry_sound_in_place() -> None:
    dry = impulse()
    assert int(in_room(dry, torch.zeros(2, 96_000)).abs().sum(0).argmax()) == 0


def test_the_room_gets_darker_as_it_decays() -> None:
    answer = in_room(torch.zeros(2, 96_000), impulse())[0]

    def treble_share(part: torch.Tensor) -> float:
        power = torch.fft.rfft(part).abs().square()
        return float(power[len(power) // 4 :].sum() / power.sum())

    assert treble_share(answer[24_000:32_000]) < 0.3 * treble_share(answer[1_000:9_000])


def test_echoes_come_right_then_left() -> None:
    echoed = echoes(impulse(), 0.25, 0.5)
    first, second = echoed[:, 8_000], echoed[:, 16_000]
    assert float(first[1]) > 2 * float(first[0]) > 0
    assert float(second[0]) > 2 * float(second[1]) > 0
    assert int(echoed.abs().sum(0).count_nonzero()) == 3
