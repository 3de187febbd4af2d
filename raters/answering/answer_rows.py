"""Answers are written together with what they change on their assignment: both, or neither."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from raters.answering.fields import Field
from raters.answering.listening_report import ListeningReport
from raters.models import Assignment, Rater
from raters.sql import writes
from raters.sql.fetching import fetch, stored_time
from studies.spec import StudySpec

AnsweredFields = Sequence[tuple[Field, int]]
"""Fields and the answers to them, as they will be stored."""


def save_answers(assignment: Assignment, rater: Rater, spec: StudySpec, answered: AnsweredFields) -> bool:
    """Save answers on the way; the lease begins anew. False: the pair is not the rater's any more."""
    parameters = (lease_from_now(spec), assignment.pk, rater.pk)
    return change_with_answers(writes.EXTEND_LEASE, parameters, assignment, answered)


def save_submission(
    assignment: Assignment, rater: Rater, report: ListeningReport, answered: AnsweredFields
) -> bool:
    """Submit the assignment. False: it was not under way any more, and nothing was written."""
    parameters = (*astuple(report), stored_time(timezone.now()), assignment.pk, rater.pk)
    return change_with_answers(writes.SUBMIT, parameters, assignment, answered)


def lease_from_now(spec: StudySpec) -> object:
    """Until when a pair stays with its rater that they do something with now: a parameter for `fetch`."""
    return stored_time(timezone.now() + timedelta(minutes=spec.raters.lease_minutes))


def change_with_answers(
    statement: str, parameters: Sequence[object], assignment: Assignment, answered: AnsweredFields
) -> bool:
    """Run a statement that changes the assignment, and write the answers if it changed a row.

    PostgreSQL does both in one statement; SQLite in one transaction.
    """
    now, rows = stored_time(timezone.now()), rating_rows(answered)
    ratings = [column for row in rows for column in row]
    if connection.vendor == "postgresql":
        both = writes.upsert_ratings(len(rows), change=statement)
        return bool(fetch(both, [*parameters, now, *ratings]))
    with transaction.atomic():
        changed = fetch(statement, parameters)
        if changed:
            fetch(writes.upsert_ratings(len(rows)), [now, assignment.pk, *ratings])
    return bool(changed)


def rating_rows(answered: AnsweredFields) -> list[tuple[object, ...]]:
    """Per criterion: its id, the preference and both scores; None where nothing was said."""
    by_criterion: dict[str, dict[str, int]] = {}
    for field, number in answered:
        by_criterion.setdefault(field.criterion, {})[field.column] = number
    rows: list[tuple[object, ...]] = []
    for criterion, given in by_criterion.items():
        first, second = given.get("score_first"), given.get("score_second")
        difference = None if first is None or second is None else second - first
        rows.append((criterion, given.get("preference", difference), first, second))
    return rows
