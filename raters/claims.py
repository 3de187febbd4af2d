"""Who gets which comparison next. The database's constraints, not this module's care, keep the promises."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
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
    past = list(_main_of(session.rater).values_list("swapped", "state"))
    done = sum(state == Assignment.State.SUBMITTED for _, state in past)
    position = session.rater.assignments.count() + 1
    if done < spec.raters.tasks:
        swapped = sum(swapped for swapped, _ in past)
        wanted = wanted_orientation(swapped=swapped, straight=len(past) - swapped)
        candidate = _candidate(session.rater, wanted=wanted)
        if candidate is not None:
            return _claim(candidate, session, spec, position=position), True
        if release_expired(study_id=session.rater.study_id):
            return None, True
    return take_repeat(session, spec, position=position), False


def _main_of(rater: Rater) -> QuerySet[Assignment]:
    return Assignment.objects.filter(rater=rater, role=Assignment.Role.MAIN)


def _candidate(rater: Rater, *, wanted: bool | None) -> int | None:
    """Least-rated first; among equals, the orientation that balances this rater's sides."""
    first = {swapped: _first_waiting(rater, swapped=swapped) for swapped in (False, True)}
    found = [(row, swapped) for swapped, row in first.items() if row is not None]
    if not found:
        return None

    def rank(item: tuple[Assignment, bool]) -> tuple[int, bool, int]:
        row, swapped = item
        return row.round, wanted is not None and swapped != wanted, row.order

    return min(found, key=rank)[0].pk


def _first_waiting(rater: Rater, *, swapped: bool) -> Assignment | None:
    theirs = Assignment.objects.filter(
        comparison=OuterRef("comparison"), rater=rater, role=Assignment.Role.MAIN
    )
    rows = Assignment.objects.filter(
        study=rater.study_id, state=Assignment.State.WAITING, swapped=swapped
    ).exclude(Exists(theirs))
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True)
    return rows.only("pk", "round", "order").order_by("round", "order").first()


def _claim(pk: int, session: Session, spec: StudySpec, *, position: int) -> Assignment | None:
    now = timezone.now()
    changed = Assignment.objects.filter(pk=pk, state=Assignment.State.WAITING).update(
        state=Assignment.State.ASSIGNED,
        rater=session.rater,
        session=session,
        key=secrets.token_hex(16),
        position=position,
        assigned_at=now,
        leased_until=now + timedelta(minutes=spec.raters.lease_minutes),
    )
    return _held(session.rater) if changed else None


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
