"""Who gets which comparison next. The database's constraints, not this module's care, keep the promises.

A rater's next pair is decided in this order: training; then comparisons, with gold in between where it is due; then
gold whose position is the end, and repeats.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext
from tenacity import RetryError, Retrying, retry_if_exception_type, stop_after_attempt, wait_random

from raters.assigning.assignment_counts import AssignmentCounts, count_assignments
from raters.assigning.known_answers import Role, assign_known_pair, known_role_due
from raters.assigning.prefetch_tokens import PrefetchToken
from raters.assigning.release import waiting_successors
from raters.assigning.repeats import assign_repeat
from raters.errors import Busy
from raters.models import Assignment, Rater, Session
from raters.sql import reads, writes
from raters.sql.fetching import fetch, stored_time
from raters.sql.rows import assignment_from
from studies.design import totals
from studies.spec import StudySpec

TRIES = 20
PAUSE = 0.02  # seconds, at most, so that those who lost a race do not run it again together


class Contended(Exception):
    """Somebody else was quicker; a moment later there may be a pair."""


def current_or_next(
    *,
    session: Session,
    spec: StudySpec,
    counts: AssignmentCounts | None = None,
    prefetched: PrefetchToken | None = None,
) -> Assignment | None:
    """The rater's assignment under way, or a fresh one; None when they are through or nothing is left.

    Two tabs, a reload and a day later all lead to the same assignment: a rater holds at most one. ``counts`` are
    the rater's as just read; they are read again whenever somebody else was quicker. A ``prefetched`` pair
    (`raters.assigning.prefetch`) is tried first.

    Raises:
        Busy: others were quicker each of `TRIES` times.
    """
    attempts = Retrying(
        retry=retry_if_exception_type(Contended), stop=stop_after_attempt(TRIES), wait=wait_random(0, PAUSE)
    )
    assignment: Assignment | None = None
    try:
        for attempt in attempts:
            with attempt:
                if counts is None or attempt.retry_state.attempt_number > 1:
                    counts = count_assignments(session.rater)
                assignment = try_to_assign(session, spec, counts, prefetched)
    except RetryError as failed:
        raise Busy(gettext("Many people are rating at this moment. Please load this page again.")) from failed
    if assignment is not None:
        assignment.rater = session.rater  # who is not read again
    return assignment


def try_to_assign(
    session: Session, spec: StudySpec, counts: AssignmentCounts, prefetched: PrefetchToken | None
) -> Assignment | None:
    """The assignment under way, or the next one. Raises Contended when ``counts`` are no longer true."""
    if counts.holds_one:
        rows = fetch(reads.TASK_UNDER_WAY, (session.rater_id,))
        if not rows:
            # Submitted by another tab a moment ago: it must be counted as done, or a rater could get one too many.
            raise Contended
        return assignment_from(rows[0])
    try:
        return assign_next(session, spec, counts, prefetched)
    except IntegrityError as error:
        # Another tab of the same rater was quicker: theirs is the assignment, unless it was to withdraw.
        if not Session.objects.filter(pk=session.pk).exists():
            return None
        raise Contended from error


def assign_next(
    session: Session, spec: StudySpec, counts: AssignmentCounts, prefetched: PrefetchToken | None
) -> Assignment | None:
    """Assign a pair to a rater who holds none; None when nothing is left for them.

    Raises:
        Contended: rows are waiting, and others took them first.
        IntegrityError: another tab of the same rater was quicker.
    """
    done = counts.count(role=Role.MAIN, state=Assignment.State.SUBMITTED)
    if done < spec.raters.tasks:
        role = known_role_due(session, spec, counts)
        # A pair with a known answer is not given to a rater who has nothing else to rate.
        if role is not None and has_waiting_row(session.rater):
            known = assign_known_pair(session, spec, counts, role=role)
            if known is not None:
                return known
        claimed = claim_prefetched(session, spec, counts, prefetched) or claim_first(session, spec, counts)
        if claimed is not None:
            return claimed
        if has_waiting_row(session.rater) or release_expired(study_id=session.rater.study_id):
            raise Contended
    role = next_role(session, spec, counts, done=done, something_waits=False)
    if role != Role.REPEAT:
        return assign_known_pair(session, spec, counts, role=role)
    return assign_repeat(session, spec, position=counts.count() + 1)


def next_role(
    session: Session, spec: StudySpec, counts: AssignmentCounts, *, done: int, something_waits: bool
) -> Role:
    """What kind of pair comes next for a rater who submitted ``done`` comparisons."""
    due = known_role_due(session, spec, counts)
    if done < spec.raters.tasks and something_waits:
        return due or Role.MAIN
    return due if due and done >= totals(spec).tasks_per_session else Role.REPEAT


def claim_first(session: Session, spec: StudySpec, counts: AssignmentCounts) -> Assignment | None:
    """Take the first waiting row: least-rated first; among equals, what balances this rater's sides.

    One statement. It takes nothing when the rater's rows are no longer those of ``counts``: another tab came first.
    """
    wanted = counts.wanted_orientation
    parameters = claim_parameters(session, spec, counts, key=secrets.token_hex(16))
    parameters["unwanted"] = None if wanted is None else not wanted
    rows = fetch(writes.CLAIM_FIRST[connection.vendor], parameters)
    return assignment_from(rows[0]) if rows else None


def claim_prefetched(
    session: Session, spec: StudySpec, counts: AssignmentCounts, token: PrefetchToken | None
) -> Assignment | None:
    """Take the very row that the browser has prefetched; None when there is none or it is no longer waiting."""
    if token is None or not token.row or token.position != counts.count() + 1:
        return None
    parameters = claim_parameters(session, spec, counts, key=token.key)
    rows = fetch(writes.CLAIM_PREFETCHED, {**parameters, "row": token.row})
    return assignment_from(rows[0]) if rows else None


def claim_parameters(
    session: Session, spec: StudySpec, counts: AssignmentCounts, *, key: str
) -> dict[str, Any]:
    """What every claiming statement needs: who takes a row, under which key, and until when."""
    now = timezone.now()
    return {
        "study": session.rater.study_id,
        "rater": session.rater_id,
        "session": session.pk,
        "key": key,
        "past": counts.count(),
        "now": stored_time(now),
        "until": stored_time(now + timedelta(minutes=spec.raters.lease_minutes)),
    }


def has_waiting_row(rater: Rater) -> bool:
    """A row this rater may take: it was in others' hands for a moment, or another tab of theirs was quicker."""
    mine = Assignment.objects.filter(rater=rater, role=Assignment.Role.MAIN)
    rows = Assignment.objects.filter(study=rater.study_id, state=Assignment.State.WAITING)
    return rows.exclude(comparison__in=mine.values("comparison")).exists()


def release_expired(*, study_id: int) -> int:
    """Leases that ran out and are needed: the row stays as expired, a fresh one waits instead. Returns how many.

    Called only when nothing is waiting: a rater who comes back late to a pair nobody needed keeps it.
    """
    expired = 0
    for row in Assignment.objects.filter(
        study=study_id,
        role=Assignment.Role.MAIN,
        state=Assignment.State.ASSIGNED,
        leased_until__lt=timezone.now(),
    ):
        with transaction.atomic():
            unchanged = Assignment.objects.filter(
                pk=row.pk, state=Assignment.State.ASSIGNED, leased_until=row.leased_until
            )
            if unchanged.update(state=Assignment.State.EXPIRED):
                Assignment.objects.bulk_create(waiting_successors(study_id, [row]))
                expired += 1
    return expired
