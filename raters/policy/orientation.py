"""Which side a rater should hear first next, so that neither system profits from being first."""

from __future__ import annotations

SLACK = 2


def wanted_orientation(*, swapped: int, straight: int) -> bool | None:
    """Whether the rater's next comparison should be swapped; ``None`` when either will do.

    ``swapped`` and ``straight`` count the rater's assignments so far. Whoever follows this whenever both
    orientations are available keeps the two counts within two of each other. Not within one: then every second
    orientation would be forced, and a rater who recognised a system once would know its side in the next task.
    """
    if swapped < 0 or straight < 0:
        raise ValueError(f"counts of assignments are 0 or more, not {swapped} and {straight}")
    if abs(swapped - straight) < SLACK:
        return None
    return swapped < straight
