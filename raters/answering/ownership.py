"""Whose task it is, and whether it is still under way."""

from __future__ import annotations

from django.utils.translation import gettext

from raters.errors import NotYours
from raters.models import Assignment, Rater


def require_under_way(assignment: Assignment, rater: Rater) -> None:
    """Raises NotYours: another rater's task, or one that is not under way (any more)."""
    if assignment.rater_id != rater.pk:
        raise NotYours(gettext("This task belongs to another session. Please continue with your own."))
    if assignment.state != Assignment.State.ASSIGNED:
        raise NotYours(gettext("This task is already finished. Please continue with the next one."))


def reload_assignment(assignment: Assignment) -> Assignment:
    """The row as it is now; raises NotYours when the rater has withdrawn in another tab."""
    row = Assignment.objects.filter(pk=assignment.pk).first()
    if row is None:
        raise NotYours(gettext("This task is no longer there. Please open the study again."))
    return row
