"""How far raters are."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from raters.models import Assignment, Rater, Session
from studies.models import Study


@dataclass(frozen=True, slots=True)
class People:
    """Raters of a study by how far they came."""

    started: int
    finished: int
    simulated: int


def count_people(study: Study) -> People:
    finished = Session.objects.filter(rater__study=study, finished_at__isnull=False)
    return People(
        started=study.raters.count(),
        finished=finished.aggregate(n=Count("rater", distinct=True))["n"],
        simulated=study.raters.filter(simulated=True).count(),
    )


def done_by(rater: Rater) -> int:
    """Tasks submitted, gold and repeats among them and training not: what the rater's bar shows."""
    rows = Assignment.objects.filter(rater=rater, state=Assignment.State.SUBMITTED)
    return rows.exclude(role=Assignment.Role.TRAINING).count()


@dataclass(frozen=True, slots=True)
class Summary:
    """What one rater has done: tasks without training, minutes with them, and answers to pairs that came twice.

    ``same`` of the ``repeated`` answers pointed to the same system as the first time, or both times to none.
    """

    tasks: int
    minutes: int
    repeated: int
    same: int


def summary_of(rater: Rater) -> Summary:
    rows = Assignment.objects.filter(rater=rater, state=Assignment.State.SUBMITTED)
    done = list(rows.exclude(role=Assignment.Role.TRAINING).prefetch_related("ratings"))
    first, again = (
        [answer for row in done if row.role == role for answer in preferred_systems(row)]
        for role in (Assignment.Role.MAIN, Assignment.Role.REPEAT)
    )
    before = dict(first)
    same = sum(before.get(question) == system for question, system in again)
    seconds = sum(row.response_ms for row in done) / 1000
    return Summary(len(done), max(1, round(seconds / 60)), len(again), same)


def preferred_systems(row: Assignment) -> list[tuple[tuple[int, str], int]]:
    """Comparison and criterion of each answer, with the system it points to: -1, 0 or 1."""
    turn = -1 if row.swapped else 1
    return [
        ((row.comparison_id, rating.criterion), turn * ((rating.preference > 0) - (rating.preference < 0)))
        for rating in row.ratings.all()
        if rating.preference is not None
    ]
