"""A crowd platform's id is no identity: a session stays with the browser that began it."""

from __future__ import annotations

import io
import re

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from raters.entering import privacy
from raters.models import CrowdIdentity, Rater, Session
from raters.simulation.page_reader import read_page
from studies.models import Study
from tests.cast import open_study
from tests.raters.people import DOOR, PID, TICKET, agree, come, prolific_text, rate

pytestmark = pytest.mark.django_db
OTHER = {**TICKET, "PROLIFIC_PID": "5f0c1d2e3b4a59687786a5b5"}


@pytest.fixture
def study() -> Study:
    return open_study(prolific_text())


@pytest.fixture
def theirs(study: Study) -> Client:
    """The browser of somebody who has begun and handed in a task."""
    client = Client()
    agree(client, TICKET)
    rate(Session.objects.get())
    return client


def link_in(html: str) -> str:
    found = re.search(r"http://127\.0\.0\.1:8000(/s/night-songs/elsewhere/[^/\s<]+/)", html)
    assert found is not None
    return found[1]


def test_a_fresh_browser_with_their_id_gets_no_session_and_is_told_how_to_go_on(theirs: Client) -> None:
    stranger = Client()
    page = stranger.get(DOOR, TICKET, follow=True)
    assert page.status_code == 403
    assert "You have begun in another browser" in page.content.decode()
    assert "rater-night-songs" not in stranger.cookies


def test_a_stranger_with_their_id_withdraws_nothing(theirs: Client) -> None:
    stranger = Client()
    stranger.get(DOOR, TICKET)
    stranger.post(DOOR + "withdraw/")
    assert Rater.objects.count() == 1


def test_a_stranger_consents_into_nobodys_session(study: Study) -> None:
    early = Client()
    page = read_page(come(early, TICKET))
    late = Client()
    agree(late, TICKET)
    answer = early.post(DOOR + "consent/", {"version": page.hidden["version"], "agree": "yes"})
    assert answer.status_code == 403
    assert not early.cookies["rater-night-songs"].value


def test_the_browser_that_began_goes_on(theirs: Client) -> None:
    assert read_page(come(theirs, TICKET)).station == "task"


def test_somebody_elses_link_opened_in_between_locks_nobody_out(theirs: Client) -> None:
    come(theirs, OTHER)
    assert read_page(come(theirs, TICKET)).station == "task"


def test_a_link_of_the_first_browser_moves_the_session_once(theirs: Client) -> None:
    link = link_in(theirs.get(DOOR + "elsewhere/").content.decode())
    there = Client()
    assert "Go on here" in there.get(link).content.decode()
    assert read_page(come(theirs, TICKET)).station == "task"
    assert there.post(link)["Location"] == DOOR
    assert read_page(come(there, TICKET)).station == "task"
    assert theirs.get(DOOR, TICKET).status_code == 403
    assert Client().post(link).status_code == 410
    assert Session.objects.count() == 1


@pytest.mark.parametrize("person", ["pseudonym", PID])
def test_the_researcher_releases_a_rater_by_name_or_id(theirs: Client, person: str) -> None:
    name = Rater.objects.get().pseudonym if person == "pseudonym" else person
    said = io.StringIO()
    call_command("raters", "release", "night-songs", name, stdout=said)
    there = Client()
    there.post(link_in(said.getvalue()))
    assert read_page(come(there, TICKET)).station == "task"


@pytest.mark.parametrize("token", ["x", "WzEsICJ4Il0:1abc:def"])
def test_a_link_that_nobody_made_leads_nowhere(theirs: Client, token: str) -> None:
    assert Client().post(f"{DOOR}elsewhere/{token}/").status_code == 410


@pytest.mark.parametrize("name", TICKET)
@pytest.mark.parametrize("value", [PID[:23], PID + "a", "participantnumber1234567", "1"])
def test_an_id_of_another_form_is_none(study: Study, name: str, value: str) -> None:
    assert "come through Prolific" in come(Client(), {**TICKET, name: value})


def test_after_a_new_key_people_are_known_and_the_ids_are_sealed_again(
    theirs: Client, settings: Settings
) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another-key" * 4, [settings.SECRET_KEY]
    assert read_page(come(theirs, TICKET)).station == "task"
    call_command("reseal", stdout=io.StringIO())
    settings.SECRET_KEY_FALLBACKS = []
    assert privacy.unseal(CrowdIdentity.objects.get().sealed) == TICKET
    assert read_page(come(theirs, TICKET)).station == "task"
