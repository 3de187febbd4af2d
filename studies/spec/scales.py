"""The five rating scales: values, the standard labels, and which way a value points.

On the preference scales a value is *as presented*: negative favours the first clip (A), positive the second
(B). On ``absolute-5`` each clip has its own value and the preference is their difference.

Labels: ``preference-5`` as in MusicLM (Agostinelli et al. 2023), ``ccr-7`` and ``absolute-5`` as the
comparison and absolute category ratings of ITU-T P.800 (annexes E and B).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

ScaleId = Literal["preference-5", "preference-3", "preference-2", "ccr-7", "absolute-5"]
Side = Literal["A", "B"]
SCALE_IDS: tuple[ScaleId, ...] = get_args(ScaleId)


class ValueRefused(ValueError):
    """A rating value that its scale does not have."""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer: its value, its full label, a label for narrow screens, and the side it favours, if any."""

    value: int
    label: str
    short: str
    side: Side | None = None


@dataclass(frozen=True, slots=True)
class Scale:
    """A scale's options in order of value. ``stem`` is read before an option (empty: none is needed)."""

    id: ScaleId
    options: tuple[Option, ...]
    absolute: bool = False
    stem: str = ""

    @property
    def values(self) -> tuple[int, ...]:
        return tuple(option.value for option in self.options)

    def option(self, value: int) -> Option:
        """The option with this value; raises ``ValueRefused``."""
        for option in self.options:
            if option.value == value:
                return option
        raise ValueRefused(f"{value!r} is not on the scale {self.id}; allowed: {self._listed()}")

    def read(self, given: str) -> int:
        """The value of a form field (``"-2"``); raises ``ValueRefused``."""
        for option in self.options:
            if str(option.value) == given:
                return option.value
        raise ValueRefused(f"{given[:20]!r} is not on the scale {self.id}; allowed: {self._listed()}")

    def preference(self, score_first: int, score_second: int) -> int:
        """The preference two absolute scores imply: positive when the second is better."""
        if not self.absolute:
            raise ValueRefused(f"the scale {self.id} has no score for each side")
        return self.option(score_second).value - self.option(score_first).value

    def _listed(self) -> str:
        return ", ".join(str(value) for value in self.values)


def oriented(preference: int, *, swapped: bool) -> int:
    """A preference as presented, turned so that positive favours ``system_b``.

    ``swapped`` says that ``system_b`` was presented first. The turn is its own inverse.
    """
    return -preference if swapped else preference


def _sided(*options: tuple[int, str, str]) -> tuple[Option, ...]:
    return tuple(Option(value, label, short, _favoured(value)) for value, label, short in options)


def _favoured(value: int) -> Side | None:
    if value == 0:
        return None
    return "A" if value < 0 else "B"


PREFERENCE_5 = Scale(
    "preference-5",
    _sided(
        (-2, "Strongly prefer A", "A"),
        (-1, "Slightly prefer A", "a"),
        (0, "No preference", "="),
        (1, "Slightly prefer B", "b"),
        (2, "Strongly prefer B", "B"),
    ),
)
PREFERENCE_3 = Scale(
    "preference-3", _sided((-1, "Prefer A", "A"), (0, "No preference", "="), (1, "Prefer B", "B"))
)
PREFERENCE_2 = Scale("preference-2", _sided((-1, "Prefer A", "A"), (1, "Prefer B", "B")))
CCR_7 = Scale(
    "ccr-7",
    _sided(
        (-3, "Much worse", "-3"),
        (-2, "Worse", "-2"),
        (-1, "Slightly worse", "-1"),
        (0, "About the same", "0"),
        (1, "Slightly better", "+1"),
        (2, "Better", "+2"),
        (3, "Much better", "+3"),
    ),
    stem="Compared with A, B is",
)
ABSOLUTE_5 = Scale(
    "absolute-5",
    (
        Option(1, "Bad", "1"),
        Option(2, "Poor", "2"),
        Option(3, "Fair", "3"),
        Option(4, "Good", "4"),
        Option(5, "Excellent", "5"),
    ),
    absolute=True,
)

SCALES: Mapping[str, Scale] = MappingProxyType(
    {scale.id: scale for scale in (PREFERENCE_5, PREFERENCE_3, PREFERENCE_2, CCR_7, ABSOLUTE_5)}
)
