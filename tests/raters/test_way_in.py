"""Door, consent and sound check."""

from __future__ import annotations

import pytest
from django.test import Client

from raters.models import Rater, Session
from raters.simulation.page_reader import read_page
from raters.simulation.simulated_rater import count_beeps
from raters.web.cookies import simulation_mark
from studies import services as studies
from tests.cast import a_session, client_of, launched, open_study, study_text

pytestmark = pytest.mark.django_db
DOOR = "/s/night-songs/"


def agree(client: Client) -> None:
    page = read_page(client.get(DOOR, follow=True).content.decode())
    client.post(DOOR + "consent/", {"version": page.hidden["version"], "agree": "yes"})


def test_looking_at_the_consent_page_leaves_no_row_behind() -> None:
    open_study()
    assert Client().get(DOOR, follow=True).status_code == 200
    assert not Rater.objects.exists()


def test_without_the_tick_nobody_gets_in() -> None:
    open_study()
    client = Client()
    page = read_page(client.get(DOOR, follow=True).content.decode())
    assert client.post(DOOR + "consent/", {"version": page.hidden["version"]}).status_code == 422
    assert not Rater.objects.exists()


def test_consent_leads_on_and_its_version_is_stored() -> None:
    study = open_study()
    client = Client()
    agree(client)
    assert Session.objects.get().consent_version == study.sha256[:16]
    assert client.get(DOOR)["Location"] == DOOR + "task/"


def test_the_right_number_of_beeps_leads_to_the_task() -> None:
    open_study(study_text(sound_check=True))
    client = Client()
    agree(client)
    page = read_page(client.get(DOOR, follow=True).content.decode())
    heard = count_beeps(client.get(page.sound_url).content)
    assert client.post(DOOR + "sound-check/", {"answer": str(heard)})["Location"] == DOOR
    assert client.get(DOOR)["Location"] == DOOR + "task/"


def test_a_wrong_number_of_beeps_makes_a_new_code() -> None:
    session = a_session(open_study(study_text(sound_check=True)))
    client = client_of(session)
    wrong = 2 if session.sound_answer != 2 else 3
    assert client.post(DOOR + "sound-check/", {"answer": str(wrong)}).status_code == 422
    before = session.sound_answer
    session.refresh_from_db()
    assert session.sound_answer != before
    assert session.sound_tries == 1


def test_after_five_wrong_tries_the_sound_check_is_over() -> None:
    session = a_session(open_study(study_text(sound_check=True)))
    Session.objects.update(sound_tries=5)
    assert "sound check did not work out" in client_of(session).get(DOOR, follow=True).content.decode()


@pytest.mark.parametrize("answer", ["", "9", "two", "-2", "²"])
def test_an_answer_that_is_not_offered_costs_no_try(answer: str) -> None:
    session = a_session(open_study(study_text(sound_check=True)))
    client_of(session).post(DOOR + "sound-check/", {"answer": answer})
    session.refresh_from_db()
    assert session.sound_tries == 0


def test_all_codes_have_the_same_number_of_bytes() -> None:
    from raters.stimuli.beeps import beep_code

    assert len({len(beep_code(count)) for count in (2, 3, 4, 5)}) == 1
    assert [count_beeps(beep_code(count)) for count in (2, 3, 4, 5)] == [2, 3, 4, 5]


def test_a_signed_mark_makes_the_rater_simulated_for_ever() -> None:
    open_study()
    client = Client()
    client.get(DOOR, {"mark": simulation_mark("night-songs")})
    agree(client)
    assert Rater.objects.get().simulated


def test_a_forged_mark_is_a_person() -> None:
    open_study()
    client = Client()
    client.get(DOOR, {"mark": simulation_mark("another-study")})
    agree(client)
    assert not Rater.objects.get().simulated


def test_a_draft_has_no_door() -> None:
    from tests.cast import draft

    draft(study_text())
    assert Client().get(DOOR).status_code == 404


def test_before_the_opening_the_door_says_so() -> None:
    launched(study_text())
    assert "has not started yet" in Client().get(DOOR, follow=True).content.decode()


def test_a_paused_study_asks_to_come_back() -> None:
    study = open_study()
    client = client_of(a_session(study))
    studies.pause(study=study)
    assert "paused" in client.get(DOOR + "task/", follow=True).content.decode()
