from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.builtin.music.theory import (
    MODES,
    QUALITIES,
    SCALES,
    Chord,
    bass_root,
    diatonic,
    pitch_classes,
    tonic_pitch,
    voicing,
)

CHORDS = st.builds(Chord, st.integers(0, 11), st.sampled_from(QUALITIES))


@pytest.mark.parametrize(
    ("mode", "degree", "seventh", "expected"),
    [
        ("major", 0, False, Chord(0, "maj")),
        ("major", 1, True, Chord(2, "min7")),
        ("major", 4, True, Chord(7, "dom7")),
        ("minor", 4, False, Chord(7, "min")),
        ("minor", 1, True, Chord(2, "hdim7")),
        ("lydian", 1, False, Chord(2, "maj")),
    ],
)
def test_diatonic_chords_are_the_textbooks(mode: str, degree: int, seventh: bool, expected: Chord) -> None:  # noqa: FBT001 - a table's column
    assert diatonic(mode, degree, seventh=seventh) == expected  # type: ignore[arg-type] # parametrised text


def test_every_diatonic_chord_lies_in_its_scale() -> None:
    for mode in MODES:
        for degree in range(7):
            assert set(pitch_classes(diatonic(mode, degree, seventh=True))) <= set(SCALES[mode])


@given(CHORDS, st.integers(0, 11), CHORDS)
def test_a_voicing_is_the_whole_chord_in_close_position(chord: Chord, tonic: int, before: Chord) -> None:
    pitches = voicing(chord, tonic, voicing(before, tonic, ()))
    assert {(pitch - tonic) % 12 for pitch in pitches} == set(pitch_classes(chord))
    assert pitches[-1] - pitches[0] <= 12
    assert list(pitches) == sorted(pitches)


def test_a_repeated_chord_keeps_its_voicing() -> None:
    first = voicing(Chord(5, "maj7"), 3, ())
    assert voicing(Chord(5, "maj7"), 3, first) == first


@given(st.integers(0, 11))
def test_lead_and_bass_are_counted_from_the_key(tonic: int) -> None:
    assert 54 <= tonic_pitch(tonic) <= 65
    assert tonic_pitch(tonic) % 12 == tonic
    assert bass_root(Chord(7, "maj"), tonic) % 12 == (tonic + 7) % 12
