"""Take assignments back from programs that only looked at them (`study audit`): no trace of them remains."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from raters.models import Assignment, Rater
from studies.models import Study


def remove_simulated_raters(*, study: Study, session_keys: Collection[str]) -> None:
    """Delete the simulated raters of these sessions; their main assignments wait again as before.

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
