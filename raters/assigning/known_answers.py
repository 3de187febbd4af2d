"""Pairs whose answer is known: training at the beginning, gold anywhere in between.

One side is a real sample of the study, the other its broken twin. They are rows of their own role: they count towards
no target, are never taken back, and enter no win rate. Gold looks like any other task; training says what it is.
"""

from __future__ import annotations

from raters.assigning.unplanned import give_now
from raters.models import Assignment, Comparison, Session
from raters.policy import spread_places
from studies.design import totals
from studies.design.seeds import stable_number
from studies.spec import StudySpec

Role = Assignment.Role
BITS = 32


def role_due(session: Session, spec: StudySpec, *, training: int, gold: int, main: int) -> Role | None:
    """What a rater who was given so many of each is to get next; None: an ordinary comparison. Asks no database."""
    if training < spec.raters.training:
        return Role.TRAINING
    if gold < spec.raters.gold and gold_places(session, spec)[gold] <= main + gold:
        return Role.GOLD
    return None


def gold_places(session: Session, spec: StudySpec) -> tuple[int, ...]:
    """Where gold comes among the tasks of this rater's session, counted from 0; another rater's differ."""
    draws = [
        stable_number(spec.study.seed, "gold", session.rater.pseudonym, number, bits=BITS) / 2**BITS
        for number in range(spec.raters.gold)
    ]
    return spread_places(draws, total=totals(spec).tasks_per_session + spec.raters.gold)


def take_known(
    session: Session, spec: StudySpec, *, role: Role, given: int, position: int
) -> Assignment | None:
    """Give the rater the next pair of this role, after ``given`` of them; None when the study has no more.

    Raises:
        IntegrityError: another tab of the same rater was quicker.
    """
    comparison = known_pair(session, role=role, given=given)
    return _given(comparison, session, spec, role, position) if comparison is not None else None


def known_pair(session: Session, *, role: Role, given: int) -> Comparison | None:
    """The pair of this role that comes after ``given`` of them; the same for every rater."""
    rows = Comparison.objects.filter(study=session.rater.study_id, role=role).order_by("pk")
    return rows.select_related("prompt")[given : given + 1].first()


def _given(
    comparison: Comparison, session: Session, spec: StudySpec, role: Role, position: int
) -> Assignment:
    swapped = swapped_for(session, spec, comparison)
    row = Assignment(
        study_id=comparison.study_id, comparison=comparison, role=role, round=1, order=0, swapped=swapped
    )
    return give_now(row, session, spec, position=position)


def swapped_for(session: Session, spec: StudySpec, comparison: Comparison) -> bool:
    return bool(stable_number(spec.study.seed, "side", session.rater.pseudonym, comparison.key, bits=1))
