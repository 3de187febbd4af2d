"""Assignments that no plan waits for: gold, training and repeats are written at the moment they are given."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from raters.models import Assignment, Session
from studies.spec import StudySpec


def create_assigned(row: Assignment, session: Session, spec: StudySpec, *, position: int) -> Assignment:
    """Save ``row`` as under way with this rater.

    Raises:
        IntegrityError: another tab of the same rater was quicker.
    """
    now = timezone.now()
    row.state = Assignment.State.ASSIGNED
    row.rater, row.session, row.position = session.rater, session, position
    row.key = secrets.token_hex(16)
    row.assigned_at, row.leased_until = now, now + timedelta(minutes=spec.raters.lease_minutes)
    with transaction.atomic():
        row.save(force_insert=True)
    return row
