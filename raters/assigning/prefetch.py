"""The pair that a rater will get next, foreseen while they judge, so that its sound can be fetched meanwhile.

Nothing is written and nobody is kept from anything: what is foreseen is sealed into a promise that the browser brings
along with its submission. The promise is kept if the pair is still there, and is void otherwise; there is no lease to
run out and no place that an abandoned page could hold. Raters are kept apart by chance: each is promised another of
the pairs that are equally due.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.crypto import salted_hmac

from raters.assigning.claims import Standing, orientation_for, role_at, standing_of
from raters.assigning.known_answers import Role, known_pair, swapped_for
from raters.assigning.prefetch_tokens import Promise
from raters.assigning.repeats import repeat_due
from raters.models import Assignment, Session
from raters.sql import statements
from raters.sql.fetching import fetch
from studies.spec import StudySpec


@dataclass(frozen=True, slots=True)
class Coming:
    """A pair and the way it will be presented; ``row`` where it is a waiting one."""

    comparison: int
    swapped: bool
    row: int = 0


def foresee(*, current: Assignment, session: Session, spec: StudySpec) -> Promise | None:
    """What this rater would get if they handed in ``current`` now; None when nothing, or nothing certain, comes."""
    standing = standing_of(session.rater)
    coming = _coming(current, session, spec, standing)
    if coming is None:
        return None
    return Promise(
        session=session.pk,
        row=coming.row,
        comparison=coming.comparison,
        position=standing.count() + 1,
        swapped=coming.swapped,
        # Never the same for two pairs: what a browser fetched under one address is never taken for another sound.
        key=_digest(current, f"{coming.comparison}/{coming.swapped}")[:32],
    )


def _coming(current: Assignment, session: Session, spec: StudySpec, standing: Standing) -> Coming | None:
    """As `raters.assigning.claims` would decide with ``current`` handed in."""
    if current.role == Role.TRAINING:
        return None  # a page about this pair comes first
    done = standing.count(role=Role.MAIN, state=Assignment.State.SUBMITTED) + (current.role == Role.MAIN)
    waiting = _waiting(current, session, standing) if done < spec.raters.tasks else None
    role = role_at(session, spec, standing, done=done, something_waits=waiting is not None)
    if role == Role.MAIN:
        return waiting
    if role == Role.REPEAT:
        earlier = repeat_due(session, spec, about_to_submit=current)
        return Coming(earlier.comparison_id, not earlier.swapped) if earlier is not None else None
    pair = known_pair(session, role=role, given=standing.held(role))
    return Coming(pair.pk, swapped_for(session, spec, pair)) if pair is not None else None


def _waiting(current: Assignment, session: Session, standing: Standing) -> Coming | None:
    """One of those that are most due: least-rated first; among equals, what balances this rater's sides."""
    wanted = orientation_for(standing)
    rows = fetch(statements.FORESEE, {"study": current.study_id, "rater": session.rater_id})
    found = [(turn, bool(swapped), pk, pair) for pk, turn, swapped, pair in rows]
    if not found:
        return None
    ranked = [((turn, wanted not in {None, swapped}), swapped, pk, pair) for turn, swapped, pk, pair in found]
    best = min(rank for rank, *_ in ranked)
    due = [Coming(pair, swapped, pk) for rank, swapped, pk, pair in ranked if rank == best]
    return due[int(_digest(current, "which")[:8], 16) % len(due)]


def _digest(current: Assignment, about: str) -> str:
    return salted_hmac("raters.ahead", f"{current.key}/{about}", algorithm="sha256").hexdigest()


def as_promised(promise: Promise, session: Session) -> Assignment:
    """Not saved: it has the addresses and the sounds that the real one will have."""
    return Assignment(
        study_id=session.rater.study_id,
        comparison_id=promise.comparison,
        swapped=promise.swapped,
        key=promise.key,
    )


def under_the_promised_key(promise: Promise, assignment: Assignment) -> None:
    """A pair that is made when it is given gets the addresses that were promised for it."""
    promised = (promise.comparison, promise.swapped, promise.position)
    if promised != (assignment.comparison_id, assignment.swapped, assignment.position):
        return
    rows = Assignment.objects.filter(pk=assignment.pk, state=Assignment.State.ASSIGNED)
    if assignment.key != promise.key and rows.update(key=promise.key):
        assignment.key = promise.key
