"""One criterion at a time: the pair comes again for each, in passes of one assignment.

Asked side by side, criteria tend to get one answer. In passes each is asked alone: the others' answers are out of
sight, and the pair has to be heard again. The sides stay as they are; the order of criteria is the rater's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from raters.answering.fields import kind_of
from raters.models import Assignment
from studies.spec import StudySpec
from studies.spec.criteria import Criterion


@dataclass(frozen=True, slots=True)
class Pass:
    """The ``number``-th pass of ``total``, from 1."""

    number: int
    total: int

    @property
    def is_last(self) -> bool:
        return self.number >= self.total


def is_in_passes(spec: StudySpec) -> bool:
    return spec.design.presentation == "one-criterion-at-a-time"


def hearings(spec: StudySpec) -> int:
    """How often a pair is heard to its end, at least: once, or once for each criterion."""
    return len(spec.criteria) if is_in_passes(spec) else 1


def current_pass(assignment: Assignment, spec: StudySpec) -> Pass:
    """Where the rater is: the one and only pass, where criteria are asked together."""
    if not is_in_passes(spec):
        return Pass(1, 1)
    return Pass(len(assignment.passes) + 1, len(spec.criteria_for(kind_of(assignment))))


def criteria_asked(assignment: Assignment, spec: StudySpec) -> Sequence[Criterion]:
    """What is asked now: every criterion, or that of the pass the rater is in."""
    criteria = spec.criteria_for(kind_of(assignment))
    if not is_in_passes(spec):
        return criteria
    rater = assignment.rater
    assert rater is not None  # noqa: S101 - only what somebody holds is asked
    order: list[str] = rater.criteria_order
    # A criterion that the rater's order does not know comes last.
    ranked = sorted(criteria, key=lambda each: order.index(each.id) if each.id in order else len(order))
    return ranked[len(assignment.passes) :][:1]


def listening_since(assignment: Assignment) -> datetime | None:
    """Since when what is heard can have been heard: the pass began, or the pair was assigned."""
    if assignment.passes:
        return datetime.fromisoformat(assignment.passes[-1]["at"])
    return assignment.assigned_at
