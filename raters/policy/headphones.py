"""When a headphone check is passed, as published.

Huggins pitch: 6 of 6 trials (strict; 5 is the lenient rule), two attempts (Milne et al. 2021, Behavior Research
Methods 53). Antiphase tones: 5 of 6, one attempt; 1.8% pass by guessing (Woods et al. 2017, Attention, Perception, &
Psychophysics 79).
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Check = Literal["huggins", "antiphase"]
TRIALS = 6
PLACES = 3


@dataclass(frozen=True, slots=True)
class Rule:
    """So many right trials of ``TRIALS``, in one of so many attempts."""

    needed: int
    attempts: int


PUBLISHED: Mapping[Check, Rule] = MappingProxyType({"huggins": Rule(6, 2), "antiphase": Rule(5, 1)})


def draw_places(random_numbers: random.Random) -> list[int]:
    """Where the right answer is in each trial, 0 to 2: each place equally often, so that no one place passes."""
    places = [place for place in range(PLACES) for _ in range(TRIALS // PLACES)]
    random_numbers.shuffle(places)
    return places


def is_passed(trials: Sequence[tuple[int, int | None]], *, needed: int) -> bool:
    """``trials`` are (right place, place given)."""
    return sum(right == given for right, given in trials) >= needed
