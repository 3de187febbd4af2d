"""Who gets which comparison next. The database's constraints, not this module's care, keep the promises."""

from __future__ import annotations

import random
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext

from raters.assigning.known_answers import Role, role_due, take_known
from raters.assigning.prefetch_tokens import Promise
from raters.assigning.repeats import take_repeat
from raters.errors import Busy
from raters.models import Assignment, Rater, Session
from raters.policy import wanted_orientation
from raters.sql import statements
from raters.sql.fetching import fetch, stored_time
from studies.design import totals
from studies.spec import StudySpec

TRIES = 20
PAUSE = 0.02  # seconds, at most, so that those who lost a race do not run it again together


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a rater is: how many rows of theirs there are, by role, state and orientation."""

    counts: Mapping[tuple[str, str, bool], int]

    def count(self, *, role: str | None = None, state: str | None = None, swapped: bool | None = None) -> int:
        wanted = (role, state, swapped)
        return sum(
            count
            for given, count in self.counts.items()
            if all(want is None or want == have for want, have in zip(wanted, given, strict=True))
        )

    @property
    def holds_one(self) -> bool:
        return self.count(state=Assignment.State.ASSIGNED) > 0

    @property
    def done(self) -> int:
        """Tasks handed in, gold and repeats among them and training not: what the rater's bar shows."""
        submitted = Assignment.State.SUBMITTED
        return self.count(state=submitted) - self.count(state=submitted, role=Role.TRAINING)

    def held(self, role: str) -> int:
        """So many of this role were given to the rater and not taken away again."""
        return self.count(role=role) - self.count(role=role, state=Assignment.State.EXPIRED)


def standing_of(rater: Rater) -> Standing:
    rows = fetch(statements.STANDING, (rater.pk,))
    return Standing({(role, state, bool(swapped)): count for role, state, swapped, count in rows})


def current_or_next(
    *,
    session: Session,
    spec: StudySpec,
    standing: Standing | None = None,
    promise: Promise | None = None,
) -> Assignment | None:
    """The rater's assignment under way, or a fresh one; None when they are through or nothing is left.

    Two tabs, a reload and a day later all lead to the same assignment: a rater holds at most one. ``standing`` is
    the rater's as just read; it is read again whenever something else came first. A ``promise``
    (`raters.assigning.prefetch`) names the one to try first.

    Raises:
        Busy: others were quicker each of `TRIES` times.
    """
    for _ in range(TRIES):
        standing = standing or standing_of(session.rater)
        if standing.holds_one:
            if held := _held(session.rater):
                return _of(session.rater, held)
            # Handed in by another tab a moment ago: counted as done from here on, or a rater could get one too many.
            standing = None
            continue
        try:
            taken, contended = _take(session, spec, standing, promise)
        except IntegrityError:
            # Another tab of the same rater was quicker: theirs is the assignment, unless it was to withdraw.
            if not Session.objects.filter(pk=session.pk).exists():
                return None
            taken, contended = None, True
        if taken is not None:
            return _of(session.rater, taken)
        if not contended:
            return None
        standing = None
        time.sleep(random.uniform(0, PAUSE))
    raise Busy(gettext("Many people are rating at this moment. Please load this page again."))


def _of(rater: Rater, assignment: Assignment) -> Assignment:
    """The assignment with its rater known, who is not read again."""
    assignment.rater = rater
    return assignment


def _held(rater: Rater) -> Assignment | None:
    rows = fetch(statements.HELD, (rater.pk,))
    return statements.assignment_from(rows[0]) if rows else None


