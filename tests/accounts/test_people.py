"""Invitations, members and the administrator's pages."""

from __future__ import annotations

import re
from getpass import getuser

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test import Client

from accounts import audit, services
from accounts.errors import AppendOnly, LastOwner
from accounts.models import AccountInvitation, AuditEntry, Membership
from accounts.policy.roles import Role
from studies.models import Study
from tests.accounts.cast import an_account, browser_as, browser_of
from tests.cast import draft, open_study, study_text

pytestmark = pytest.mark.django_db
SENTENCE = "four wet horses sing"


@pytest.fixture
def study() -> Study:
    return draft(study_text())


@pytest.fixture
def administrator() -> Client:
    return browser_of(an_account("root", administrator=True))


def link_in(html: str) -> str:
    found = re.search(r"http://127\.0\.0\.1:8000(/account/[^\"<]+)", html)
    assert found is not None
    return found[1]


def test_a_link_makes_one_account_with_the_role_that_was_promised(study: Study) -> None:
    owner = browser_as("owner", study)
    html = owner.post(
        f"/console/{study.slug}/members/invite/", {"note": "Ben", "role": "analyst"}
    ).content.decode()
    ben = Client()
    assert study.title in ben.get(link_in(html)).content.decode()
    assert ben.post(link_in(html), {"name": "ben", "password": SENTENCE}).status_code == 302
    assert Membership.objects.get(account__username="ben").role == "analyst"
    assert ben.get(f"/console/{study.slug}/").status_code == 200
    assert Client().get(link_in(html)).status_code == 410


def test_a_link_gives_an_account_that_is_there_another_role(study: Study) -> None:
    token = services.invite(note="Eve", made_by="root", study=study, role=Role.EDITOR)
    eve = browser_of(an_account("eve"))
    assert eve.post(f"/account/join/{token}/")["Location"] == f"/console/{study.slug}/"
    assert Membership.objects.get(account__username="eve").role == "editor"


def test_the_link_can_be_read_nowhere_afterwards(study: Study) -> None:
    token = services.invite(note="Eve", made_by="root")
    assert token not in str(list(AccountInvitation.objects.values()))


@pytest.mark.parametrize(
    "change", [{"name": "root"}, {"password": "researcher1"}, {"name": "a b"}, {"name": ""}]
)
def test_a_bad_name_or_password_spends_no_link(change: dict[str, str]) -> None:
    an_account("root", administrator=True)
    token = services.invite(note="Eve", made_by="root")
    fields = {"name": "eve", "password": SENTENCE} | change
    assert Client().post(f"/account/join/{token}/", fields).status_code == 422
    assert Client().post(f"/account/join/{token}/", {"name": "eve", "password": SENTENCE}).status_code == 302


def test_an_old_link_leads_nowhere() -> None:
    token = services.invite(note="Eve", made_by="root")
    AccountInvitation.objects.update(expires_at="2020-01-01T00:00Z")
    assert Client().get(f"/account/join/{token}/").status_code == 410


def test_a_study_keeps_an_owner(study: Study) -> None:
    owner = browser_as("owner", study)
    owner.post(f"/console/{study.slug}/members/role/", {"name": "owner", "role": "viewer"})
    assert Membership.objects.get().role == "owner"
    an_account("ben")
    owner.post(f"/console/{study.slug}/members/role/", {"name": "ben", "role": "owner"})
    owner.post(f"/console/{study.slug}/members/role/", {"name": "owner", "role": "none"})
    assert Membership.objects.get().account.username == "ben"


def test_the_site_keeps_an_administrator(administrator: Client) -> None:
    for verb in ("close", "make researcher"):
        administrator.post("/account/people/act/", {"name": "root", "verb": verb})
    assert User.objects.get().is_superuser
    assert User.objects.get().is_active
    with pytest.raises(LastOwner):
        services.set_active(account=User.objects.get(), active=False)


