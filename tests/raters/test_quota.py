"""A study that lets in so many people: whoever drops out frees their place, whoever was let in may finish."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from raters.entering.quota import holders
from raters.models import Assignment, Session
from studies.models import Study
from tests.cast import a_session, client_of, open_study, study_text
from tests.raters.people import DOOR, PROLIFIC, TICKET, come, rate

pytestmark = pytest.mark.django_db
OPEN = "recruitment: {kind: open, quota: 1}\n"
AN_HOUR_AGO = timedelta(hours=1)


@pytest.fixture
def study() -> Study:
    return open_study(study_text(prompts=1) + OPEN)


def page(client: Client) -> str:
    return client.get(DOOR, follow=True).content.decode()


def long_ago(session: Session) -> None:
    Session.objects.filter(pk=session.pk).update(started_at=timezone.now() - AN_HOUR_AGO)
    Assignment.objects.filter(session=session, state="assigned").update(
        leased_until=timezone.now() - AN_HOUR_AGO
    )


def test_a_newcomer_is_told_before_agreeing_to_anything_that_every_place_is_taken(study: Study) -> None:
    assert 'name="agree"' in page(Client())
    a_session(study)
    assert "Every place in this study is taken" in page(Client())


def test_agreeing_on_a_page_that_was_opened_before_is_too_late(study: Study) -> None:
    client = Client()
    client.get(DOOR + "consent/")
    a_session(study)
    answer = client.post(DOOR + "consent/", {"agree": "yes", "version": study.sha256[:16]})
    assert "Every place in this study is taken" in answer.content.decode()
    assert study.raters.count() == 1


def test_whoever_drops_out_frees_their_place_when_their_lease_ends(study: Study) -> None:
    session = a_session(study)
    client_of(session).get(DOOR + "task/")
    assert holders(study).count() == 1
    long_ago(session)
    assert holders(study).count() == 0
    assert 'name="agree"' in page(Client())


def test_whoever_finished_keeps_it(study: Study) -> None:
    session = a_session(study)
    rate(session)
    client_of(session).get(DOOR + "task/")
    long_ago(session)
    assert holders(study).count() == 1


def test_whoever_was_screened_out_frees_it_at_once() -> None:
    study = open_study(study_text(prompts=1, sound_check=True) + OPEN)
    a_session(study)
    Session.objects.update(sound_tries=5)
    assert holders(study).count() == 0


def test_whoever_was_let_in_may_go_on_though_others_came_since(study: Study) -> None:
    first = a_session(study)
    long_ago(first)
    a_session(study)
    assert client_of(first).get(DOOR + "task/").status_code == 200


def test_from_prolific_the_code_for_quota_full_takes_them_back() -> None:
    study = open_study(study_text(prompts=1) + PROLIFIC.replace("}", ", quota: 1}"))
    a_session(study)
    shown = come(Client(), TICKET)
    assert "cc=C3FULL" in shown
    assert study.raters.count() == 1


def test_without_a_quota_nobody_is_counted() -> None:
    study = open_study(study_text(prompts=1))
    for _ in range(3):
        a_session(study)
    assert 'name="agree"' in page(Client())
