"""The task pages, through the door that a browser uses."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from raters.models import Assignment, Rating, Session
from raters.simulation.page_reader import read_page
from studies import services as studies
from tests.cast import a_session, client_of, open_study, study_text

pytestmark = pytest.mark.django_db
ANSWERS = {"acoustic_quality": "1", "musicality": "-2"}
FACTS = {"switches": "2", "response_ms": "4000", "played_ms_A": "1000", "played_ms_B": "1000"}
TASK = "/s/night-songs/task/"


@pytest.fixture
def session() -> Session:
    return a_session(open_study(study_text(prompts=2)))


@pytest.fixture
def client(session: Session) -> Client:
    client = client_of(session)
    client.get(TASK)
    return client


def held() -> Assignment:
    return Assignment.objects.get(state="assigned")


def long_ago() -> None:
    Assignment.objects.filter(state="assigned").update(assigned_at=timezone.now() - timedelta(minutes=2))


def post(client: Client, what: str, fields: dict[str, str], *, key: str = "") -> Any:  # noqa: ANN401 - the test client's
    return client.post(f"{TASK}{key or held().key}/{what}/", fields, headers={"HX-Request": "true"})


def hear(client: Client) -> None:
    for side in "AB":
        assert post(client, "heard", {"side": side, "clip": "0", "played_ms": "1000"}).status_code == 204


def test_a_whole_task_is_heard_answered_and_submitted(client: Client) -> None:
    long_ago()
    first = held()
    hear(client)
    assert post(client, "submit", ANSWERS | FACTS).status_code == 200
    first.refresh_from_db()
    assert first.state == "submitted"
    assert dict(first.ratings.values_list("criterion", "preference")) == {
        "acoustic_quality": 1,
        "musicality": -2,
    }


def test_the_next_task_comes_back_with_the_submission(client: Client) -> None:
    long_ago()
    first = held().key or ""
    hear(client)
    html = post(client, "submit", ANSWERS | FACTS).content.decode()
    assert (held().key or "") in html
    assert first not in html


def test_nothing_can_be_submitted_before_both_clips_were_heard(client: Client) -> None:
    long_ago()
    post(client, "heard", {"side": "A", "clip": "0", "played_ms": "1000"})
    response = post(client, "submit", ANSWERS | FACTS)
    assert response.status_code == 422
    assert "Please listen to B to the end" in response.content.decode()
    assert held().state == "assigned"


def test_a_clip_cannot_have_been_heard_faster_than_it_is_long(client: Client) -> None:
    assert post(client, "heard", {"side": "A", "clip": "0", "played_ms": "1000"}).status_code == 409
    assert held().heard == {}


def test_two_clips_cannot_have_been_heard_in_the_time_of_one(client: Client) -> None:
    Assignment.objects.update(assigned_at=timezone.now() - timedelta(seconds=1.2))
    assert post(client, "heard", {"side": "A", "clip": "0", "played_ms": "1000"}).status_code == 204
    assert post(client, "heard", {"side": "B", "clip": "0", "played_ms": "1000"}).status_code == 409


def test_a_clip_played_half_is_not_heard(client: Client) -> None:
    long_ago()
    assert post(client, "heard", {"side": "A", "clip": "0", "played_ms": "500"}).status_code == 409


@pytest.mark.parametrize(
    "fields", [{"side": "C"}, {"clip": "1"}, {"clip": "-1"}, {"played_ms": "long"}, {"clip": ""}]
)
def test_a_clip_that_does_not_exist_is_refused(client: Client, fields: dict[str, str]) -> None:
    long_ago()
    given = {"side": "A", "clip": "0", "played_ms": "1000"} | fields
    assert post(client, "heard", given).status_code == 400


def test_an_answer_is_saved_as_it_is_given(client: Client) -> None:
    assert post(client, "answer", {"name": "musicality", "value": "2"}).status_code == 204
    assert Rating.objects.get().preference == 2


def test_a_saved_answer_is_shown_when_the_page_comes_back(client: Client) -> None:
    post(client, "answer", {"name": "musicality", "value": "2"})
    html = " ".join(client.get(TASK).content.decode().split())
    assert 'name="musicality" value="2" autocomplete="off" checked' in html


@pytest.mark.parametrize(
    ("name", "value"),
    [("musicality", "3"), ("musicality", "x"), ("musicality", ""), ("beauty", "1"), ("", "1")],
)
def test_an_answer_off_the_scale_is_refused(client: Client, name: str, value: str) -> None:
    response = post(client, "answer", {"name": name, "value": value})
    assert response.status_code == 400
    assert response.json()["error"]
    assert not Rating.objects.exists()


def test_a_submission_with_an_answer_missing_writes_nothing(client: Client) -> None:
    long_ago()
    hear(client)
    response = post(client, "submit", {"musicality": "1"} | FACTS)
    assert response.status_code == 422
    assert "Acoustic quality" in response.content.decode()
    assert not Rating.objects.exists()


def test_submitting_twice_is_submitting_once(client: Client) -> None:
    long_ago()
    key = held().key or ""
    hear(client)
    post(client, "submit", ANSWERS | FACTS)
    again = post(client, "submit", {"acoustic_quality": "-1", "musicality": "-1"} | FACTS, key=key)
    assert again.status_code == 200
    assert Rating.objects.filter(criterion="acoustic_quality").get().preference == 1


def test_another_raters_task_is_not_found(client: Client, session: Session) -> None:
    stranger = client_of(a_session(session.rater.study))
    for what in ("heard", "answer", "submit"):
        assert post(stranger, what, ANSWERS | FACTS, key=held().key or "").status_code == 404


def test_after_the_close_an_answer_is_refused_in_words(client: Client, session: Session) -> None:
    key = held().key or ""
    studies.close(study=session.rater.study)
    assert post(client, "answer", {"name": "musicality", "value": "1"}, key=key).status_code == 409
    page = post(client, "submit", ANSWERS | FACTS, key=key).content.decode()
    assert "This study is over" in page
    assert not Rating.objects.exists()


def test_closing_the_tab_and_coming_back_resumes_at_the_same_pair(client: Client) -> None:
    key = held().key or ""
    assert key in client.get("/s/night-songs/", follow=True).content.decode()


def test_a_late_submission_of_a_pair_that_went_to_somebody_else_is_explained(
    client: Client, session: Session
) -> None:
    lost = held()
    Assignment.objects.filter(pk=lost.pk).update(state="expired")
    page = post(client, "submit", ANSWERS | FACTS, key=lost.key or "").content.decode()
    assert "went to somebody else" in page


def test_a_task_costs_few_statements(client: Client, django_assert_max_num_queries: object) -> None:
    with django_assert_max_num_queries(8):  # type: ignore[operator]  # a fixture without a public type
        client.get(TASK)


def test_the_absolute_scale_asks_for_a_score_of_each_side() -> None:
    session = a_session(open_study(study_text(prompts=1, scale="absolute-5")))
    client = client_of(session)
    client.get(TASK)
    long_ago()
    hear(client)
    scores = {
        "acoustic_quality__A": "2",
        "acoustic_quality__B": "5",
        "musicality__A": "3",
        "musicality__B": "3",
    }
    assert post(client, "submit", scores | FACTS).status_code == 200
    rating = Rating.objects.get(criterion="acoustic_quality")
    assert (rating.score_first, rating.score_second, rating.preference) == (2, 5, 3)


def test_a_pair_under_way_can_be_finished_in_a_break(client: Client, session: Session) -> None:
    long_ago()
    first = held()
    hear(client)
    studies.pause(study=session.rater.study)
    assert post(client, "answer", {"name": "musicality", "value": "2"}).status_code == 204
    page = post(client, "submit", ANSWERS | FACTS).content.decode()
    first.refresh_from_db()
    assert first.state == "submitted"
    assert "paused" in page
    assert not Assignment.objects.filter(state="assigned").exists()


@pytest.mark.parametrize("key", ["%00", "x" * 32, "../../etc", "A" * 32])
def test_a_key_of_another_form_is_not_found(client: Client, key: str) -> None:
    for what in ("heard", "answer", "submit"):
        assert client.post(f"{TASK}{key}/{what}/", ANSWERS).status_code == 404
    assert client.get(f"{TASK}{key}/clip/x").status_code == 404


def test_a_cookie_of_another_form_is_nobody(client: Client) -> None:
    for value in ("\x00abc", "ä" * 43, "short"):
        client.cookies["rater-night-songs"] = value
        assert client.get("/s/night-songs/").status_code == 302


def test_a_form_in_another_charset_is_refused(client: Client) -> None:
    kind = "application/x-www-form-urlencoded; charset=utf-16"
    response = client.generic("POST", f"{TASK}{held().key}/answer/", b"name=x", content_type=kind)
    assert response.status_code == 415


def test_a_sound_that_is_gone_is_unavailable_and_no_traceback(client: Client, own_store: Path) -> None:
    for sound in own_store.rglob("*.wav"):
        sound.unlink()
    page = read_page(client.get(TASK).content.decode())
    assert client.get(page.clips[0].url).status_code == 503


def test_the_page_names_every_script_at_once_so_that_none_is_found_late(client: Client) -> None:
    head = client.get(TASK).content.decode().partition("</head>")[0]
    scripts = {
        path.name for path in (Path(__file__).parents[2] / "raters" / "static" / "raters").glob("*.js")
    }
    assert set(re.findall(r"raters/(\w+\.js)", head)) == scripts
