from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.builtin.music.composer import compose
from generation.builtin.text.captions import caption, facts, mentioned
from generation.builtin.text.lexicon import ALSO, PHRASES, Concept
from generation.builtin.text.prompt_reading import MOST_CONCEPTS, read


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("slow sad piano", {"tempo": ["slow"], "mood": ["sad"], "lead": ["piano"]}),
        ("Soulful jazz mixed with hiphop", {"genre": ["jazz", "hiphop"]}),
        ("fast rock at 130 bpm", {"tempo": ["fast"], "genre": ["rock"], "bpm": ["132"]}),
        ("a waltz in F# minor", {"meter": ["3"], "tonic": ["f#"], "mode": ["minor"]}),
        ("in B♭ major", {"tonic": ["bb"], "mode": ["major"]}),
        ("in e flat major", {"tonic": ["eb"], "mode": ["major"]}),
        ("a minor key", {"mode": ["minor"]}),
        ("in A minor", {"tonic": ["a"], "mode": ["minor"]}),
        ("Electronic drums", {"kit": ["electronic"]}),
        ("electronic, drums", {"genre": ["electronic"], "kit": ["any"]}),
        ("hip-hop without drums", {"genre": ["hiphop"], "kit": ["none"]}),
    ],
)
def test_known_readings(text: str, expected: dict[str, list[str]]) -> None:
    assert read(text).understood() == expected


def test_what_is_ruled_out_is_not_asked_for() -> None:
    reading = read("calm music, no piano please")
    assert reading.understood() == {"mood": ["calm"], "not": ["lead: piano"]}


def test_unknown_words_are_listed_once_each() -> None:
    assert read("zither and zither and theremin jazz").unknown_words == ("zither", "theremin")


@pytest.mark.parametrize(
    "text", ["", "   ", "雨の夜の静かな街", "тихая ночь", "🎷🎹", "\x00\ud800", "١٢٠ bpm", "½ bpm"]
)
def test_other_scripts_are_read_without_understanding(text: str) -> None:
    assert read(text).concepts == ()


def test_ten_thousand_characters_are_read_and_bounded() -> None:
    everything = " ".join(p for values in PHRASES.values() for ps in values.values() for p in ps)
    reading = read((everything + " grommet wibble ") * 5)
    assert len(reading.concepts) == MOST_CONCEPTS
    assert reading.beyond_limit > 0
    assert reading.unknown_words == ("grommet", "wibble")


@given(st.text(max_size=300))
@settings(max_examples=150)
def test_any_text_is_read(text: str) -> None:
    reading = read(text)
    assert len(reading.concepts) <= MOST_CONCEPTS


def test_every_phrase_of_the_lexicon_is_read_as_what_it_means() -> None:
    for source in (PHRASES, ALSO):
        for group, values in source.items():
            for value, phrases in values.items():
                for phrase in phrases:
                    assert read(phrase).concepts == (Concept(group, value),), phrase


@given(st.integers(0, 2**32))
@settings(max_examples=150)
def test_a_caption_reads_back_as_what_it_says(seed: int) -> None:
    random = Random(seed)
    said = mentioned(compose(random), random)
    reading = read(caption(said, random))
    assert set(reading.concepts) == {concept for concepts in said.values() for concept in concepts}
    assert reading.unknown_words == ()


@given(st.integers(0, 2**32))
@settings(max_examples=40)
def test_without_noise_a_caption_says_only_what_is_true(seed: int) -> None:
    random = Random(seed)
    piece = compose(random)
    true = {concept for concepts in facts(piece).values() for concept in concepts}
    said = {c for concepts in mentioned(piece, random, noise=0.0).values() for c in concepts}
    assert said <= true | {Concept("kit", "any"), Concept("genre", piece.plan.groove)}


def test_fifteen_percent_of_mentions_are_replaced() -> None:
    random = Random(5)
    wrong = asked = 0
    for _ in range(600):
        piece = compose(random)
        true = {concept for concepts in facts(piece).values() for concept in concepts}
        said = [
            c for cs in mentioned(piece, random).values() for c in cs if c.group in ("lead", "mood", "tempo")
        ]
        asked += len(said)
        wrong += sum(concept not in true for concept in said)
    assert 0.09 < wrong / asked < 0.16
