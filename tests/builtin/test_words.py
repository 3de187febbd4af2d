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
        ("120bpm", {"bpm": ["120"]}),
        ("120 BPM", {"bpm": ["120"]}),
        ("waltz, \N{QUARTER NOTE}=120", {"meter": ["3"], "bpm": ["120"]}),
        ("quarter note = 90", {"bpm": ["90"]}),
        ("tempo: 132", {"bpm": ["132"]}),
        ("118-122 bpm", {"bpm": ["120"]}),
        ("120 drums", {"kit": ["any"]}),
    ],
)
def test_known_readings(text: str, expected: dict[str, list[str]]) -> None:
    assert read(text).understood() == expected


def test_what_is_ruled_out_is_not_asked_for() -> None:
    reading = read("calm music, no piano please")
    assert reading.understood() == {
        "mood": ["calm"],
        "not": ["lead: piano", "chords: piano", "chords: electric_piano"],
    }


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("don't use drums", "kit none"),
        ("dont use drums", "kit none"),
        ("drum-free", "kit none"),
        ("pianoless jazz", "genre jazz; without piano, electric piano"),
        ("techno without any kick drum or percussion", "genre electronic, kit none"),
        ("without guitar or piano", "without guitar, piano, electric piano"),
        ("not too fast", "without fast"),
        ("no piano", "without piano, electric piano"),
        ("a not too fast piano piece", "lead piano; without fast"),
        ("not too fast and calm", "mood calm; without fast"),
        ("not sad and dark", "without sad, dark"),
        ("without drums and soft piano", "dynamics soft, lead piano, kit none"),
        ("no drums, piano", "lead piano, kit none"),
        ("no drums, guitars, or flutes, piano", "lead piano, kit none; without guitar, flute"),
        ("the drums and guitar are not wanted, piano is", "lead piano, kit none; without guitar"),
        ("no drums but congas", "kit percussion; without acoustic, electronic, brushes"),
        ("everything except drums", "kit none"),
        ("nothing but piano", "lead piano"),
        ("not only piano but also guitar", "lead piano and guitar"),
        ("not without drums", "kit any"),
        ("no instruments other than piano", "lead piano"),
        ("piano instead of guitar", "lead piano; without guitar"),
        ("free jazz", "genre jazz"),
        ("no vocals", "without vocals"),
        ("no harp", "without harp"),
        ("vocals", "not understood: vocals"),
        ("harp and choir", "lead guitar, chords pad; harp taken for guitar; choir taken for pad"),
        ("ukulele blues", "lead guitar, genre jazz; ukulele taken for guitar; blues taken for jazz"),
        ("organ", "chords organ"),
        ("zxqv", "not understood: zxqv"),
        ("please", "nothing"),
    ],
)
def test_what_a_text_is_taken_for_in_one_line(text: str, summary: str) -> None:
    assert read(text).summary() == summary


@given(
    st.sampled_from(
        ["no {}", "without any {}", "don't use {}", "{}-free", "{} is not wanted", "anything but {}"]
    )
)
@settings(max_examples=6)
def test_every_player_can_be_refused_in_every_form(form: str) -> None:
    for group in ("lead", "chords", "bass"):
        for value, phrases in PHRASES[group].items():
            reading = read("jazz, " + form.format(phrases[0]))
            assert Concept(group, value) in reading.excluded, (form, phrases[0])
            assert reading.concepts == (Concept("genre", "jazz"),)


def test_unknown_words_are_listed_once_each() -> None:
    assert read("vuvuzela and vuvuzela and theremin jazz").unknown_words == ("vuvuzela", "theremin")


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