def _take(
    session: Session, spec: StudySpec, standing: Standing, promise: Promise | None
) -> tuple[Assignment | None, bool]:
    """The assignment taken, and whether it is worth trying again because others were quicker."""
    done = standing.count(role=Role.MAIN, state=Assignment.State.SUBMITTED)
    if done < spec.raters.tasks:
        # Nobody is given a pair with a known answer who has nothing else to rate.
        if (role := _due(session, spec, standing)) and _something_waits(session.rater):
            return _take_known(session, spec, standing, role), True
        taken = _claim_promised(session, spec, standing, promise) or _claim(session, spec, standing)
        if taken is not None:
            return taken, True
        if _something_waits(session.rater) or release_expired(study_id=session.rater.study_id):
            return None, True
    return _take_last(session, spec, standing, done), False


def _take_last(session: Session, spec: StudySpec, standing: Standing, done: int) -> Assignment | None:
    """After the comparisons: gold whose place is the end, and repeats."""
    role = role_at(session, spec, standing, done=done, something_waits=False)
    if role != Role.REPEAT:
        return _take_known(session, spec, standing, role)
    with transaction.atomic():
        return take_repeat(session, spec, position=standing.count() + 1)


def role_at(
    session: Session, spec: StudySpec, standing: Standing, *, done: int, something_waits: bool
) -> Role:
    """What kind of pair comes next for a rater who handed in ``done`` comparisons."""
    due = _due(session, spec, standing)
    if done < spec.raters.tasks and something_waits:
        return due or Role.MAIN
    return due if due and done >= totals(spec).tasks_per_session else Role.REPEAT


def _due(session: Session, spec: StudySpec, standing: Standing) -> Role | None:
    training, gold, main = (standing.held(role) for role in (Role.TRAINING, Role.GOLD, Role.MAIN))
    return role_due(session, spec, training=training, gold=gold, main=main)


def _take_known(session: Session, spec: StudySpec, standing: Standing, role: Role) -> Assignment | None:
    with transaction.atomic():
        return take_known(session, spec, role=role, given=standing.held(role), position=standing.count() + 1)


def _claim(session: Session, spec: StudySpec, standing: Standing) -> Assignment | None:
    """Take the first waiting row: least-rated first; among equals, what balances this rater's sides.

    One statement. It takes nothing when the rater's rows are no longer those of ``standing``: another tab came first.
    """
    wanted = orientation_for(standing)
    values = _taking(session, spec, standing, key=secrets.token_hex(16))
    unwanted = None if wanted is None else not wanted
    rows = fetch(statements.CLAIM[connection.vendor], {**values, "unwanted": unwanted})
    return statements.assignment_from(rows[0]) if rows else None


def _claim_promised(
    session: Session, spec: StudySpec, standing: Standing, promise: Promise | None
) -> Assignment | None:
    """Take the very row that was promised for this place; None when it was none or is no longer there."""
    if promise is None or not promise.row or promise.position != standing.count() + 1:
        return None
    values = _taking(session, spec, standing, key=promise.key)
    rows = fetch(statements.CLAIM_PROMISED, {**values, "row": promise.row})
    return statements.assignment_from(rows[0]) if rows else None


def _taking(session: Session, spec: StudySpec, standing: Standing, *, key: str) -> dict[str, Any]:
    now = timezone.now()
    return {
        "study": session.rater.study_id,
        "rater": session.rater_id,
        "session": session.pk,
        "key": key,
        "past": standing.count(),
        "now": stored_time(now),
        "until": stored_time(now + timedelta(minutes=spec.raters.lease_minutes)),
    }


def orientation_for(standing: Standing) -> bool | None:
    """Whether this rater's next comparison should be swapped; None when either will do."""
    main = Role.MAIN
    return wanted_orientation(
        swapped=standing.count(role=main, swapped=True), straight=standing.count(role=main, swapped=False)
    )


def _something_waits(rater: Rater) -> bool:
    """A row this rater may take: it was in others' hands for a moment, or another tab of theirs was quicker."""
    mine = Assignment.objects.filter(rater=rater, role=Assignment.Role.MAIN)
    rows = Assignment.objects.filter(study=rater.study_id, state=Assignment.State.WAITING)
    return rows.exclude(comparison__in=mine.values("comparison")).exists()


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
