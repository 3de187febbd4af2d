"""Repeated pairs: at the end of a session some are heard again, sides swapped, to see how steady a rater is.

They are rows of their own role: they never count towards a comparison's target and never enter a win rate.
"""

from __future__ import annotations

from django.db.models import Q

from raters.assigning.unplanned import give_now
from raters.models import Assignment, Session
from studies.spec import StudySpec


def take_repeat(session: Session, spec: StudySpec, *, position: int) -> Assignment | None:
    """Give the rater's earliest pair that was not repeated yet, the other way round; None when enough were."""
    earliest = repeat_due(session, spec)
    return _again(earliest, session, spec, position) if earliest is not None else None


def repeat_due(
    session: Session, spec: StudySpec, *, about_to_submit: Assignment | None = None
) -> Assignment | None:
    """The pair to hear again next; with ``about_to_submit`` once that one is handed in."""
    done = Q(state=Assignment.State.SUBMITTED)
    if about_to_submit is not None:
        done |= Q(pk=about_to_submit.pk)
    mine = Assignment.objects.filter(done, rater=session.rater)
    repeated = list(mine.filter(role=Assignment.Role.REPEAT).values_list("comparison", flat=True))
    if len(repeated) >= spec.raters.repeats:
        return None
    first_time = mine.filter(role=Assignment.Role.MAIN).exclude(comparison__in=repeated)
    return first_time.order_by("position").first()


def _again(earlier: Assignment, session: Session, spec: StudySpec, position: int) -> Assignment:
    row = earlier.successor()
    row.role, row.swapped = Assignment.Role.REPEAT, not earlier.swapped
    return give_now(row, session, spec, position=position)
