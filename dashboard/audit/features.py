"""Groups of features: what of one kind can be seen of two sides. Pure.

Two groups are rounded or not counted on purpose. Loudness is equal within 0.1 LU after mastering, and nobody can
see less than that by listening, so differences below 0.2 LU are none. A peak belongs to the music itself: a
system with harder drums has higher peaks at the same loudness, and a rater is there to hear that. It is shown
and not counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from dashboard.audit.encoding import Columns, Floats, beside, characters, digits, numbers, words
from dashboard.audit.observations import Answer, ClipSeen, Seen

LOUDNESS_STEP = 0.2
# Every request has its own time, and both sides are asked for at random: the clock tells nothing.
VALUELESS = frozenset({"date"})
# A server says these of a connection that has been used for a while, not of what it sends.
OF_THE_CONNECTION = frozenset({"connection", "keep-alive"})
Unit = Literal["assignment", "prompt"]


@dataclass(frozen=True, slots=True)
class Row:
    """Two clips of the same number, one a side; ``unit`` numbers for chance are taken from these."""

    seen: Seen
    a: ClipSeen
    b: ClipSeen


@dataclass(frozen=True, slots=True)
class Group:
    """Features of one kind. ``first`` and ``second`` have the same columns; ``page`` belongs to no side.

    ``unit``: what of it is independent. What comes from a clip comes again with the clip, so that only
    prompts are; addresses are drawn anew for every assignment. ``exact``: must be equal on both sides.
    ``heard``: belongs to the sound, so that it is shown and not counted.
    """

    name: str
    unit: Unit
    first: Columns
    second: Columns
    page: Columns
    exact: bool = False
    heard: bool = False

    @property
    def sides_differ(self) -> bool:
        return bool((self.first.values != self.second.values).any())


def rows_of(seen: Sequence[Seen]) -> list[Row]:
    return [Row(one, a, b) for one in seen for a, b in zip(one.a, one.b, strict=True)]


def groups_of(rows: Sequence[Row]) -> Iterator[Group]:
    """Every group of features of ``rows``, in the order of the table."""
    sides = [*(row.a for row in rows), *(row.b for row in rows)]
    keys = digits("task address", [row.seen.key for row in rows])
    pages = words("page", [row.seen.page.split() for row in rows])
    addresses = digits("clip address", [clip.address for clip in sides])
    nothing = Columns((), np.zeros((len(sides), 0)))
    yield _group("clip address", addresses, unit="assignment")
    yield _group("task address", nothing, unit="assignment", page=keys)
    yield _group("page", words("card", [clip.card.split() for clip in sides]), page=pages, exact=True)
    for name, encode in _OF_CLIPS.items():
        yield _group(name, encode(sides), exact=name in _EXACT, heard=name == "peak")


def _group(
    name: str,
    both: Columns,
    *,
    unit: Unit = "prompt",
    page: Columns | None = None,
    exact: bool = False,
    heard: bool = False,
) -> Group:
    half = len(both.values) // 2
    nothing = Columns((), np.zeros((half, 0)))
    first, second = both.rows(0, half), both.rows(half, 2 * half)
    return Group(name, unit, first, second, page or nothing, exact, heard)


def _headers(clips: Sequence[ClipSeen]) -> Columns:
    whole = words("header", [_said(clip.whole) for clip in clips])
    part = words("header of a part", [_said(clip.part) for clip in clips])
    return beside(whole, part)


def _said(answer: Answer) -> list[str]:
    headers = [(name, value) for name, value in answer.headers if name not in OF_THE_CONNECTION]
    lines = [name if name in VALUELESS else f"{name}: {value}" for name, value in headers]
    order = ",".join(name for name, _ in headers)
    return [f"status {answer.status}", f"order {order}", *lines]


def _head(clips: Sequence[ClipSeen]) -> Columns:
    return characters("header byte", [bytes.fromhex(clip.head).decode("latin-1") for clip in clips])


def _timing(clips: Sequence[ClipSeen]) -> Columns:
    lead, follow = ([getattr(clip, name) for clip in clips] for name in ("lead", "follow"))
    quickest = [min(pair) for pair in zip(lead, follow, strict=True)]
    return beside(
        numbers("first download", np.log(lead)),
        numbers("second download", np.log(follow)),
        numbers("quicker download", np.log(quickest)),
    )


def _loudness(clips: Sequence[ClipSeen]) -> Columns:
    values: Floats = np.array([clip.loudness for clip in clips])
    return numbers("loudness", np.round((values - np.median(values)) / LOUDNESS_STEP))


_OF_CLIPS: dict[str, Callable[[Sequence[ClipSeen]], Columns]] = {
    "size": lambda clips: numbers("bytes", (clip.size for clip in clips)),
    "headers": _headers,
    "file header": _head,
    "timing": _timing,
    "loudness": _loudness,
    "peak": lambda clips: numbers("peak", (clip.peak for clip in clips)),
}
_EXACT = frozenset({"size", "headers", "file header", "loudness"})
