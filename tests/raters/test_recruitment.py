"""Invitations and Prolific: one person is one rater and one session, from any tab and any browser."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from raters.entering import recruitment
from raters.entering.privacy import unseal
from raters.models import Assignment, CrowdIdentity, Invitation, Rater, Session
from raters.simulation.page_reader import read_page
from raters.web.cookies import TICKET_COOKIE, simulation_mark
from studies import services as studies
from studies.models import Study
from tests.cast import a_session, client_of, hear_everything, open_study, study_text
from tests.raters.people import ANSWERS, DOOR, PID, TICKET, agree, come, invitation_text, prolific_text, rate

pytestmark = pytest.mark.django_db


@pytest.fixture
def prolific() -> Study:
    return open_study(prolific_text())


@pytest.fixture
def link() -> dict[str, str]:
    (token,) = recruitment.invite(study=open_study(invitation_text()), count=1)
    return {"invitation": token}


def test_prolific_s_parameters_lead_through_consent_to_a_task(prolific: Study) -> None:
    client = Client()
    assert agree(client, TICKET)["Location"] == DOOR
    assert client.get(DOOR)["Location"] == DOOR + "task/"
    assert unseal(CrowdIdentity.objects.get().sealed) == TICKET


def test_the_parameters_stay_behind_at_the_door(prolific: Study) -> None:
    client = Client()
    visited = client.get(DOOR, TICKET, follow=True)
    assert visited.redirect_chain == [(DOOR + "consent/", 302)]
    assert PID not in visited.content.decode()
    consented = agree(client, TICKET)
    assert PID not in consented["Location"]
    assert not client.cookies[TICKET_COOKIE].value


@pytest.mark.parametrize("missing", TICKET)
def test_without_a_parameter_the_page_says_where_to_come_from(prolific: Study, missing: str) -> None:
    visited = Client().get(DOOR, {**TICKET, missing: ""}, follow=True)
    assert visited.status_code == 403
    assert "come through Prolific" in visited.content.decode()


@pytest.mark.parametrize("value", ["a b", "a-b", "{{%PROLIFIC_PID%}}", "é", "a" * 65, "a\n", "١٢"])
@pytest.mark.parametrize("name", TICKET)
def test_an_id_that_is_not_plain_is_no_id(prolific: Study, name: str, value: str) -> None:
    assert "come through Prolific" in come(Client(), {**TICKET, name: value})


def test_nobody_consents_without_a_ticket(prolific: Study) -> None:
    version = prolific.sha256[:16]
    posted = Client().post(DOOR + "consent/", {"version": version, "agree": "yes"})
    assert posted.status_code == 403
    assert not Rater.objects.exists()


def test_a_ticket_of_one_s_own_making_is_no_ticket(prolific: Study) -> None:
    client = Client()
    come(client, TICKET)
    client.cookies[TICKET_COOKIE] = client.cookies[TICKET_COOKIE].value[:-1] + "?"
    assert client.get(DOOR + "consent/").status_code == 403


def test_a_ticket_for_another_study_is_no_ticket(prolific: Study) -> None:
    open_study(prolific_text(slug="day-songs"))
    client = Client()
    client.get("/s/day-songs/", TICKET)
    client.cookies[TICKET_COOKIE]["path"] = "/"
    assert client.get(DOOR + "consent/").status_code == 403


def test_two_tabs_that_both_consent_are_one_session(prolific: Study) -> None:
    first, second = Client(), Client()
    pages = [read_page(come(client, TICKET)) for client in (first, second)]
    answers = [
        client.post(DOOR + "consent/", {"version": page.hidden["version"], "agree": "yes"})
        for client, page in zip((first, second), pages, strict=True)
    ]
    assert [answer.status_code for answer in answers] == [302, 403]
    assert Session.objects.count() == 1


def submit_task(client: Client) -> None:
    """The task under way, as the page's form sends it."""
    task = Assignment.objects.get(state="assigned")
    hear_everything(task)
    report = {"switches": "0", "response_ms": "1", "played_ms_A": "1000", "played_ms_B": "1000"}
    assert client.post(f"{DOOR}task/{task.key}/submit/", ANSWERS | report).status_code == 302


def test_a_new_submission_of_the_same_person_is_the_one_to_be_paid(prolific: Study) -> None:
    client = Client()
    agree(client, TICKET)
    come(client, {**TICKET, "SESSION_ID": "c3c3c3c3c3c3c3c3c3c3c3c3"})
    submit_task(client)
    assert unseal(CrowdIdentity.objects.get().sealed)["SESSION_ID"] == "c3c3c3c3c3c3c3c3c3c3c3c3"
    assert Session.objects.count() == 1
    assert not client.cookies[TICKET_COOKIE].value


