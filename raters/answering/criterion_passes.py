"""One criterion at a time: the pair comes again for each, in passes of one assignment.

Asked side by side, criteria tend to get one answer. In passes each is asked alone: the others' answers are out of
sight, and the pair has to be heard again. The sides stay as they are; the order of criteria is the rater's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from raters.answering.fields import kind_of
from raters.models import Assignment, Rater
from raters.policy import balanced_order
from studies.models import Study
from studies.selectors import spec_of
from studies.spec import StudySpec
from studies.spec.criteria import Criterion


@dataclass(frozen=True, slots=True)
class Facts:
    """What the browser reports with a submission, in milliseconds and counts."""

    response_ms: int
    played_first_ms: int
    played_second_ms: int
    switches: int


@dataclass(frozen=True, slots=True)
class Place:
    """The ``number``-th pass of ``total``, from 1."""

    number: int
    total: int

    @property
    def is_last(self) -> bool:
        return self.number >= self.total


def in_passes(spec: StudySpec) -> bool:
    return spec.design.presentation == "one-criterion-at-a-time"


def hearings(spec: StudySpec) -> int:
    """How often a pair is heard to its end, at least: once, or once for each criterion."""
    return len(spec.criteria) if in_passes(spec) else 1


def order_for_newcomer(study: Study) -> list[str]:
    """The criteria of the next rater to come, in their order; empty where all are asked together."""
    spec = spec_of(study)
    if not in_passes(spec):
        return []
    return balanced_order([criterion.id for criterion in spec.criteria], study.raters.count())


def place_of(assignment: Assignment, spec: StudySpec) -> Place:
    """Where the rater is: the one and only pass, where criteria are asked together."""
    if not in_passes(spec):
        return Place(1, 1)
    return Place(len(assignment.passes) + 1, len(spec.criteria_for(kind_of(assignment))))


def asked(assignment: Assignment, spec: StudySpec) -> Sequence[Criterion]:
    """What is asked now: every criterion, or that of the pass the rater is in."""
    criteria = spec.criteria_for(kind_of(assignment))
    if not in_passes(spec):
        return criteria
    rater = assignment.rater
    assert rater is not None  # noqa: S101 - only what somebody holds is asked
    ranked = sorted(criteria, key=lambda criterion: _rank(criterion, rater))
    return ranked[len(assignment.passes) :][:1]


def _rank(criterion: Criterion, rater: Rater) -> int:
    order: list[str] = rater.criteria_order
    return order.index(criterion.id) if criterion.id in order else len(order)


def shown_at(assignment: Assignment) -> datetime | None:
    """Since when what is heard can have been heard: the pass began, or the pair was given out."""
    if assignment.passes:
        return datetime.fromisoformat(assignment.passes[-1]["at"])
    return assignment.assigned_at


def finished(assignment: Assignment, criterion: str, facts: Facts) -> list[dict[str, Any]]:
    """The passes with this one at their end: when it was over, what was heard, and what the browser reports."""
    now = timezone.now().isoformat()
    this = {"criterion": criterion, "at": now, "heard": assignment.heard, **asdict(facts)}
    return [*assignment.passes, this]


def sum_of(passes: Sequence[dict[str, Any]]) -> Facts:
    """The facts of all passes together: those of the assignment."""
    names = ("response_ms", "played_first_ms", "played_second_ms", "switches")
    return Facts(**{name: sum(each[name] for each in passes) for name in names})
