"""Studies that do not let everybody in, and the people who come to them."""

from __future__ import annotations

from typing import Any

from django.test import Client

from raters.answering.listening_report import ListeningReport
from raters.answering.submission import submit
from raters.assigning.claims import current_or_next
from raters.models import Assignment, Session
from raters.simulation.page_reader import read_page
from studies.selectors import spec_of
from tests.cast import hear_everything, study_text

DOOR = "/s/night-songs/"
PROLIFIC = "recruitment: {kind: prolific, completion: C1DONE, screened_out: C2OUT, quota_full: C3FULL}\n"
INVITATION = "recruitment: {kind: invitation}\n"
PID = "5f0c1d2e3b4a59687786a5b4"
TICKET = {
    "PROLIFIC_PID": PID,
    "STUDY_ID": "a1a1a1a1a1a1a1a1a1a1a1a1",
    "SESSION_ID": "b2b2b2b2b2b2b2b2b2b2b2b2",
}
FACTS = ListeningReport(response_ms=1, played_first_ms=1000, played_second_ms=1000, switches=0)
ANSWERS = {"acoustic_quality": "1", "musicality": "0"}


def prolific_text(**options: Any) -> str:  # noqa: ANN401 - those of study_text
    return study_text(**options) + PROLIFIC


def invitation_text(**options: Any) -> str:  # noqa: ANN401 - the same
    return study_text(**options) + INVITATION


def come(client: Client, ticket: dict[str, str]) -> str:
    """Through the door to the page behind it."""
    return client.get(DOOR, ticket, follow=True).content.decode()


def agree(client: Client, ticket: dict[str, str]) -> Any:  # noqa: ANN401 - the test client's
    page = read_page(come(client, ticket))
    return client.post(DOOR + "consent/", {"version": page.hidden["version"], "agree": "yes"})


def rate(session: Session) -> Assignment:
    """Hear, answer and submit the next task."""
    spec = spec_of(session.rater.study)
    assignment = current_or_next(session=session, spec=spec)
    assert assignment is not None
    hear_everything(assignment)
    submit(assignment=assignment, rater=session.rater, spec=spec, answers=ANSWERS, report=FACTS, clips=1)
    return assignment