def test_looking_with_another_submission_changes_nobody_s_pay(prolific: Study) -> None:
    agree(Client(), TICKET)
    studies.close(study=prolific)
    come(Client(), {**TICKET, "SESSION_ID": "c3c3c3c3c3c3c3c3c3c3c3c3"})
    assert unseal(CrowdIdentity.objects.get().sealed)["SESSION_ID"] == "b2b2b2b2b2b2b2b2b2b2b2b2"


def test_another_person_s_ticket_in_the_browser_changes_nobody_s_pay(prolific: Study) -> None:
    client, other = Client(), Client()
    agree(client, TICKET)
    come(other, {**TICKET, "PROLIFIC_PID": "5f0c1d2e3b4a59687786a5b5"})
    come(client, TICKET)
    client.cookies[TICKET_COOKIE] = other.cookies[TICKET_COOKIE].value
    submit_task(client)
    assert unseal(CrowdIdentity.objects.get().sealed) == TICKET


@pytest.mark.parametrize("text", [prolific_text(), invitation_text(), study_text()])
def test_nothing_is_written_before_consent(text: str) -> None:
    (token,) = recruitment.invite(study=open_study(text), count=1)
    client = Client()
    with CaptureQueriesContext(connection) as captured:
        come(client, TICKET | {"invitation": token})
        come(client, {})
        client.get(DOOR + "withdraw/")
        client.get(DOOR + "closed/", follow=True)
    assert [query["sql"] for query in captured if not query["sql"].startswith("SELECT")] == []


def test_the_next_person_at_the_same_computer_is_somebody_else(prolific: Study) -> None:
    client = Client()
    agree(client, TICKET)
    assert (
        read_page(come(client, {**TICKET, "PROLIFIC_PID": "5f0c1d2e3b4a59687786a5b5"})).station == "consent"
    )
    agree(client, {**TICKET, "PROLIFIC_PID": "5f0c1d2e3b4a59687786a5b5"})
    assert Rater.objects.count() == 2


def test_a_closed_tab_resumes_without_the_parameters(prolific: Study) -> None:
    client = Client()
    agree(client, TICKET)
    assert client.get(DOOR)["Location"] == DOOR + "task/"


def test_an_open_study_takes_no_notice_of_parameters() -> None:
    from tests.cast import study_text

    open_study(study_text())
    client = Client()
    agree(client, TICKET)
    assert Rater.objects.exists()
    assert not CrowdIdentity.objects.exists()
    assert TICKET_COOKIE not in client.cookies or not client.cookies[TICKET_COOKIE].value


def test_an_invitation_leads_in_and_is_used(link: dict[str, str]) -> None:
    client = Client()
    agree(client, link)
    assert client.get(DOOR)["Location"] == DOOR + "task/"
    assert Invitation.objects.get().rater == Rater.objects.get()


def test_a_used_invitation_is_its_person_s_key_in_any_browser(link: dict[str, str]) -> None:
    agree(Client(), link)
    assert read_page(come(Client(), link)).station == "task"
    assert Session.objects.count() == 1


def test_looking_at_the_consent_page_uses_nothing_up(link: dict[str, str]) -> None:
    come(Client(), link)
    assert Invitation.objects.get().rater is None


@pytest.mark.parametrize("token", ["0" * 32, "x", "a" * 64])
def test_an_unknown_invitation_is_told_so(link: dict[str, str], token: str) -> None:
    visited = Client().get(DOOR, {"invitation": token}, follow=True)
    assert (visited.status_code, "do not know this invitation" in visited.content.decode()) == (403, True)


@pytest.mark.parametrize("token", ["", "not a token", "a" * 65])
def test_without_an_invitation_the_page_says_so(link: dict[str, str], token: str) -> None:
    assert "by invitation" in come(Client(), {"invitation": token})


def test_an_invitation_is_good_for_its_own_study_only(link: dict[str, str]) -> None:
    open_study(invitation_text(slug="day-songs"))
    page = Client().get("/s/day-songs/", link, follow=True).content.decode()
    assert "do not know this invitation" in page


def test_an_invitation_that_went_away_before_consent_is_told_so(link: dict[str, str]) -> None:
    client = Client()
    page = read_page(come(client, link))
    Invitation.objects.all().delete()
    posted = client.post(DOOR + "consent/", {"version": page.hidden["version"], "agree": "yes"})
    assert (posted.status_code, Rater.objects.exists()) == (403, False)


def test_links_cannot_be_read_from_the_database(link: dict[str, str]) -> None:
    assert link["invitation"] not in str(list(Invitation.objects.values_list()))


