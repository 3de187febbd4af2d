"""Results that a study shares: for everybody, once it is closed, and not a word about who rated."""

from __future__ import annotations

import pytest
from django.test import Client

from raters.models import Session
from studies import services as studies
from studies.models import Study
from tests.cast import a_session, client_of, open_study, study_text
from tests.dashboard.people import rate

pytestmark = pytest.mark.django_db
SHARED = "recruitment: {kind: open, share_results: true}\n"
RESULTS = "/s/night-songs/results/"
LINK = f'href="{RESULTS}"'


def rated(more: str = SHARED) -> Study:
    study = open_study(study_text(prompts=4, ratings=4) + more)
    rate(study, raters=4)
    return study


def test_before_the_close_there_is_no_such_page() -> None:
    study = rated()
    assert Client().get(RESULTS).status_code == 404
    assert LINK not in client_of(a_session(study)).get("/s/night-songs/done/", follow=True).content.decode()


def test_after_the_close_the_last_page_links_it_and_anybody_may_read_it() -> None:
    study = rated()
    session = Session.objects.filter(rater__study=study).earliest("pk")
    studies.close(study=study)
    assert LINK in client_of(session).get("/s/night-songs/done/", follow=True).content.decode()
    assert LINK in Client().get("/s/night-songs/", follow=True).content.decode()
    page = Client().get(RESULTS)
    assert page.status_code == 200
    text = page.content.decode()
    assert "Acoustic quality" in text
    assert "<svg" in text


def test_the_page_names_no_rater_and_leads_nowhere_into_the_console() -> None:
    study = rated()
    studies.close(study=study)
    text = Client().get(RESULTS).content.decode()
    assert not any(name in text for name in study.raters.values_list("pseudonym", flat=True))
    assert "/console/" not in text


def test_a_study_that_opens_again_hides_them_again() -> None:
    study = rated()
    studies.close(study=study)
    studies.admit(study=study)
    assert Client().get(RESULTS).status_code == 404


def test_a_study_that_does_not_share_has_no_such_page() -> None:
    study = rated("")
    studies.close(study=study)
    assert Client().get(RESULTS).status_code == 404
    assert LINK not in Client().get("/s/night-songs/", follow=True).content.decode()
