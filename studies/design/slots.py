"""The places of a comparison that raters fill: which round, which side first, in which order."""

from __future__ import annotations

from dataclasses import dataclass

from studies.design.seeds import stable_number

ORDER_BITS = 31  # fits a four-byte signed integer of a database


@dataclass(frozen=True, slots=True)
class Slot:
    """One rating to collect. ``swapped``: ``system_b`` is presented first, as side A.

    Within a round comparisons are handed out by ``order``, which is random and differs from round to round.
    """

    round: int
    swapped: bool
    order: int


def planned_slots(comparison_key: str, n: int, seed: int, *, starts_swapped: bool) -> list[Slot]:
    """The ``n`` slots of a comparison, rounds ``1..n``.

    Rounds go straight, swapped, swapped, straight, ... (or the reverse): each two rounds are opposite, so
    sides are balanced up to one, and a trend over the rounds cancels too. ``starts_swapped`` alternates over
    comparisons (``PlannedComparison``), so every single round is balanced as well.
    """
    return [
        Slot(number, starts_swapped ^ _second_side(number), _order(seed, comparison_key, number))
        for number in range(1, n + 1)
    ]


def _second_side(number: int) -> bool:
    return (number // 2) % 2 == 1


def _order(seed: int, comparison_key: str, number: int) -> int:
    return stable_number(seed, "order", comparison_key, number, bits=ORDER_BITS)
