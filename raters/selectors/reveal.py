"""Looks behind the blind, for programs only: what simulated raters prefer, what an audit's guesses are held to."""

from __future__ import annotations

from typing import Literal

from raters.models import Assignment, Comparison
from raters.simulation.taste import Pair
from studies.spec import StudySpec


def reveal(task_url: str) -> Pair:
    """Who is behind the two sides of the task at this address."""
    rows = Assignment.objects.select_related(
        "comparison__system_a", "comparison__system_b", "comparison__prompt"
    )
    return pair_behind(rows.get(key=task_url.rstrip("/").rpartition("/")[2]))


def pair_behind(row: Assignment) -> Pair:
    comparison = row.comparison
    names = [comparison.system_a.name, comparison.system_b.name]
    first, second = reversed(names) if row.swapped else names
    return Pair(first, second, comparison.prompt.key, clean_side(row), row.role)


def clean_side(row: Assignment) -> Literal["first", "second"] | None:
    """The side that is not degraded, where one is: side a, on whichever side it was presented."""
    if row.comparison.role == Comparison.Role.MAIN:
        return None
    return "second" if row.swapped else "first"


def known_station_answers(spec: StudySpec) -> dict[str, dict[str, str]]:
    """What a program cannot find out from the pages, by station and field."""
    comprehension = {f"q{number}": asked.answer for number, asked in enumerate(spec.raters.comprehension)}
    questionnaire = {}
    for item in spec.raters.questionnaire:
        if item.kind == "text":
            questionnaire[item.id] = "simulated"
        elif item.kind == "number":
            low = next(bound for bound in (item.minimum, item.maximum, 0.0) if bound is not None)
            questionnaire[item.id] = f"{low:g}"
    return {"comprehension": comprehension, "questionnaire": questionnaire}
