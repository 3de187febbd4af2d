"""How many statements a rater's requests cost the database: a task must stay cheap, whoever changes its pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from raters.models import Assignment, Session
from tests.cast import a_session, client_of, open_study, study_text

# Without a transaction of the test's own around everything: BEGIN and COMMIT are counted as they are sent.
pytestmark = pytest.mark.django_db(transaction=True)
TASK = "/s/night-songs/task/"
ANSWERS = {"acoustic_quality": "1", "musicality": "-2"}
FACTS = {"switches": "2", "response_ms": "4000", "played_ms_A": "1000", "played_ms_B": "1000"}


@pytest.fixture
def session() -> Session:
    return a_session(open_study(study_text(prompts=3)))


@pytest.fixture
def client(session: Session) -> Client:
    """A rater in the middle of their session: what is made once a process and study is made already."""
    client = client_of(session)
    client.get(TASK)
    Assignment.objects.filter(state="assigned").update(assigned_at=timezone.now() - timedelta(minutes=2))
    return client


def statements(request: Callable[[], Any], *, status: int) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert request().status_code == status
    return len(captured)


def post(client: Client, what: str, fields: dict[str, str], **headers: str) -> Any:  # noqa: ANN401 - the test client's
    place = f"{TASK}{Assignment.objects.get(state='assigned').key}/{what}/"
    return lambda: client.post(place, fields, headers=headers)


def heard(client: Client) -> None:
    for side in "AB":
        post(client, "heard", {"side": side, "clip": "0", "played_ms": "1000"})()


def test_the_next_task_is_three_statements(client: Client) -> None:
    """Who asks; how far they are; the claim."""
    heard(client)
    post(client, "submit", ANSWERS | FACTS)()
    assert statements(lambda: client.get(TASK), status=200) == 3


def test_a_page_loaded_again_is_four_statements(client: Client) -> None:
    """Who asks; how far they are; the task they hold; the answers that are saved."""
    assert statements(lambda: client.get(TASK), status=200) == 4


def test_a_submission_is_five_statements(client: Client) -> None:
    """Who asks about which task; BEGIN; close it; all answers; COMMIT. PostgreSQL does the last four as one."""
    heard(client)
    assert statements(post(client, "submit", ANSWERS | FACTS), status=302) == 5


def test_a_submission_with_the_next_task_is_seven_statements(client: Client) -> None:
    """A submission; how far they are; the claim."""
    heard(client)
    assert statements(post(client, "submit", ANSWERS | FACTS, **{"HX-Request": "true"}), status=200) == 7


def test_an_answer_is_five_statements(client: Client) -> None:
    """Who asks about which task; BEGIN; keep the pair; the answer; COMMIT. Two on PostgreSQL."""
    assert statements(post(client, "answer", {"name": "musicality", "value": "2"}), status=204) == 5


def test_a_clip_that_was_heard_is_two_statements(client: Client) -> None:
    """Who asks about which task; what was heard."""
    fields = {"side": "A", "clip": "0", "played_ms": "1000"}
    assert statements(post(client, "heard", fields), status=204) == 2


def test_a_clip_is_two_statements(client: Client) -> None:
    """Who asks about which task; the samples of both sides."""
    [side, _] = client.get(TASK).context["task"]["sides"]
    assert statements(lambda: client.get(side["clips"][0]["url"]), status=200) == 2


def test_looking_ahead_is_four_statements(client: Client) -> None:
    """Who asks about which task; how far they are; the pairs that are due; the samples of the one that comes."""
    url = client.get(TASK).context["task"]["url"]
    assert statements(lambda: client.get(url + "ahead/"), status=200) == 4
