"""How alike the texts of a set are, by their words: distinct-n (Li et al. 2016) and self-BLEU (Zhu et al. 2018)."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from generation.measures.base import Gives, Measured, Need, Subject

WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|\w+|[^\w\s]")
LONGEST = 4  # of n-grams
Grams = Counter[tuple[str, ...]]


class Lexical:
    """`distinct_2` and `self_bleu` of a set of texts."""

    needs: frozenset[Need] = frozenset({"text"})
    of: Literal["sample", "set"] = "set"
    gives: tuple[Gives, ...] = (
        Gives("distinct_2", "share", 0.0, 1.0, "higher"),
        Gives("self_bleu", "score", 0.0, 1.0, "lower"),
    )

    @classmethod
    def prepare(cls, options: Mapping[str, object], *, folder: Path, device: str) -> Lexical:
        """Nothing to load."""
        return cls()

    def provenance(self) -> Mapping[str, object]:
        return {"measure": "lexical", "version": 1}

    def measure(self, subjects: Sequence[Subject]) -> list[Measured]:
        texts = [words_of(subject.text) for subject in subjects]
        if len(texts) < 2:
            return [Measured(code="too_few_texts", why="a set of two texts or more is needed")]
        return [Measured({"distinct_2": distinct(texts, 2), "self_bleu": self_bleu(texts)})]


def words_of(text: str) -> list[str]:
    """Words and marks, in small letters; Chinese, Japanese and Korean characters one by one."""
    return WORD.findall(text.casefold())


def distinct(texts: Sequence[Sequence[str]], n: int) -> float:
    """Different n-grams as a share of all n-grams of the texts (Li et al. 2016, section 5.1); nan without any."""
    grams = [gram for words in texts for gram in _grams(words, n).elements()]
    return len(set(grams)) / len(grams) if grams else math.nan


def self_bleu(texts: Sequence[Sequence[str]]) -> float:
    """The mean BLEU-4 of each text against the others (Zhu et al. 2018); 1 where all are the same."""
    return math.fsum(
        bleu(text, [other for at, other in enumerate(texts) if at != number])
        for number, text in enumerate(texts)
    ) / len(texts)


def bleu(text: Sequence[str], references: Sequence[Sequence[str]]) -> float:
    """Sentence BLEU with n-grams up to 4 and add-one smoothing above single words (Lin and Och 2004).

    Papineni et al. (2002), equations 1 to 3: clipped precisions, and a brevity penalty against the reference that is
    nearest in length.
    """
    if not text:
        return 0.0
    logs = []
    for n in range(1, min(LONGEST, len(text)) + 1):
        grams = _grams(text, n)
        most: Grams = Counter()
        for reference in references:
            most |= _grams(reference, n)
        matched, smoothing = sum((grams & most).values()), int(n > 1)
        if matched + smoothing == 0:
            return 0.0
        logs.append(math.log((matched + smoothing) / (sum(grams.values()) + smoothing)))
    nearest = min(
        (len(reference) for reference in references), key=lambda size: (abs(size - len(text)), size)
    )
    return math.exp(min(0.0, 1 - nearest / len(text)) + math.fsum(logs) / len(logs))


def _grams(words: Sequence[str], n: int) -> Grams:
    return Counter(zip(*(words[start:] for start in range(n)), strict=False))
