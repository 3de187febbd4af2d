"""Where in a session the pairs with a known answer come: anywhere, but spread."""

from __future__ import annotations

from collections.abc import Sequence


def spread_positions(draws: Sequence[float], *, total: int) -> tuple[int, ...]:
    """Positions from 0 to ``total - 1`` for as many tasks as ``draws``, each a number from 0 to below 1.

    The session is cut into equal parts, one for each, and the draw says where in its part it lies. Over many
    sessions every position is equally likely, so that none tells that a task is one of them. Two that fall on one
    position follow each other.
    """
    if not 0 <= len(draws) <= total:
        raise ValueError(f"{len(draws)} tasks do not fit among {total}")
    positions: list[int] = []
    for part, draw in enumerate(draws):
        drawn = int((part + draw) * total / len(draws))
        earliest = positions[-1] + 1 if positions else 0
        latest = total - (len(draws) - part)
        positions.append(min(max(drawn, earliest), latest))
    return tuple(positions)
