"""How the making of a study's samples goes, system by system: made, failed and why, how fast, how long to go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q
from django.utils import timezone

from generation.models import Sample
from studies.models import Study

WINDOW = timedelta(minutes=30)
MADE = (Sample.State.RENDERED, Sample.State.READY)


@dataclass(frozen=True, slots=True)
class Making:
    """One system. ``made`` are its clips that exist; ``codes`` says of the failed ones how many failed by which code.

    ``per_minute`` is the pace of all workers together in the last half hour, None if nothing was made in it.
    """

    name: str
    total: int
    made: int
    claimed: int
    failed: int
    codes: tuple[tuple[str, int], ...]
    per_minute: float | None

    @property
    def to_go(self) -> int:
        return self.total - self.made - self.failed

    @property
    def time_left(self) -> timedelta | None:
        """At that pace; None where it is not known, or nothing is left."""
        if not self.to_go or not self.per_minute:
            return None
        return timedelta(minutes=self.to_go / self.per_minute)


def making_by_system(study: Study) -> list[Making]:
    """Two statements, however many systems."""
    now = timezone.now()
    recent = Q(state__in=MADE, made_at__gte=now - WINDOW, claimed_at__isnull=False)
    rows = study.samples.filter(source=None).values("system__name").order_by("system__name")
    counted = rows.annotate(
        total=Count("pk"),
        made=Count("pk", filter=Q(state__in=MADE)),
        claimed=Count("pk", filter=Q(state=Sample.State.CLAIMED)),
        failed=Count("pk", filter=Q(state=Sample.State.FAILED)),
        recent=Count("pk", filter=recent),
        since=Min("claimed_at", filter=recent),
    )
    codes = _codes(study)
    return [_making(row, tuple(codes[row["system__name"]]), now) for row in counted]


def _making(row: Mapping[str, Any], codes: tuple[tuple[str, int], ...], now: datetime) -> Making:
    return Making(
        row["system__name"],
        row["total"],
        row["made"],
        row["claimed"],
        row["failed"],
        codes,
        _pace(row["recent"], row["since"], now),
    )


def _pace(clips: int, since: datetime | None, now: datetime) -> float | None:
    """Clips a minute, from when the first of them was begun: loading the checkpoint counts, waiting does not."""
    if since is None:
        return None
    return 60 * clips / max((now - since).total_seconds(), 1.0)


def _codes(study: Study) -> dict[str, list[tuple[str, int]]]:
    """Commonest first."""
    failed = study.samples.filter(state=Sample.State.FAILED, source=None)
    rows = (
        failed.values_list("system__name", "error_code").annotate(n=Count("pk")).order_by("-n", "error_code")
    )
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for name, code, count in rows:
        found[name].append((code, count))
    return found
