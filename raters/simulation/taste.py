"""What a simulated rater answers: a planted preference, a taste of their own, and noise. Pure.

Latent difference of a pair, in logits: (strength of the second system - strength of the first) * weight of the
criterion + the rater's own leaning + logistic noise; cut at fixed thresholds into the scale's answers
(a cumulative-link model, McCullagh 1980).

A program hears nothing, so a broken side is planted too: it costs ``BROKEN`` logits on sound quality, so that whoever
takes care hears it. A careless rater answers by noise alone, whatever was presented.
"""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

LEANING_SD = 0.35
WEIGHTS: Mapping[str, float] = {"acoustic_quality": 0.3, "text_adherence": 1.0, "musicality": 0.6}
BROKEN: Mapping[str, float] = {"acoustic_quality": 12.0, "musicality": 1.0}
# Half-widths of "no preference", "slightly", ...; the last answer is open-ended.
STEPS = (0.4, 1.4, 2.6)


@dataclass(frozen=True, slots=True)
class Pair:
    """Who is behind the two sides: known to the simulation, never to the pages it visits."""

    first: str
    second: str
    prompt: str
    clean: Literal["first", "second"] | None = None
    """Of a gold or training pair: the side that is not broken."""
    role: str = "main"


def strengths(systems: Sequence[str], *, effect: float) -> dict[str, float]:
    """Planted strengths in logits: evenly spaced from 0 to ``effect``, rising with the alphabet."""
    ordered = sorted(systems)
    last = max(1, len(ordered) - 1)
    return {name: effect * rank / last for rank, name in enumerate(ordered)}


@dataclass(frozen=True, slots=True)
class Taste:
    """One simulated rater."""

    seed: int
    number: int
    planted: Mapping[str, float]
    careless: bool = False

    def latent(self, pair: Pair, criterion: str) -> float:
        """Positive: the second side is liked better, in logits. The same question gets the same answer."""
        noise = self._noise(pair, criterion)
        if self.careless:
            return noise
        difference = self.planted[pair.second] - self.planted[pair.first]
        leaning = self._leaning(pair.second, criterion) - self._leaning(pair.first, criterion)
        return WEIGHTS.get(criterion, 0.5) * difference + leaning + cost_of_damage(pair, criterion) + noise

    def _noise(self, pair: Pair, criterion: str) -> float:
        generator = self._random("noise", pair.first, pair.second, pair.prompt, criterion)
        uniform = min(max(generator.random(), 1e-9), 1 - 1e-9)
        return math.log(uniform / (1 - uniform))

    def pick(self, question: str, answers: Sequence[str]) -> str:
        """One of the answers to a question about the rater, always the same."""
        return self._random("about", question).choice(answers)

    def _leaning(self, system: str, criterion: str) -> float:
        return self._random("leaning", system, criterion).gauss(0, LEANING_SD)

    def _random(self, *what: str) -> random.Random:
        text = "/".join([str(self.seed), str(self.number), *what])
        return random.Random(hashlib.sha256(text.encode()).digest())


def cost_of_damage(pair: Pair, criterion: str) -> float:
    """In logits, towards the side that is not degraded; 0 where none is."""
    cost = BROKEN.get(criterion, 0.0)
    return {None: 0.0, "first": -cost, "second": cost}[pair.clean]


def answer(latent: float, values: Sequence[int]) -> int:
    """The answer of a two-sided scale (such as -2..2) for a latent difference; ties need 0 on the scale."""
    sign = 1 if latent > 0 else -1
    most = max(values)
    size = sum(abs(latent) > step for step in STEPS[:most])
    if size == 0 and 0 not in values:
        size = 1
    return sign * size


def scores(latent: float) -> tuple[int, int]:
    """Two scores of 1 to 5 whose difference follows the latent difference."""
    half = round(latent)
    first, second = 3 - half // 2, 3 + (half - half // 2)
    return min(5, max(1, first)), min(5, max(1, second))
