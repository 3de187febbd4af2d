"""One form for every text: what is taken out, where a text is cut, what is refused."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.texts import TextLimits, TextRejected, canonical_text, require_readable

LIMITS = TextLimits(max_tokens=200, max_characters=100)


def form(text: str, *, ended: bool = True, most: int = 100) -> str:
    return canonical_text(text, TextLimits(200, most), ended=ended).text


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [
        ("cafe\u0301", "caf\u00e9"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("  hello   \nthere\t \n\n", "hello\nthere"),
        ("bell\x07 and null\x00", "bell and null"),
        ("Done.<|im_end|>", "Done."),
        ("<s>[INST] Hi [/INST]</s>", "Hi"),
        ("\ufeffmark", "mark"),
        ("left \u202eright", "left right"),
        ("a < b and <b>bold</b>", "a < b and <b>bold</b>"),
        ("\U0001f469\u200d\U0001f680", "\U0001f469\u200d\U0001f680"),
    ],
)
def test_a_text_has_one_form(given_text: str, kept: str) -> None:
    assert form(given_text) == kept


@given(st.text(max_size=300))
def test_the_form_of_a_form_is_itself(text: str) -> None:
    once = canonical_text(text, LIMITS)
    assert canonical_text(once.text, LIMITS).text == once.text


@given(st.text(max_size=300), st.booleans())
def test_no_text_is_longer_than_the_limit_or_holds_a_control_character(text: str, ended: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
    form_of_it = canonical_text(text, LIMITS, ended=ended).text
    assert len(form_of_it) <= LIMITS.max_characters
    assert not [char for char in form_of_it if unicodedata.category(char) == "Cc" and char not in "\n\t"]


def test_a_text_that_is_too_long_ends_with_a_sentence() -> None:
    text = "The first sentence is here. The second one follows it. The third is never finished becau"
    assert form(text, most=70) == "The first sentence is here. The second one follows it."


def test_a_text_without_a_sentence_end_is_cut_at_a_word_and_marked() -> None:
    assert form("one two three four five six seven", most=20) == "one two three four \u2026"


def test_a_text_that_the_model_did_not_end_is_cut_at_its_last_sentence() -> None:
    cut = canonical_text("It rained all day. Then the su", LIMITS, ended=False)
    assert (cut.text, cut.cut) == ("It rained all day.", True)


def test_a_text_that_ended_with_its_last_token_is_whole() -> None:
    whole = canonical_text("It rained all day.", LIMITS, ended=False)
    assert (whole.text, whole.cut) == ("It rained all day.", False)


def test_chinese_sentences_end_without_a_space() -> None:
    assert form(
        "\u4eca\u5929\u4e0b\u96e8\u3002\u660e\u5929\u4e5f\u4e0b\u96e8\u3002\u540e\u5929", most=11
    ) == ("\u4eca\u5929\u4e0b\u96e8\u3002\u660e\u5929\u4e5f\u4e0b\u96e8\u3002")


@pytest.mark.parametrize("text", ["", "   \n", "...", "\u2014 -- !"])
def test_a_text_without_a_word_is_refused(text: str) -> None:
    with pytest.raises(TextRejected) as rejected:
        require_readable(text)
    assert rejected.value.code == "empty_text"


@pytest.mark.parametrize("text", ["\U0001f600", "\u4f60\u597d", "42", "Ja."])
def test_a_short_text_is_a_text(text: str) -> None:
    require_readable(text)


@pytest.mark.parametrize(
    "text",
    [
        "la " * 60,
        "I like to sing and I like to dance. " * 12,
        "A good start that says something new. " + "and then it goes on and on " * 20,
        "\u6211\u559c\u6b22\u97f3\u4e50" * 20,
    ],
)
def test_a_text_that_goes_round_in_circles_is_refused(text: str) -> None:
    with pytest.raises(TextRejected) as rejected:
        require_readable(text)
    assert rejected.value.code == "looping_text"


def test_a_poem_with_a_refrain_is_no_loop() -> None:
    verse = "The river runs by number {} and never looks behind; the miller of the {} mill has other things in mind. "
    refrain = "Turn, wheel, turn, and grind the golden corn. "
    poem = "".join(verse.format(word, word) + refrain for word in ("one", "old", "third", "last", "grey"))
    require_readable(poem)


@pytest.mark.parametrize(
    "text",
    [
        "I'm sorry, but I can't assist with that request.",
        "I cannot help with that.",
        "I am unable to provide an answer.",
        "As an AI language model, I am not able to write this.",
        "Es tut mir leid, das kann ich nicht beantworten.",
    ],
)
def test_a_text_that_only_refuses_is_refused(text: str) -> None:
    with pytest.raises(TextRejected) as rejected:
        require_readable(text)
    assert rejected.value.code == "refused_text"


@pytest.mark.parametrize(
    "text",
    [
        "I'm sorry to hear about your day. Take a walk, drink some water and call a friend.",
        "Unfortunately for the king, the dragon was awake.",
        "I can't stop singing this song, and neither can my neighbours.",
    ],
)
def test_a_text_that_only_sounds_like_a_refusal_is_a_text(text: str) -> None:
    require_readable(text)
