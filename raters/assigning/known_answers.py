"""Pairs whose answer is known: training at the beginning, gold anywhere in between.

One side is a real sample of the study, the other its degraded twin. They are rows of their own role: they count
towards no target, are never taken back, and enter no win rate. Gold looks like any other task; training says what
it is.
"""

from __future__ import annotations

from raters.assigning.assignment_counts import AssignmentCounts
from raters.assigning.new_assignments import create_assigned
from raters.models import Assignment, Comparison, Session
from raters.policy import spread_positions
from raters.selectors.quarantine import quarantined_comparisons
from studies.design import totals
from studies.design.seeds import stable_number
from studies.spec import StudySpec

Role = Assignment.Role
BITS = 32


def known_role_due(session: Session, spec: StudySpec, counts: AssignmentCounts) -> Role | None:
    """Training or gold, if it comes next for this rater; None: an ordinary comparison. Asks no database."""
    if counts.given(Role.TRAINING) < spec.raters.training:
        return Role.TRAINING
    gold, main = counts.given(Role.GOLD), counts.given(Role.MAIN)
    if gold < spec.raters.gold and gold_positions(session, spec)[gold] <= main + gold:
        return Role.GOLD
    return None


def gold_positions(session: Session, spec: StudySpec) -> tuple[int, ...]:
    """Where gold comes among the tasks of this rater's session, counted from 0; another rater's differ."""
    draws = [
        stable_number(spec.study.seed, "gold", session.rater.pseudonym, number, bits=BITS) / 2**BITS
        for number in range(spec.raters.gold)
    ]
    return spread_positions(draws, total=totals(spec).tasks_per_session + spec.raters.gold)


def assign_known_pair(
    session: Session, spec: StudySpec, counts: AssignmentCounts, *, role: Role
) -> Assignment | None:
    """Give the rater the next pair of this role; None when the study has no more.

    Raises:
        IntegrityError: another tab of the same rater was quicker.
    """
    comparison = find_known_pair(session, role=role)
    if comparison is None:
        return None
    swapped = is_known_pair_swapped(session, spec, comparison)
    row = Assignment(
        study_id=comparison.study_id, comparison=comparison, role=role, round=1, order=0, swapped=swapped
    )
    return create_assigned(row, session, spec, position=counts.count() + 1)


def find_known_pair(session: Session, *, role: Role) -> Comparison | None:
    """The first pair of this role that the rater was not given yet, in an order that is the same for every rater."""
    study = session.rater.study_id
    pairs = Comparison.objects.filter(study=study, role=role).exclude(pk__in=quarantined_comparisons(study))
    mine = Assignment.objects.filter(rater=session.rater, role=role).values("comparison")
    return pairs.exclude(pk__in=mine).select_related("prompt").order_by("pk").first()


def is_known_pair_swapped(session: Session, spec: StudySpec, comparison: Comparison) -> bool:
    """By chance, and the same whenever it is asked for this rater."""
    return bool(stable_number(spec.study.seed, "side", session.rater.pseudonym, comparison.key, bits=1))