@pytest.mark.parametrize("text", [prolific_text(), invitation_text()])
def test_simulated_visitors_get_into_any_study_and_use_nobody_s_ticket(text: str) -> None:
    open_study(text)
    client = Client()
    client.get(DOOR, {"mark": simulation_mark("night-songs")})
    agree(client, TICKET)
    assert Rater.objects.get().simulated
    assert not CrowdIdentity.objects.exists()


def finish(client: Client, session: Session) -> str:
    """Rate whatever there is; the last page."""
    while read_page(client.get(DOOR, follow=True).content.decode()).station == "task":
        rate(session)
    return client.get(DOOR, follow=True).content.decode()


def test_who_is_through_gets_the_completion_code_and_the_way_back() -> None:
    open_study(prolific_text(prompts=1))
    client = Client()
    agree(client, TICKET)
    page = finish(client, Session.objects.get())
    assert 'data-redirect="https://app.prolific.com/submissions/complete?cc=C1DONE"' in page
    assert 'href="https://app.prolific.com/submissions/complete?cc=C1DONE"' in page


def test_the_last_submission_s_answer_carries_the_way_back() -> None:
    open_study(prolific_text(prompts=1, tasks=1))
    client = Client()
    agree(client, TICKET)
    rate(Session.objects.get())
    assert "cc=C1DONE" in client.get(DOOR + "task/").content.decode()


def test_a_reload_days_later_still_shows_the_code_though_the_study_is_closed() -> None:
    study = open_study(prolific_text(prompts=1))
    client = Client()
    agree(client, TICKET)
    finish(client, Session.objects.get())
    studies.close(study=study)
    assert "cc=C1DONE" in come(client, TICKET)


def test_who_finds_every_place_taken_gets_the_code_for_that() -> None:
    study = open_study(prolific_text(prompts=1, ratings=1))
    rate(a_session(study))
    client = Client()
    agree(client, TICKET)
    page = finish(client, Session.objects.latest("pk"))
    assert "cc=C3FULL" in page
    assert "Every place in this study is taken" in page


def test_who_fails_the_sound_check_gets_the_code_for_that() -> None:
    open_study(prolific_text(sound_check=True))
    client = Client()
    agree(client, TICKET)
    Session.objects.update(sound_tries=5)
    page = client.get(DOOR, follow=True).content.decode()
    assert 'data-redirect="https://app.prolific.com/submissions/complete?cc=C2OUT"' in page
    assert "sound check did not work out" in page


def test_who_is_cut_off_by_the_close_is_paid_for_what_they_did() -> None:
    study = open_study(prolific_text())
    client = Client()
    agree(client, TICKET)
    rate(Session.objects.get())
    studies.close(study=study)
    assert "cc=C1DONE" in client.get(DOOR, follow=True).content.decode()


def test_who_is_sent_to_a_closed_study_gets_the_code_for_a_full_one() -> None:
    studies.close(study=open_study(prolific_text()))
    assert "cc=C3FULL" in come(Client(), TICKET)
    assert "app.prolific.com" not in Client().get(DOOR, follow=True).content.decode()


def test_nobody_is_sent_back_before_they_are_through() -> None:
    study = open_study(prolific_text())
    client = Client()
    assert "app.prolific.com" not in come(client, TICKET)
    agree(client, TICKET)
    assert "app.prolific.com" not in client.get(DOOR, follow=True).content.decode()
    studies.pause(study=study)
    assert "app.prolific.com" not in client.get(DOOR, follow=True).content.decode()


def test_a_program_is_paid_by_nobody() -> None:
    open_study(prolific_text(prompts=1))
    client = Client()
    client.get(DOOR, {"mark": simulation_mark("night-songs")})
    agree(client, {})
    assert "app.prolific.com" not in finish(client, Session.objects.get())


@pytest.mark.parametrize("text", [invitation_text(prompts=1), invitation_text(prompts=1, sound_check=True)])
def test_a_study_that_pays_nobody_shows_no_code(text: str) -> None:
    session = a_session(open_study(text))
    Session.objects.update(sound_tries=5)
    page = client_of(session).get(DOOR, follow=True).content.decode()
    assert "Your code" not in page


def test_the_page_s_policy_lets_the_browser_go_back_to_the_platform(prolific: Study) -> None:
    policy = Client().get(DOOR, TICKET, follow=True)["Content-Security-Policy"]
    assert "navigate-to" not in policy
    assert "sandbox" not in policy


def test_after_withdrawing_the_same_link_begins_anew(prolific: Study) -> None:
    client = Client()
    agree(client, TICKET)
    client.post(DOOR + "withdraw/")
    assert read_page(come(client, TICKET)).station == "consent"
