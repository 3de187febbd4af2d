"""Repeated pairs: at the end of a session some are heard again, sides swapped, to see how consistent a rater is.

They are rows of their own role: they never count towards a comparison's target and never enter a win rate.
"""

from __future__ import annotations

from django.db.models import Q

from raters.assigning.new_assignments import create_assigned
from raters.models import Assignment, Session
from raters.selectors.quarantine import quarantined_comparisons
from studies.spec import StudySpec


def assign_repeat(session: Session, spec: StudySpec, *, position: int) -> Assignment | None:
    """Give the rater's earliest pair that was not repeated yet, the other way round; None when enough were.

    Raises:
        IntegrityError: another tab of the same rater was quicker.
    """
    earliest = find_pair_to_repeat(session, spec)
    if earliest is None:
        return None
    row = earliest.successor()
    row.role, row.swapped = Assignment.Role.REPEAT, not earliest.swapped
    return create_assigned(row, session, spec, position=position)


def find_pair_to_repeat(
    session: Session, spec: StudySpec, *, about_to_submit: Assignment | None = None
) -> Assignment | None:
    """The pair to hear again next; with ``about_to_submit`` once that one is submitted."""
    done = Q(state=Assignment.State.SUBMITTED)
    if about_to_submit is not None:
        done |= Q(pk=about_to_submit.pk)
    mine = Assignment.objects.filter(done, rater=session.rater)
    repeated = list(mine.filter(role=Assignment.Role.REPEAT).values_list("comparison", flat=True))
    if len(repeated) >= spec.raters.repeats:
        return None
    first_time = mine.filter(role=Assignment.Role.MAIN).exclude(comparison__in=repeated)
    heard = first_time.exclude(comparison__in=quarantined_comparisons(session.rater.study_id))
    return heard.order_by("position").first()
