"""Names as people see them: the same in two spellings is found, and two that look alike are told apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from generation.files.names import Listing, difference, folded, lookalike

COMPOSED, DECOMPOSED = "caf\N{LATIN SMALL LETTER E WITH ACUTE}.wav", "cafe\N{COMBINING ACUTE ACCENT}.wav"


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("a.wav", "a.wav", ""),
        (COMPOSED, DECOMPOSED, "accents composed in one and decomposed in the other"),
        ("a.wav", "A.WAV", "upper and lower case"),
        ("my song.wav", "mysong.wav", "blanks"),
        (
            "a.wav",
            "\N{CYRILLIC SMALL LETTER A}.wav",
            "character 1: U+0061 LATIN SMALL LETTER A in one, U+0430 CYRILLIC SMALL LETTER A in the other",
        ),
        ("a.wav", "ab.wav", "length"),
    ],
)
def test_how_two_names_differ_is_said(first: str, second: str, said: str) -> None:
    assert difference(first, second) == said


@pytest.mark.parametrize(
    "other",
    [
        DECOMPOSED,
        "CAF\N{LATIN CAPITAL LETTER E WITH ACUTE}.wav",
        COMPOSED.replace("a", "\N{CYRILLIC SMALL LETTER A}"),
    ],
)
def test_a_name_that_looks_the_same_is_found(other: str) -> None:
    assert lookalike(COMPOSED, ["b.wav", other]) == other
    assert lookalike(COMPOSED, ["b.wav", COMPOSED]) is None


def test_a_dash_and_a_blank_are_easily_mistaken() -> None:
    assert lookalike("my-song.wav", ["my song.wav"]) == "my song.wav"
    assert lookalike("my-song.wav", ["my\N{EN DASH}song.wav"]) == "my\N{EN DASH}song.wav"


def test_what_a_mac_cannot_hold_side_by_side_folds_to_one() -> None:
    assert folded(COMPOSED) == folded(DECOMPOSED) == folded(COMPOSED.upper())


@pytest.mark.parametrize("there", [COMPOSED, DECOMPOSED])
@pytest.mark.parametrize("written", [COMPOSED, DECOMPOSED])
def test_a_file_is_found_in_either_spelling(tmp_path: Path, there: str, written: str) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / there).write_bytes(b"x")
    assert Listing(tmp_path).find(f"in/{written}").read_bytes() == b"x"


def test_backslashes_are_slashes_where_nothing_else_is_there(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.wav").write_bytes(b"x")
    assert Listing(tmp_path).find("in\\a.wav") == tmp_path / "in" / "a.wav"


def test_a_name_that_is_not_there_stays_as_it_was_written(tmp_path: Path) -> None:
    assert Listing(tmp_path).find("in\\b.wav") == tmp_path / "in\\b.wav"


def test_two_spellings_side_by_side_are_two_files(tmp_path: Path) -> None:
    for name in (COMPOSED, DECOMPOSED):
        (tmp_path / name).write_text(name)
        assert Listing(tmp_path).find(name).read_text() == name
