"""In which order a rater meets the criteria, where each is asked in a pass of its own."""

from __future__ import annotations

from collections.abc import Sequence


def balanced_order(ids: Sequence[str], number: int) -> list[str]:
    """The order of the ``number``-th rater, from 0: a row of a Williams design (E. J. Williams 1949).

    Over as many raters as there are criteria (twice as many when they are odd), each criterion comes at each position
    equally often, and each follows each other one equally often.
    """
    size = len(ids)
    zigzag = [(position + 1) // 2 if position % 2 else -(position // 2) for position in range(size)]
    row, mirrored = number % size, bool(size % 2 and number // size % 2)
    return [ids[(step + row) % size] for step in (reversed(zigzag) if mirrored else zigzag)]
