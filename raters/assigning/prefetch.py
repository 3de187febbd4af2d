"""The pair that a rater will get next, predicted while they judge, so that its sound can be fetched meanwhile.

Nothing is written and nobody is kept from anything: what is predicted is sealed into a token that the browser brings
along with its submission. The pair is given if it is still waiting, and another one otherwise; there is no lease to
run out and no row that an abandoned page could hold. Raters are kept apart by chance: for each, another of the pairs
that are equally due is predicted.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.crypto import salted_hmac

from raters.assigning.assignment_counts import AssignmentCounts, count_assignments
from raters.assigning.claims import next_role
from raters.assigning.known_answers import Role, find_known_pair, is_known_pair_swapped
from raters.assigning.prefetch_tokens import PrefetchToken
from raters.assigning.repeats import find_pair_to_repeat
from raters.models import Assignment, Session
from raters.sql import reads
from raters.sql.fetching import fetch
from studies.spec import StudySpec


@dataclass(frozen=True, slots=True)
class NextPair:
    """A comparison and the way it will be presented; ``row`` where it is a waiting one."""

    comparison: int
    swapped: bool
    row: int = 0


def prefetch_next(*, current: Assignment, session: Session, spec: StudySpec) -> PrefetchToken | None:
    """What this rater would get if they submitted ``current`` now; None when nothing, or nothing certain, comes."""
    counts = count_assignments(session.rater)
    pair = predict_next_pair(current, session, spec, counts)
    if pair is None:
        return None
    return PrefetchToken(
        session=session.pk,
        row=pair.row,
        comparison=pair.comparison,
        position=counts.count() + 1,
        swapped=pair.swapped,
        # Never the same for two pairs: what a browser fetched under one address is never taken for another sound.
        key=prefetch_digest(current, f"{pair.comparison}/{pair.swapped}")[:32],
    )


def predict_next_pair(
    current: Assignment, session: Session, spec: StudySpec, counts: AssignmentCounts
) -> NextPair | None:
    """As `raters.assigning.claims` would decide with ``current`` submitted."""
    if current.role == Role.TRAINING:
        return None  # a page about this pair comes first
    submitted = counts.count(role=Role.MAIN, state=Assignment.State.SUBMITTED)
    done = submitted + (current.role == Role.MAIN)
    waiting = choose_waiting_pair(current, session, counts) if done < spec.raters.tasks else None
    role = next_role(session, spec, counts, done=done, something_waits=waiting is not None)
    if role == Role.MAIN:
        return waiting
    if role == Role.REPEAT:
        earlier = find_pair_to_repeat(session, spec, about_to_submit=current)
        return NextPair(earlier.comparison_id, not earlier.swapped) if earlier is not None else None
    known = find_known_pair(session, role=role)
    return NextPair(known.pk, is_known_pair_swapped(session, spec, known)) if known is not None else None


def choose_waiting_pair(current: Assignment, session: Session, counts: AssignmentCounts) -> NextPair | None:
    """One of those that are most due: least-rated first; among equals, what balances this rater's sides."""
    wanted = counts.wanted_orientation
    rows = fetch(reads.NEXT_WAITING, {"study": current.study_id, "rater": session.rater_id})
    ranked = [
        ((turn, wanted not in {None, bool(swapped)}), NextPair(comparison, bool(swapped), row))
        for row, turn, swapped, comparison in rows
    ]
    if not ranked:
        return None
    best = min(rank for rank, _pair in ranked)
    due = [pair for rank, pair in ranked if rank == best]
    return due[int(prefetch_digest(current, "which")[:8], 16) % len(due)]


def prefetch_digest(current: Assignment, about: str) -> str:
    return salted_hmac("raters.ahead", f"{current.key}/{about}", algorithm="sha256").hexdigest()


def predicted_assignment(token: PrefetchToken, session: Session) -> Assignment:
    """Not saved: it has the addresses and the sounds that the real one will have."""
    return Assignment(
        study_id=session.rater.study_id,
        comparison_id=token.comparison,
        swapped=token.swapped,
        key=token.key,
    )


def adopt_prefetched_key(token: PrefetchToken, assignment: Assignment) -> None:
    """A pair that is written when it is given gets the addresses that were prefetched for it."""
    predicted = (token.comparison, token.swapped, token.position)
    if predicted != (assignment.comparison_id, assignment.swapped, assignment.position):
        return
    rows = Assignment.objects.filter(pk=assignment.pk, state=Assignment.State.ASSIGNED)
    if assignment.key != token.key and rows.update(key=token.key):
        assignment.key = token.key
