"""Takes assignments back from raters that are removed: people who withdraw, and programs that only looked at them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager

from django.db import transaction

from raters.assigning.counts import take_back
from raters.models import Assignment, Rater
from raters.selectors.quarantine import quarantined_comparisons
from studies.models import Study


@contextmanager
def free_assignments(study: Study, assignments: Sequence[Assignment]) -> Iterator[None]:
    """Delete the rater of these locked rows inside: what was counted of them is taken back, and what they held waits.

    Inside a transaction; fresh rows can only be written once the old ones are gone.
    """
    take_back(study, assignments)
    yield
    held = [row for row in assignments if row.holds_a_place]
    Assignment.objects.bulk_create(waiting_successors(study.pk, held))


def waiting_successors(study_id: int, rows: Sequence[Assignment]) -> list[Assignment]:
    """A fresh row, not yet saved, for each main one of these that somebody else is to get: not of quarantined clips."""
    main = [row for row in rows if row.role == Assignment.Role.MAIN]
    given_to_nobody = set(quarantined_comparisons(study_id)) if main else set()
    return [row.successor() for row in main if row.comparison_id not in given_to_nobody]


def remove_simulated_raters(*, study: Study, session_keys: Collection[str]) -> None:
    """After `study audit`: delete the simulated raters of these sessions; their main assignments wait again.

    A lease that expired meanwhile has left an expired row beside the one that replaced it: that row is deleted.
    """
    raters = Rater.objects.filter(study=study, simulated=True, sessions__key__in=session_keys)
    with transaction.atomic():
        assignments = study.assignments.filter(rater__in=list(raters))
        assignments.exclude(role=Assignment.Role.MAIN).delete()
        assignments.filter(state=Assignment.State.EXPIRED).delete()
        assignments.filter(state=Assignment.State.ASSIGNED).update(
            state=Assignment.State.WAITING,
            rater=None,
            session=None,
            key=None,
            position=None,
            assigned_at=None,
            leased_until=None,
        )
        raters.delete()
