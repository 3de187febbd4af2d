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
INTERVALS = 3


@dataclass(frozen=True, slots=True)
class Rule:
    """Passed with ``needed`` right answers of ``TRIALS``, in one of ``attempts`` attempts."""

    needed: int
    attempts: int


PUBLISHED: Mapping[Check, Rule] = MappingProxyType({"huggins": Rule(6, 2), "antiphase": Rule(5, 1)})


def draw_intervals(random_numbers: random.Random) -> list[int]:
    """The right interval of each trial, 0 to 2: each equally often, so that always choosing one does not pass."""
    intervals = [interval for interval in range(INTERVALS) for _ in range(TRIALS // INTERVALS)]
    random_numbers.shuffle(intervals)
    return intervals


def is_passed(trials: Sequence[tuple[int, int | None]], *, needed: int) -> bool:
    """``trials`` are (right interval, interval chosen)."""
    return sum(right == given for right, given in trials) >= needed
