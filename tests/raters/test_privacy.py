"""What could say who somebody is: unreadable, apart, removable."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from django.utils import timezone

from analysis.bridge.tables import ratings_csv
from raters.answering.hearing import mark_heard
from raters.answering.saving import save_answer
from raters.answering.submission import submit
from raters.assigning.claims import current_or_next
from raters.entering import privacy, recruitment
from raters.entering.sound_check import answer_sound_check
from raters.errors import NotYours, SealedOtherwise
from raters.models import Assignment, CrowdIdentity, Invitation, Rater, Rating, Session
from studies import services as studies
from studies.errors import WrongState
from studies.models import Study, StudyEvent
from studies.selectors import spec_of
from tests.cast import a_session, client_of, hear_everything, open_study, study_text
from tests.raters.people import ANSWERS, FACTS, PID, TICKET, rate

pytestmark = pytest.mark.django_db
HERE = "/s/night-songs/"
ROOT = Path(__file__).resolve().parents[2]


def crowd_session(study: Study, ticket: dict[str, str] = TICKET) -> Session:
    return recruitment.enter(study=study, kind="prolific", ticket=ticket, consent_version="v1")


def test_withdrawing_removes_everything_of_one_person_and_nothing_of_another() -> None:
    study = open_study()
    mine, theirs = crowd_session(study), a_session(study)
    for session in (mine, mine, theirs):
        rate(session)
    current_or_next(session=mine, spec=spec_of(study))
    assert privacy.withdraw(session=mine)
    assert list(Rater.objects.all()) == [theirs.rater]
    assert list(Session.objects.all()) == [theirs]
    assert not CrowdIdentity.objects.exists()
    assert set(Rating.objects.values_list("assignment__rater", flat=True)) == {theirs.rater.pk}
    assert Assignment.objects.exclude(state="waiting").get().rater == theirs.rater


def test_the_places_of_who_withdrew_wait_again() -> None:
    study = open_study()
    session = a_session(study)
    before = sorted(Assignment.objects.values_list("comparison", "round", "order", "swapped"))
    rate(session)
    current_or_next(session=session, spec=spec_of(study))
    privacy.withdraw(session=session)
    assert sorted(Assignment.objects.values_list("comparison", "round", "order", "swapped")) == before
    assert set(Assignment.objects.values_list("state", flat=True)) == {"waiting"}


def test_a_lease_that_ran_out_frees_no_second_place() -> None:
    study = open_study(study_text(prompts=1, ratings=1))
    session = a_session(study)
    current_or_next(session=session, spec=spec_of(study))
    Assignment.objects.update(leased_until=timezone.now() - timedelta(hours=1))
    rate(a_session(study))
    privacy.withdraw(session=session)
    assert Assignment.objects.get().state == "submitted"


def test_withdrawing_leaves_a_count_and_no_name() -> None:
    study = open_study()
    session = crowd_session(study)
    rate(session)
    pseudonyms = {session.pseudonym, session.rater.pseudonym, PID}
    privacy.withdraw(session=session)
    event = StudyEvent.objects.get(kind="withdrawn")
    assert event.detail == {"tasks": 1}
    assert not any(name in ratings_csv(study).decode() for name in pseudonyms)


def test_withdrawing_twice_is_withdrawing_once() -> None:
    session = a_session(open_study())
    assert privacy.withdraw(session=session)
    assert not privacy.withdraw(session=session)
    assert StudyEvent.objects.filter(kind="withdrawn").count() == 1


def test_an_invitation_goes_with_its_person() -> None:
    study = open_study()
    (token,) = recruitment.invite(study=study, count=1)
    ticket = {"invitation": token}
    session = recruitment.enter(study=study, kind="invitation", ticket=ticket, consent_version="v1")
    privacy.withdraw(session=session)
    assert not Invitation.objects.exists()


def test_the_page_asks_before_it_removes() -> None:
    client = client_of(a_session(open_study()))
    page = client.get(HERE + "withdraw/").content.decode()
    assert "cannot be undone" in page
    assert Rater.objects.exists()


@pytest.mark.parametrize("state", ["open", "paused", "closed"])
def test_one_press_removes_everything_in_any_state_of_the_study(state: str) -> None:
    study = open_study()
    client = client_of(a_session(study))
    if state != "open":
        {"paused": studies.pause, "closed": studies.close}[state](study=study)
    page = client.post(HERE + "withdraw/")
    assert (page.status_code, "has been removed" in page.content.decode()) == (200, True)
    assert not Rater.objects.exists()
    assert not client.cookies["rater-night-songs"].value


def test_withdrawing_needs_the_page_s_token() -> None:
    session = a_session(open_study())
    client = Client(enforce_csrf_checks=True)
    client.cookies["rater-night-songs"] = session.key
    assert client.post(HERE + "withdraw/").status_code == 403
    assert Rater.objects.exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_browser_nobody_knows_is_told_so(method: str) -> None:
    open_study()
    page = getattr(Client(), method)(HERE + "withdraw/")
    assert (page.status_code, "not known to this study" in page.content.decode()) == (200, True)


def test_the_last_page_and_the_closed_page_offer_the_way_back() -> None:
    study = open_study(study_text(prompts=1, ratings=1))
    first, second = a_session(study), a_session(study)
    rate(first)
    assert HERE + "withdraw/" in client_of(first).get(HERE, follow=True).content.decode()
    studies.close(study=study)
    assert HERE + "withdraw/" in client_of(second).get(HERE, follow=True).content.decode()
    assert HERE + "withdraw/" not in Client().get(HERE, follow=True).content.decode()


def test_whoever_withdrew_in_another_tab_meets_no_error() -> None:
    study = open_study(study_text(sound_check=True))
    session = a_session(study)
    client = client_of(session)
    client.get(HERE)
    privacy.withdraw(session=session)
    assert client.post(HERE + "sound-check/", {"answer": "2"}).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_whatever_arrives_for_a_task_that_was_withdrawn_is_refused_kindly() -> None:
    session = a_session(open_study())
    rater, spec = session.rater, spec_of(session.rater.study)
    task = current_or_next(session=session, spec=spec)
    assert task is not None
    hear_everything(task)
    privacy.withdraw(session=session)
    with pytest.raises(NotYours):
        save_answer(assignment=task, rater=rater, spec=spec, name="musicality", value="1")
    with pytest.raises(NotYours):
        mark_heard(assignment=task, rater=rater, spec=spec, side="A", clip=0, played_ms=1000, clips=1)
    with pytest.raises(NotYours):
        submit(assignment=task, rater=rater, spec=spec, answers=ANSWERS, report=FACTS, clips=1)
    answer_sound_check(session=session, beeps=2)
    assert current_or_next(session=session, spec=spec) is None


def test_an_id_can_be_read_with_the_key_only(settings: object) -> None:
    sealed = privacy.seal(TICKET)
    assert PID not in sealed
    assert privacy.unseal(sealed) == TICKET
    settings.SECRET_KEY = "another"  # type: ignore[attr-defined]  # the fixture's type is not public
    with pytest.raises(SealedOtherwise, match="SECRET_KEY"):
        privacy.unseal(sealed)


def test_no_column_of_the_database_holds_the_id_in_the_clear() -> None:
    study = open_study()
    rate(crowd_session(study))
    everything = [str(row) for model in apps.get_models() for row in models.QuerySet(model).values_list()]
    assert everything
    assert not any(PID in row for row in everything)


def test_the_same_person_has_another_digest_in_another_study() -> None:
    one, two = Study(pk=1), Study(pk=2)
    assert privacy.keyed_digest(one, PID) != privacy.keyed_digest(two, PID)


def test_purging_forgets_who_and_keeps_what() -> None:
    study = open_study()
    rate(crowd_session(study))
    before = ratings_csv(study)
    studies.close(study=study)
    assert privacy.purge(study=study) == 1
    assert not CrowdIdentity.objects.exists()
    assert ratings_csv(study) == before
    assert StudyEvent.objects.get(kind="purged").detail == {"identities": 1, "before": None}


def test_purging_forgets_used_invitations_and_leaves_the_others() -> None:
    study = open_study()
    used, unused = recruitment.invite(study=study, count=2)
    recruitment.enter(study=study, kind="invitation", ticket={"invitation": used}, consent_version="v1")
    studies.close(study=study)
    assert privacy.purge(study=study) == 1
    assert Invitation.objects.get().digest == recruitment.link_digest(unused)


def test_purging_by_date_spares_who_came_on_that_day() -> None:
    study = open_study()
    early, late = (
        crowd_session(study),
        crowd_session(study, {**TICKET, "PROLIFIC_PID": "5f0c1d2e3b4a59687786a5b5"}),
    )
    Rater.objects.filter(pk=early.rater.pk).update(created_at=datetime(2026, 3, 1, 23, 59, tzinfo=UTC))
    Rater.objects.filter(pk=late.rater.pk).update(created_at=datetime(2026, 3, 2, tzinfo=UTC))
    studies.close(study=study)
    assert privacy.purge(study=study, before=date(2026, 3, 2)) == 1
    assert CrowdIdentity.objects.get().rater == late.rater


def test_an_open_study_still_has_to_know_who_comes_back() -> None:
    with pytest.raises(WrongState, match="paused or closed"):
        privacy.purge(study=open_study())


def test_the_admin_shows_that_somebody_came_and_not_who(admin_client: Client) -> None:
    study = open_study()
    identity = crowd_session(study).rater.crowd_identity
    recruitment.invite(study=study, count=1)
    invitation = Invitation.objects.get()
    for row in (identity, invitation):
        name = type(row).__name__.lower()
        for place in ("", f"{row.pk}/change/"):
            html = admin_client.get(f"/admin/raters/{name}/{place}").content.decode()
            assert study.slug in html
            secrets = (PID, identity.digest, identity.sealed, invitation.digest)
            assert not any(secret in html for secret in secrets)


def test_no_table_about_raters_has_a_field_for_a_network_address() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        tables = [name for name in names if name.startswith(("raters_", "studies_", "generation_"))]
        columns = [c.name for t in tables for c in connection.introspection.get_table_description(cursor, t)]
    words = {part for column in columns for part in column.split("_")}
    assert "pseudonym" in words
    assert words.isdisjoint({"ip", "address", "addr", "remote", "agent"})


def test_no_server_is_started_with_an_access_log() -> None:
    # gunicorn writes none unless it is told to.
    started = ["docker/Dockerfile", "docker/compose.yaml", "dashboard/demo/processes.py"]
    assert not any("access-log" in (ROOT / path).read_text() for path in started)
