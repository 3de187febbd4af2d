"""What the server can know about listening: its own clock. A browser's claim alone proves nothing."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How much shorter than the clips a hearing may look: clocks tick coarsely and networks reorder."""

    seconds: float = 0.25
    share: float = 0.01


TOLERANCE = Tolerance()


def may_count_as_heard(
    *,
    duration: float,
    shown_at: datetime,
    now: datetime,
    heard_before: Iterable[float],
    tolerance: Tolerance = TOLERANCE,
) -> bool:
    """Whether a clip of ``duration`` seconds can have been heard to its end by ``now``.

    ``heard_before`` are the durations of the other clips of the page that were already heard. Clips are heard
    one at a time, so all of them must fit between ``shown_at`` and ``now``.
    """
    needed = math.fsum([*map(require_duration, heard_before), require_duration(duration)])
    passed = (now - shown_at).total_seconds()
    return passed >= needed * (1 - tolerance.share) - tolerance.seconds and passed >= 0


def claims_the_whole(*, played_ms: int, duration: float, tolerance: Tolerance = TOLERANCE) -> bool:
    """Whether the browser itself says that it played ``duration`` seconds to the end."""
    return played_ms / 1000 >= require_duration(duration) * (1 - tolerance.share) - tolerance.seconds


def require_duration(duration: float) -> float:
    """``duration`` itself; raises ValueError unless it is finite and above 0."""
    if not (math.isfinite(duration) and duration > 0):
        raise ValueError(f"a clip lasts a finite number of seconds above 0, not {duration!r}")
    return duration
