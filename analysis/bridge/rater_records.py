"""From the database to what the quality checks look at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import QuerySet

from analysis.findings.quality_checks import Finding, Judged, Record, Timed, excluded_raters, findings
from raters.models import Assignment, Rating, Session
from studies.models import Study
from studies.quality_checks import ExclusionCode
from studies.spec.criteria import GOLD_CRITERION

SUBMITTED = Assignment.State.SUBMITTED
KNOWN_ROLES = (Assignment.Role.GOLD, Assignment.Role.TRAINING)
MILLISECOND = timedelta(milliseconds=1)


def findings_of(study: Study) -> dict[ExclusionCode, dict[str, Finding]]:
    """Check -> pseudonym -> finding, for every rater of the study."""
    return findings(record_of(study))


def excluded_of(study: Study) -> dict[str, ExclusionCode]:
    """Rater -> the code of the pre-declared rule that excludes them."""
    rules = study.spec["analysis"]["exclude"]
    return excluded_raters(findings_of(study), rules) if rules else {}


def record_of(study: Study) -> Record:
    """A fixed number of statements, however many raters there are."""
    raters = dict(study.raters.order_by("pk").values_list("pseudonym", "simulated"))
    return Record(
        raters=tuple(raters),
        answers=tuple(_answers(study)),
        tasks=tuple(_tasks(study)),
        headphones=_headphones(study),
        simulated=frozenset(name for name, simulated in raters.items() if simulated),
    )


def counting_ratings(study: Study) -> QuerySet[Rating]:
    """Answers that were handed in: an answer counts once its task is submitted."""
    return Rating.objects.filter(
        assignment__study=study, assignment__state=SUBMITTED, preference__isnull=False
    )


def known_answer(role: str, criterion: str, *, swapped: bool) -> str:
    """``first`` or ``second``: the side that is not broken; empty where no answer is known. Side a is not."""
    if role not in KNOWN_ROLES or criterion != GOLD_CRITERION:
        return ""
    return "second" if swapped else "first"


def _answers(study: Study) -> Iterator[Judged]:
    fields = ("rater__pseudonym", "comparison__key", "role", "swapped")
    rows = counting_ratings(study).values_list(
        *(f"assignment__{name}" for name in fields), "criterion", "preference"
    )
    for rater, comparison, role, swapped, criterion, given in rows.iterator():
        preference = given or 0
        known = known_answer(role, criterion, swapped=swapped)
        right = {"": None, "first": preference < 0, "second": preference > 0}[known]
        yield Judged(rater, comparison, criterion, role, preference, swapped, right)


def _headphones(study: Study) -> dict[str, bool]:
    """Rater -> whether the headphone check was passed; who did not take it, or could not, is not in it."""
    rows = Session.objects.filter(rater__study=study, headphone_passed__isnull=False).order_by("pk")
    return {rater: bool(passed) for rater, passed in rows.values_list("rater__pseudonym", "headphone_passed")}


def _tasks(study: Study) -> Iterator[Timed]:
    rows = study.assignments.filter(role=Assignment.Role.MAIN, state=SUBMITTED).values_list(
        "rater__pseudonym", "assigned_at", "submitted_at", "played_first_ms", "played_second_ms", "heard"
    )
    for rater, given, taken, first, second, heard in rows.iterator():
        assert given is not None and taken is not None  # noqa: S101, PT018 - constraints: submitted rows have both
        yield Timed(
            rater, (taken - given) / MILLISECOND, _played(first, heard, "A"), _played(second, heard, "B")
        )


def _played(said: int, heard: dict[str, dict[str, int]], letter: str) -> int:
    """What was heard before the page was loaded again is known to the server only."""
    return max(said, sum(heard.get(letter, {}).values()))
