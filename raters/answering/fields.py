"""The fields of a task: one per criterion, or one per criterion and side on absolute scales."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, cast

from raters.errors import AnswerRefused
from raters.models import Assignment
from studies.spec import StudySpec
from studies.spec.criteria import Criterion
from studies.spec.model import Kind
from studies.spec.scales import Scale, ValueRefused

Column = Literal["preference", "score_first", "score_second"]


@dataclass(frozen=True, slots=True)
class Field:
    """One radio group: where its value is stored, and how it is read."""

    name: str
    criterion: str
    label: str
    column: Column
    scale: Scale

    def read(self, value: str) -> int:
        try:
            return self.scale.read(value)
        except ValueRefused as refused:
            raise AnswerRefused(f"{self.label}: {refused}", field=self.name) from refused


def letters() -> tuple[str, str]:
    """The names of the two sides, as presented."""
    return ("A", "B")


def kind_of(assignment: Assignment) -> Kind:
    return cast("Kind", assignment.comparison.kind)


def clips_a_side(assignment: Assignment, spec: StudySpec) -> int:
    """One clip, or as many as a set has."""
    return spec.diversity.set_size if kind_of(assignment) == "diversity" and spec.diversity else 1


def fields_of(criteria: Iterable[Criterion], scale: Scale) -> list[Field]:
    return [field for criterion in criteria for field in fields_of_criterion(criterion, scale)]


def fields_of_criterion(criterion: Criterion, scale: Scale) -> Iterator[Field]:
    if not scale.absolute:
        yield Field(criterion.id, criterion.id, criterion.label, "preference", scale)
        return
    columns: tuple[Column, Column] = ("score_first", "score_second")
    for letter, column in zip(letters(), columns, strict=True):
        yield Field(f"{criterion.id}__{letter}", criterion.id, f"{criterion.label}, {letter}", column, scale)
