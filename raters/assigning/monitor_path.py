"""Raters in the order in which they were over, as the monitor saw them: appended to, never changed.

A monitor that may be looked at whenever one likes needs one path: a rater enters when they have finished, or were given
up, with what they had answered by then, and keeps place and answers, whatever they answer later. Only withdrawing takes
a rater off the path, because nothing of who withdraws may stay.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from raters.assigning.counts import tally_of
from raters.models import Assignment, RaterCounts, StudyCounts
from studies.models import Study
from studies.selectors import spec_of

Blocks = Mapping[str, Any]  # by criterion and pair: see `raters.assigning.counts`


def path_of(study: Study, excluded: Collection[str]) -> Iterator[Blocks]:
    """The answers of every rater who was over by now, in order; `excluded`: pseudonyms that may not enter."""
    tally_of(study)
    _append(study, excluded)
    on_path = RaterCounts.objects.filter(rater__study=study, path_place__isnull=False)
    for blocks in on_path.order_by("path_place").values_list("path_blocks", flat=True).iterator():
        assert blocks is not None  # noqa: S101 - written together with the place
        yield blocks


@transaction.atomic
def _append(study: Study, excluded: Collection[str]) -> None:
    """Put who is over since the last look behind the others. One look at a time does it."""
    StudyCounts.objects.select_for_update().get(study=study)
    last = RaterCounts.objects.filter(rater__study=study).aggregate(last=Max("path_place"))["last"] or 0
    newcomers = sorted(_over(study, excluded), key=lambda one: (one[0], one[1].pk))
    for place, (_, row) in enumerate(newcomers, last + 1):
        row.path_place, row.path_blocks = place, row.blocks
        row.save(update_fields=["path_place", "path_blocks"])


def _over(study: Study, excluded: Collection[str]) -> Iterator[tuple[datetime, RaterCounts]]:
    """Who is not on the path, is over, and has no answer that is not counted yet; and when they were over.

    A rater finished, or is given up: no task of theirs is on lease and the last one was handed in a lease ago.
    """
    lease, now = timedelta(minutes=spec_of(study).raters.lease_minutes), timezone.now()
    for row in _off_path(study).exclude(rater__pseudonym__in=excluded):
        over = row.finished or row.last + lease
        if over <= now:
            yield over, row


def _off_path(study: Study) -> QuerySet[Any]:
    own = Assignment.objects.filter(rater=OuterRef("rater"))
    submitted = Q(state=Assignment.State.SUBMITTED)
    held = own.filter(state=Assignment.State.ASSIGNED, leased_until__gt=timezone.now())
    return (
        RaterCounts.objects.filter(rater__study=study, path_place=None)
        .annotate(
            finished=Min("rater__sessions__finished_at"),
            last=Max("rater__assignments__submitted_at"),
        )
        .exclude(Exists(own.filter(submitted, counted=False)))
        .filter(Q(finished__isnull=False) | ~Exists(held))
        .filter(last__isnull=False)
    )
