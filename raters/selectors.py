"""Reads of ratings: how far raters and studies are."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from raters.assigning.counts import Tally, tally_of
from raters.models import Assignment, Rater, Session
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
    rows = Assignment.objects.filter(rater=rater, state=SUBMITTED).exclude(role=Assignment.Role.TRAINING)
    done = list(rows.prefetch_related("ratings"))
    first = {key: way for row in done if row.role == Assignment.Role.MAIN for key, way in _ways(row)}
    again = [
        first.get(key) == way for row in done if row.role == Assignment.Role.REPEAT for key, way in _ways(row)
    ]
    seconds = sum(row.response_ms for row in done) / 1000
    return Summary(len(done), max(1, round(seconds / 60)), len(again), sum(again))


def _ways(row: Assignment) -> list[tuple[tuple[int, str], int]]:
    """Comparison and criterion of each answer, with the system it points to: -1, 0 or 1."""
    turn = -1 if row.swapped else 1
    return [
        ((row.comparison_id, rating.criterion), turn * ((rating.preference > 0) - (rating.preference < 0)))
        for rating in row.ratings.all()
        if rating.preference is not None
    ]


def rating_counts(study: Study, tally: Tally | None = None) -> RatingCounts:
    """Main comparisons of the study. ``tally``: counts just read, otherwise everything until now."""
    tally = tally or tally_of(study)
    everything = ("all", "")
    planned, submitted = (counts.get(everything, 0) for counts in (tally.planned, tally.submitted))
    return RatingCounts(study.slug, planned, submitted, _under_way(study).count())


def counts_by_pair(study: Study, tally: Tally) -> list[RatingCounts]:
    names = ("comparison__system_a__name", "comparison__system_b__name")
    under_way = Counter(f"{a} / {b}" for a, b in _under_way(study).values_list(*names))
    return _parts("pair", tally, under_way)


def counts_by_prompt(study: Study, tally: Tally) -> list[RatingCounts]:
    under_way = Counter(_under_way(study).values_list("comparison__prompt__key", flat=True))
    return _parts("prompt", tally, under_way)


def _under_way(study: Study) -> QuerySet[Assignment]:
    return study.assignments.filter(role=Assignment.Role.MAIN, state=Assignment.State.ASSIGNED)


def _parts(what: str, tally: Tally, under_way: Counter[str]) -> list[RatingCounts]:
    return [
        RatingCounts(name, planned, tally.submitted.get((kind, name), 0), under_way[name])
        for (kind, name), planned in sorted(tally.planned.items())
        if kind == what
    ]


@dataclass(frozen=True, slots=True)
class People:
    """Raters of a study by how far they came."""

    started: int
    finished: int
    simulated: int


def people(study: Study) -> People:
    finished = Session.objects.filter(rater__study=study, finished_at__isnull=False)
    return People(
        started=study.raters.count(),
        finished=finished.aggregate(n=Count("rater", distinct=True))["n"],
        simulated=study.raters.filter(simulated=True).count(),
    )
