"""Reads for the console's cards. Every one is a fixed number of statements, however many ratings there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Count, F, Q
from django.db.models.functions import TruncDay, TruncHour
from django.utils import timezone

from generation.models import Sample
from raters.models import Assignment, Rating
from studies.models import Study

MAIN = Q(role=Assignment.Role.MAIN, state=Assignment.State.SUBMITTED)
LATEST = 500
DAYS, HOURS = 14, 24


@dataclass(frozen=True, slots=True)
class Sides:
    """Answers by the side they favour, as presented: says nothing about any system."""

    first: int
    neither: int
    second: int

    @property
    def decided(self) -> int:
        return self.first + self.second


def sides(study: Study) -> Sides:
    rows = Rating.objects.filter(
        assignment__study=study,
        assignment__role=Assignment.Role.MAIN,
        assignment__state=Assignment.State.SUBMITTED,
    )
    counts = rows.aggregate(
        first=Count("pk", filter=Q(preference__lt=0)),
        neither=Count("pk", filter=Q(preference=0)),
        second=Count("pk", filter=Q(preference__gt=0)),
    )
    return Sides(**counts)


@dataclass(frozen=True, slots=True)
class Times:
    """Of people's latest submissions: seconds each took, sorted; how many were sent in sooner than their clips last."""

    seconds: list[float]
    hasty: int

    @property
    def median(self) -> float:
        return self.seconds[len(self.seconds) // 2]


def times(study: Study) -> Times | None:
    """None before the first; programs do not wait, so their times say nothing."""
    latest = (
        study.assignments.filter(MAIN, rater__simulated=False)
        .order_by("-submitted_at")
        .values_list("response_ms", F("played_first_ms") + F("played_second_ms"))[:LATEST]
    )
    rows = list(latest)
    if not rows:
        return None
    return Times(sorted(taken / 1000 for taken, _ in rows), sum(taken < played for taken, played in rows))


@dataclass(frozen=True, slots=True)
class History:
    """Comparisons rated, by hour of the last day or by day of the last fortnight."""

    hourly: bool
    starts: list[datetime]
    counts: list[int]


def history(study: Study) -> History:
    """Hours while the study is younger than two days, then days."""
    now = timezone.now()
    hourly = study.opened_at is None or now - study.opened_at < timedelta(days=2)
    step, length = (timedelta(hours=1), HOURS) if hourly else (timedelta(days=1), DAYS)
    last = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    last = last if hourly else last.replace(hour=0)
    starts = [last - step * back for back in reversed(range(length))]
    unit = TruncHour if hourly else TruncDay
    rows = study.assignments.filter(MAIN, submitted_at__gte=starts[0]).annotate(at=unit("submitted_at"))
    counts = dict(rows.order_by().values("at").annotate(n=Count("pk")).values_list("at", "n"))
    return History(hourly, starts, [counts.get(start, 0) for start in starts])


def made_by_system(study: Study) -> dict[str, int]:
    """Clips rendered so far: they become ready together, once all are made and brought to one loudness."""
    made = study.samples.filter(source=None, state__in=[Sample.State.RENDERED, Sample.State.READY])
    return dict(
        made.order_by().values("system__name").annotate(n=Count("pk")).values_list("system__name", "n")
    )


def people_rated(study: Study) -> int:
    """How many people, not programs, submitted anything."""
    rows = study.raters.filter(simulated=False, assignments__state=Assignment.State.SUBMITTED)
    return rows.distinct().count()
