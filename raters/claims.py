"""Who gets which comparison next. The database's constraints, not this module's care, keep the promises."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from raters.models import Assignment, Rater, Session
from raters.policy import wanted_orientation
from raters.repeats import take_repeat
from studies.spec import StudySpec

TRIES = 20


def current_or_next(*, session: Session, spec: StudySpec) -> Assignment | None:
    """The rater's assignment under way, or a fresh one; None when they are through or nothing is left.

    Two tabs, a reload and a day later all lead to the same assignment: a rater holds at most one.
    """
    for _ in range(TRIES):
        held = _held(session.rater)
        if held is not None:
            return held
        try:
            with transaction.atomic():
                taken, contended = _take(session, spec)
        except IntegrityError:
            # Another tab of the same rater was quicker: theirs is the assignment, unless it was to withdraw.
            if not Session.objects.filter(pk=session.pk).exists():
                return None
            continue
        if taken is not None or not contended:
            return taken
    return None


def _held(rater: Rater) -> Assignment | None:
    rows = Assignment.objects.select_related("comparison__prompt")
    return rows.filter(rater=rater, state=Assignment.State.ASSIGNED).first()


def _take(session: Session, spec: StudySpec) -> tuple[Assignment | None, bool]:
    """The assignment taken, and whether it is worth trying again because others were quicker."""
    past = list(session.rater.assignments.values_list("role", "swapped", "state"))
    sides = [swapped for role, swapped, _ in past if role == Assignment.Role.MAIN]
    done = sum(
        role == Assignment.Role.MAIN and state == Assignment.State.SUBMITTED for role, _, state in past
    )
    if done < spec.raters.tasks:
        wanted = wanted_orientation(swapped=sum(sides), straight=len(sides) - sum(sides))
        candidate = _candidate(session.rater, wanted=wanted)
        if candidate is not None:
            return _claim(candidate, session, spec, position=len(past) + 1), True
        if release_expired(study_id=session.rater.study_id):
            return None, True
    return take_repeat(session, spec, position=len(past) + 1), False


def _candidate(rater: Rater, *, wanted: bool | None) -> Assignment | None:
    """Least-rated first; among equals, the orientation that balances this rater's sides."""
    first = {swapped: _first_waiting(rater, swapped=swapped) for swapped in (False, True)}
    found = [(row, swapped) for swapped, row in first.items() if row is not None]
    if not found:
        return None

    def rank(item: tuple[Assignment, bool]) -> tuple[int, bool, int]:
        row, swapped = item
        return row.round, wanted is not None and swapped != wanted, row.order

    return min(found, key=rank)[0]


def _first_waiting(rater: Rater, *, swapped: bool) -> Assignment | None:
    theirs = Assignment.objects.filter(
        comparison=OuterRef("comparison"), rater=rater, role=Assignment.Role.MAIN
    )
    rows = Assignment.objects.filter(
        study=rater.study_id, state=Assignment.State.WAITING, swapped=swapped
    ).exclude(Exists(theirs))
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True, of=("self",))
    return rows.select_related("comparison__prompt").order_by("round", "order").first()


def _claim(row: Assignment, session: Session, spec: StudySpec, *, position: int) -> Assignment | None:
    now = timezone.now()
    taken = {
        "state": Assignment.State.ASSIGNED,
        "rater": session.rater,
        "session": session,
        "key": secrets.token_hex(16),
        "position": position,
        "assigned_at": now,
        "leased_until": now + timedelta(minutes=spec.raters.lease_minutes),
    }
    if not Assignment.objects.filter(pk=row.pk, state=Assignment.State.WAITING).update(**taken):
        return None
    for name, value in taken.items():
        setattr(row, name, value)
    return row


def release_expired(*, study_id: int) -> int:
    """Leases that ran out and are needed: the row stays as expired, a fresh one waits in its place.

    Called only when nothing is waiting: a rater who comes back late to a pair nobody needed keeps it.
    """
    stale = Assignment.objects.filter(
        study=study_id,
        role=Assignment.Role.MAIN,
        state=Assignment.State.ASSIGNED,
        leased_until__lt=timezone.now(),
    )
    return sum(_expire(row) for row in stale)


def _expire(row: Assignment) -> bool:
    with transaction.atomic():
        changed = Assignment.objects.filter(
            pk=row.pk, state=Assignment.State.ASSIGNED, leased_until=row.leased_until
        ).update(state=Assignment.State.EXPIRED)
        if changed:
            row.successor().save()
    return bool(changed)


def renew(*, assignment: Assignment, spec: StudySpec) -> None:
    """Any sign of life keeps the pair."""
    until = timezone.now() + timedelta(minutes=spec.raters.lease_minutes)
    Assignment.objects.filter(pk=assignment.pk, state=Assignment.State.ASSIGNED).update(leased_until=until)
