"""Which columns a statement reads, and the model instances that its rows become."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from generation.models import Sample
from raters.models import Assignment, Comparison, Rater, Session
from raters.sql.fetching import Columns
from studies.models import Prompt, Study

SESSION = Columns(Session, "s")
RATER = Columns(Rater, "r")
STUDY = Columns(Study, "t", only=("id", "slug", "title", "state", "sha256"))
ASSIGNMENT = Columns(Assignment, "a")
CLAIMED_ASSIGNMENT = Columns(Assignment)
COMPARISON = Columns(Comparison, "c", only=("id", "kind"))
PROMPT = Columns(Prompt, "p", only=("id", "text"))
SAMPLE = Columns(Sample, "x", only=("id", "key", "audio_sha256"))


def session_from(row: Sequence[Any]) -> Session:
    """The columns of session, rater and study: the session with its rater and study."""
    middle = len(SESSION) + len(RATER)
    session, rater = SESSION.read(row[: len(SESSION)]), RATER.read(row[len(SESSION) : middle])
    rater.study = STUDY.read(row[middle:])
    session.rater = rater
    return session


def session_and_task_from(row: Sequence[Any]) -> tuple[Session, Assignment]:
    """The columns of a session, then those of an assignment of the same rater."""
    middle = len(SESSION) + len(RATER) + len(STUDY)
    session, assignment = session_from(row[:middle]), assignment_from(row[middle:])
    assignment.rater = session.rater
    return session, assignment


def assignment_from(row: Sequence[Any]) -> Assignment:
    """The columns of assignment, comparison and prompt: the assignment with its comparison and prompt."""
    middle = len(ASSIGNMENT) + len(COMPARISON)
    comparison = COMPARISON.read(row[len(ASSIGNMENT) : middle])
    comparison.prompt = PROMPT.read(row[middle:])
    assignment = ASSIGNMENT.read(row[: len(ASSIGNMENT)])
    assignment.comparison = comparison
    return assignment
