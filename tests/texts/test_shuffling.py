"""Texts with a known wrong side: the same sentences in another order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.texts import TextRejected, shuffled_sentences
from generation.texts.shuffling import neighbours_kept

STORY = "Ann got up. She made tea. The cup broke! Was it old? Bob swept the floor. Then they left."


@given(st.integers(0, 2**31))
def test_a_shuffled_text_has_the_same_sentences_and_another_order(seed: int) -> None:
    shuffled = shuffled_sentences(STORY, seed=seed)
    assert sorted(shuffled) == sorted(STORY)
    assert shuffled != STORY


@given(st.integers(0, 2**31))
def test_no_sentence_still_follows_the_one_that_it_followed(seed: int) -> None:
    first_words = [sentence.split()[0] for sentence in STORY.replace("!", ".").replace("?", ".").split(". ")]
    shuffled = shuffled_sentences(STORY, seed=seed).replace("!", ".").replace("?", ".").split(". ")
    order = [first_words.index(sentence.split()[0]) for sentence in shuffled]
    assert neighbours_kept(order) == 0


def test_the_same_seed_shuffles_in_the_same_way() -> None:
    assert shuffled_sentences(STORY, seed=5) == shuffled_sentences(STORY, seed=5)


def test_chinese_sentences_are_sentences() -> None:
    text = "\u4eca\u5929\u4e0b\u96e8\u3002\u6211\u5728\u5bb6\u3002\u4f60\u5462\uff1f"
    assert shuffled_sentences(text, seed=1) != text


@pytest.mark.parametrize("text", ["One.", "One. Two.", "Same. Same. Same. Same.", "no end at all"])
def test_a_text_of_too_few_sentences_cannot_be_broken(text: str) -> None:
    with pytest.raises(TextRejected) as rejected:
        shuffled_sentences(text, seed=1)
    assert rejected.value.code == "too_few_sentences"