def test_whoever_writes_a_study_owns_it() -> None:
    client = browser_of(an_account())
    assert client.post("/console/new/", {"text": study_text()}).status_code == 302
    assert Membership.objects.get().role == "owner"


def test_nobody_replaces_a_draft_that_is_not_theirs(study: Study) -> None:
    response = browser_as("nobody", study).post("/console/new/", {"text": study_text(prompts=5)})
    assert response.status_code == 422
    assert "study.slug" in response.content.decode()
    study.refresh_from_db()
    assert len(study.spec["prompts"]) == 3


@pytest.mark.parametrize("part", ["nobody", "viewer", "analyst"])
def test_nobody_who_must_not_know_the_systems_copies_a_studys_file(study: Study, part: str) -> None:
    assert browser_as(part, study).get(f"/console/new/?from={study.slug}").status_code == 404


def test_a_closed_account_is_out_at_once(administrator: Client) -> None:
    ada = browser_of(an_account())
    administrator.post("/account/people/act/", {"name": "ada", "verb": "close"})
    assert ada.get("/console/").status_code == 302


def test_a_password_link_of_the_administrator_works_once(administrator: Client) -> None:
    an_account()
    html = administrator.post(
        "/account/people/act/", {"name": "ada", "verb": "password link"}
    ).content.decode()
    ada = Client()
    form = ada.get(link_in(html))["Location"]
    fields = {"new_password1": SENTENCE, "new_password2": SENTENCE}
    assert ada.post(form, fields)["Location"] == "/console/login/"
    assert ada.post("/console/login/", {"username": "ada", "password": SENTENCE}).status_code == 302
    assert "leads nowhere" in Client().get(link_in(html)).content.decode()


@pytest.mark.parametrize("path", ["/account/people/", "/account/log/", "/account/log.csv"])
def test_a_researcher_does_not_see_the_administrators_pages(path: str) -> None:
    assert browser_of(an_account()).get(path).status_code == 403


def test_changes_downloads_and_looks_are_written_down_with_the_account(study: Study) -> None:
    owner = browser_as("owner", study)
    owner.get(f"/console/{study.slug}/export.zip")
    owner.get(f"/console/{study.slug}/results/")
    owner.post(f"/console/{study.slug}/act/", {"verb": "close"})
    found = list(AuditEntry.objects.values_list("account", "action", "study"))
    assert ("owner", "downloaded the tables", study.slug) in found
    assert ("owner", "looked at the results page", study.slug) in found


def test_the_log_is_shown_narrowed_and_exported(study: Study) -> None:
    audit.record(account="=cmd", action="launch", study=study.slug, note="x")
    owner = browser_as("owner", study)
    assert "=cmd" in owner.get(f"/console/{study.slug}/log/?account==cmd").content.decode()
    assert "=cmd" not in owner.get(f"/console/{study.slug}/log/?account=other").content.decode()
    table = owner.get(f"/console/{study.slug}/log.csv").content.decode()
    assert table.splitlines()[0] == "at,account,action,study,detail"
    assert ",'=cmd,launch," in table


def test_an_entry_is_neither_changed_nor_removed(study: Study) -> None:
    audit.record(account="ada", action="launch")
    entry = AuditEntry.objects.get()
    for change in (
        entry.save,
        entry.delete,
        AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.update(account="x"),
    ):
        with pytest.raises(AppendOnly):
            change()


def test_the_database_itself_refuses_to_change_an_entry() -> None:
    audit.record(account="ada", action="launch")
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE accounts_auditentry SET account = 'eve'")


def test_what_is_done_on_the_server_is_written_down_under_the_servers_user(study: Study) -> None:
    call_command("study", "close", open_study(study_text(slug="day-songs")).slug)
    call_command("study", "status", study.slug)
    (entry,) = AuditEntry.objects.all()
    assert (entry.account, entry.action, entry.study) == (f"{getuser()} (server)", "study close", "day-songs")
