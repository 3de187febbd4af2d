"""Answers are written together with what they do to their assignment: both, or neither."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from raters.answering.criterion_passes import Facts
from raters.answering.fields import Field
from raters.models import Assignment, Rater
from raters.sql import statements
from raters.sql.fetching import fetch, stored_time
from studies.spec import StudySpec

Read = Sequence[tuple[Field, int]]
"""Fields and the answers to them, as they will be stored."""


def keep(assignment: Assignment, rater: Rater, spec: StudySpec, read: Read) -> bool:
    """Save answers on the way. Any sign of life keeps the pair. False: it is not the rater's any more."""
    return _change(statements.KEEP, (lease_from_now(spec), assignment.pk, rater.pk), assignment, read)


def close(assignment: Assignment, rater: Rater, facts: Facts, read: Read) -> bool:
    """Hand the assignment in. False: it was not under way any more, and nothing was written."""
    values = (*astuple(facts), stored_time(timezone.now()), assignment.pk, rater.pk)
    return _change(statements.CLOSE, values, assignment, read)


def lease_from_now(spec: StudySpec) -> object:
    """Until when a pair stays with its rater that they do something with now: a value for `fetch`."""
    return stored_time(timezone.now() + timedelta(minutes=spec.raters.lease_minutes))


def _change(statement: str, values: Sequence[object], assignment: Assignment, read: Read) -> bool:
    now, rows = stored_time(timezone.now()), _rows(read)
    given = [value for row in rows for value in row]
    if connection.vendor == "postgresql":
        return bool(fetch(statements.answers(len(rows), change=statement), [*values, now, *given]))
    with transaction.atomic():
        changed = fetch(statement, values)
        if changed:
            fetch(statements.answers(len(rows)), [now, assignment.pk, *given])
    return bool(changed)


def _rows(read: Read) -> list[tuple[object, ...]]:
    """Criterion, preference and both scores; None where nothing was said."""
    rows: dict[str, dict[str, int]] = {}
    for field, number in read:
        rows.setdefault(field.criterion, {})[field.column] = number
    return [
        (
            criterion,
            given.get("preference", _difference(given)),
            given.get("score_first"),
            given.get("score_second"),
        )
        for criterion, given in rows.items()
    ]


def _difference(given: Mapping[str, int]) -> int | None:
    both = "score_first" in given and "score_second" in given
    return given["score_second"] - given["score_first"] if both else None
