"""Whom to pay: paying and using are two rules, and this one asks only whether the work was handed in."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Q

from raters.entering.privacy import unseal
from raters.entering.session_endings import Ending, ending_of, way_out
from raters.models import Assignment, Session
from studies.models import Study
from studies.selectors import spec_of

PAYMENT_NAMES = ("pid", "code", "tasks_done", "passed", "study_id", "session_id")


def payments(study: Study) -> Iterator[tuple[str, ...]]:
    """A row per person of the crowd platform, by ``PAYMENT_NAMES``; the code is empty while they are on the way.

    ``passed``: they handed in every task they were given. Raises SealedOtherwise.
    """
    spec = spec_of(study)
    submitted = Q(
        rater__assignments__state=Assignment.State.SUBMITTED, rater__assignments__role=Assignment.Role.MAIN
    )
    rows = Session.objects.filter(rater__study=study, rater__crowd_identity__isnull=False)
    for session in (
        rows.select_related("rater__crowd_identity")
        .annotate(done=Count("rater__assignments", filter=submitted))
        .order_by("pk")
    ):
        ids = unseal(session.rater.crowd_identity.sealed)
        ending = ending_of(session, spec, state=study.state, done=session.done)
        way = way_out(ending, spec)
        passed = "true" if ending == Ending.COMPLETION else "false"
        code = way.code if way else ""
        yield ids["PROLIFIC_PID"], code, str(session.done), passed, ids["STUDY_ID"], ids["SESSION_ID"]
