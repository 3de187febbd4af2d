"""Reads of ratings: how far raters and studies are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from raters.models import Assignment, Rater
from studies.models import Study

SUBMITTED = Assignment.State.SUBMITTED


@dataclass(frozen=True, slots=True)
class RatingCounts:
    """Comparisons rated, of those planned, in one study or a part of it."""

    name: str
    planned: int
    submitted: int
    under_way: int

    @property
    def percent(self) -> int:
        return 100 * self.submitted // self.planned if self.planned else 0


def done_by(rater: Rater) -> int:
    """Tasks handed in, gold and repeats among them and training not: what the rater's bar shows."""
    rows = Assignment.objects.filter(rater=rater, state=SUBMITTED)
    return rows.exclude(role=Assignment.Role.TRAINING).count()


_COUNTS = {
    "planned": Count("pk", filter=~Q(state=Assignment.State.EXPIRED)),
    "submitted": Count("pk", filter=Q(state=SUBMITTED)),
    "under_way": Count("pk", filter=Q(state=Assignment.State.ASSIGNED)),
}


def _counted(name: str, row: Mapping[str, Any]) -> RatingCounts:
    return RatingCounts(name, row["planned"], row["submitted"], row["under_way"])


def rating_counts(study: Study) -> RatingCounts:
    rows = study.assignments.filter(role=Assignment.Role.MAIN)
    return _counted(study.slug, rows.aggregate(**_COUNTS))


def counts_by_pair(study: Study) -> list[RatingCounts]:
    names = ("comparison__system_a__name", "comparison__system_b__name")
    rows = (
        study.assignments.filter(role=Assignment.Role.MAIN)
        .values(*names)
        .annotate(**_COUNTS)
        .order_by(*names)
    )
    return [_counted(f"{row[names[0]]} / {row[names[1]]}", row) for row in rows]


def counts_by_prompt(study: Study) -> list[RatingCounts]:
    name = "comparison__prompt__key"
    rows = study.assignments.filter(role=Assignment.Role.MAIN).values(name).annotate(**_COUNTS).order_by(name)
    return [_counted(row[name], row) for row in rows]


@dataclass(frozen=True, slots=True)
class People:
    """Raters of a study by how far they came."""

    started: int
    finished: int
    simulated: int


def people(study: Study) -> People:
    counts = study.raters.aggregate(
        started=Count("pk", distinct=True),
        finished=Count("pk", filter=Q(sessions__finished_at__isnull=False), distinct=True),
        simulated=Count("pk", filter=Q(simulated=True), distinct=True),
    )
    return People(**counts)
