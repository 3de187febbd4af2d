"""What the adversary holds in the database, and how it is given back: afterwards nothing tells that it was there."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from raters.models import Assignment, Rater
from raters.web.rater_sessions import cookie_name
from studies.models import Study


def cookie_of(study: Study) -> str:
    return cookie_name(study.slug)


def waiting(study: Study) -> int:
    return study.assignments.filter(state=Assignment.State.WAITING).count()


def give_back(study: Study, session_keys: Collection[str]) -> None:
    """Assignments wait again as if nobody had held them; the raters behind these sessions never were.

    A lease that ran out meanwhile has left an expired row beside the one that replaced it: that row goes.
    """
    raters = Rater.objects.filter(study=study, simulated=True, sessions__key__in=session_keys)
    with transaction.atomic():
        theirs = study.assignments.filter(rater__in=list(raters))
        theirs.exclude(role=Assignment.Role.MAIN).delete()
        theirs.filter(state=Assignment.State.EXPIRED).delete()
        theirs.filter(state=Assignment.State.ASSIGNED).update(
            state=Assignment.State.WAITING,
            rater=None,
            session=None,
            key=None,
            position=None,
            assigned_at=None,
            leased_until=None,
        )
        raters.delete()
