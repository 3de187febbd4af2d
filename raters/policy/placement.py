"""Where in a session the pairs with a known answer come: anywhere, but spread."""

from __future__ import annotations

from collections.abc import Sequence


def spread_places(draws: Sequence[float], *, total: int) -> tuple[int, ...]:
    """Places from 0 to ``total - 1`` for as many tasks as ``draws``, each a number from 0 to below 1.

    The session is cut into equal parts, one for each, and the draw says where in its part it lies. Over many
    sessions every place is equally likely, so that no place tells that a task is one of them. Two that fall on one
    place follow each other.
    """
    if not 0 <= len(draws) <= total:
        raise ValueError(f"{len(draws)} tasks do not fit among {total}")
    places: list[int] = []
    for part, draw in enumerate(draws):
        place = int((part + draw) * total / len(draws))
        earliest = places[-1] + 1 if places else 0
        latest = total - (len(draws) - part)
        places.append(min(max(place, earliest), latest))
    return tuple(places)
