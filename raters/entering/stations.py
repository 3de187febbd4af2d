"""The stations of a rater, from consent to the last page: which of them a session is at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from raters.entering.session_endings import why_screened_out
from raters.models import Session
from studies.models import Study
from studies.selectors import spec_of
from studies.spec import StudySpec


@dataclass(frozen=True, slots=True)
class Station:
    """A page before the tasks, named as its address is, and whether a session still has to pass it."""

    name: str
    is_due: Callable[[Session, StudySpec], bool]


def has_questionnaire(session: Session, spec: StudySpec, *, at: str) -> bool:
    """Whether the study asks for the questionnaire at its ``start`` or ``end``, and it is not answered yet."""
    asked = spec.raters
    return bool(asked.questionnaire) and asked.questionnaire_at == at and session.questionnaire_at is None


BEFORE_THE_TASKS = (
    Station(
        "information", lambda session, spec: spec.raters.information is not None and not session.informed_at
    ),
    Station(
        "comprehension",
        lambda session, spec: bool(spec.raters.comprehension) and not session.comprehended_at,
    ),
    Station("questionnaire", lambda session, spec: has_questionnaire(session, spec, at="start")),
    Station("sound-check", lambda session, spec: spec.raters.sound_check and not session.sound_checked_at),
    Station(
        "headphones",
        lambda session, spec: spec.raters.headphone_check is not None and not session.headphone_checked_at,
    ),
)
"""In this order. Each has a view that is declared with `raters.web.rater_requests.station`."""


def station_of(session: Session | None, study: Study) -> str:
    """The one page that this rater belongs on: the name of its address."""
    if session is not None and session.finished_at:
        asked = study.state != Study.State.CLOSED and has_questionnaire(session, spec_of(study), at="end")
        return "questionnaire" if asked else "done"
    if study.state != Study.State.OPEN:
        return "closed"
    if session is None:
        return "consent"
    spec = spec_of(study)
    if why_screened_out(session, spec):
        return "done"
    due = (station.name for station in BEFORE_THE_TASKS if station.is_due(session, spec))
    return next(due, "task")
