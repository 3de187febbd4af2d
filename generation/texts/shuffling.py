"""Texts broken on purpose, from real ones: the pairs whose answer is known (gold and training)."""

from __future__ import annotations

import random
import re
from itertools import pairwise

from generation.texts.checks import TextRejected

# A sentence with what ends it; a paragraph end stays with the sentence before it.
SENTENCE = re.compile(
    r".+?(?:[.!?\u2026\u061f\u06d4\u0964][\"'\u201d\u2019)\]\u00bb]*(?=\s|\Z)|[\u3002\uff01\uff1f][\u201d\u2019\u300d\u300f\uff09]*|\n|\Z)",
    re.DOTALL,
)
FEWEST_SENTENCES = 3


def shuffled_sentences(text: str, *, seed: int) -> str:
    """The same sentences in another order, no two neighbours left together where that is possible.

    Same length, words and fluency: only the coherence is broken, so that nothing else tells the side apart.

    Raises:
        TextRejected: ``too_few_sentences``, the text has fewer than three different ones.
    """
    sentences = [found.strip() for found in SENTENCE.findall(text) if found.strip()]
    if len(set(sentences)) < FEWEST_SENTENCES:
        raise TextRejected(
            "too_few_sentences", f"{len(set(sentences))} different sentences; needed: {FEWEST_SENTENCES}"
        )
    rng = random.Random(seed)
    orders = [rng.sample(range(len(sentences)), len(sentences)) for _ in range(200)]
    best = min(orders, key=lambda order: (neighbours_kept(order), order[0] == 0))
    return " ".join(sentences[number] for number in best)


def neighbours_kept(order: list[int]) -> int:
    """How many sentences still follow the one that they followed."""
    return sum(after == before + 1 for before, after in pairwise(order))
