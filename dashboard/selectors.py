"""Reads for the console's cards. Every one is a fixed number of statements, however many ratings there are."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Count, F, Q
from django.utils import timezone

from generation.models import Sample
from raters.assigning.counts import Tally, by_hour
from raters.models import Assignment, Session
from studies.models import Study
from studies.selectors import spec_of

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


def sides(tally: Tally) -> Sides:
    return Sides(*(tally.submitted.get(("side", side), 0) for side in ("first", "neither", "second")))


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


def history(study: Study, tally: Tally) -> History:
    """Hours while the study is younger than two days, then days."""
    now = timezone.now()
    hourly = study.opened_at is None or now - study.opened_at < timedelta(days=2)
    step, length = (timedelta(hours=1), HOURS) if hourly else (timedelta(days=1), DAYS)
    last = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    last = last if hourly else last.replace(hour=0)
    starts = [last - step * back for back in reversed(range(length))]
    counts: Counter[datetime] = Counter()
    for hour, n in by_hour(tally).items():
        counts[hour if hourly else hour.replace(hour=0)] += n
    return History(hourly, starts, [counts[start] for start in starts])


def made_by_system(study: Study) -> dict[str, int]:
    """Clips rendered so far: they become ready together, once all are made and brought to one loudness."""
    made = study.samples.filter(source=None, state__in=[Sample.State.RENDERED, Sample.State.READY])
    return dict(
        made.order_by().values("system__name").annotate(n=Count("pk")).values_list("system__name", "n")
    )


def people_rated(tally: Tally) -> bool:
    """Whether people, not only programs, submitted anything."""
    return tally.submitted.get(("people", ""), 0) > 0


@dataclass(frozen=True, slots=True)
class Step:
    """One station of the raters' way: how many people came past it, of those who consented."""

    name: str
    count: int
    of: int

    @property
    def lost(self) -> int:
        return self.of - self.count


@dataclass(frozen=True, slots=True)
class Funnel:
    """Where people, not programs, left; ``minutes``: the median from consent to the end, of the latest who finished."""

    steps: list[Step]
    minutes: float | None


def funnel(study: Study) -> Funnel:
    """Three statements. Only stations that the study asks for are steps; who did not consent left no row."""
    asked = spec_of(study).raters
    sessions = Session.objects.filter(rater__study=study, rater__simulated=False)
    stations = (
        ("Read the instructions", "informed_at", asked.information is not None),
        ("Answered the questions about them", "comprehended_at", bool(asked.comprehension)),
        ("Sound check", "sound_checked_at", asked.sound_check),
        ("Headphone check", "headphone_checked_at", asked.headphone_check is not None),
    )
    counts = sessions.aggregate(
        consented=Count("pk"),
        finished=Count("finished_at"),
        **{field: Count(field) for _, field, _ in stations},
    )
    rated = study.assignments.filter(state=Assignment.State.SUBMITTED, rater__simulated=False)
    passed = [("Consented", counts["consented"])]
    passed += [(name, counts[field]) for name, field, wanted in stations if wanted]
    passed.append(("Handed in a task", rated.aggregate(n=Count("rater", distinct=True))["n"]))
    passed.append(("Finished", counts["finished"]))
    before = [passed[0][1], *(count for _, count in passed)]
    steps = [Step(name, count, of) for (name, count), of in zip(passed, before, strict=False)]
    times = sessions.filter(finished_at__isnull=False).order_by("-finished_at")
    ends = times.values_list("started_at", "finished_at")[:LATEST]
    lengths = sorted(end - start for start, end in ends if end is not None)
    return Funnel(steps, lengths[len(lengths) // 2].total_seconds() / 60 if lengths else None)
