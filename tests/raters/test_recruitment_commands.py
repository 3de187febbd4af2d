"""`study invite`, `payments` and `purge`: what the researcher does about people."""

from __future__ import annotations

import csv
import stat
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from raters.models import CrowdIdentity, Invitation, Session
from raters.simulation.page_reader import read_page
from studies import services as studies
from tests.cast import draft, launched, open_study, study_text
from tests.raters.people import PID, TICKET, agree, come, invitation_text, prolific_text, rate

pytestmark = pytest.mark.django_db
SLUG = "night-songs"


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def refused(*arguments: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What the command says while it refuses."""
    with pytest.raises(SystemExit) as ended:
        call_command("study", *arguments)
    assert ended.value.code == 2
    return capsys.readouterr().err


def test_every_link_in_the_file_leads_in(tmp_path: Path) -> None:
    open_study(invitation_text())
    out = tmp_path / "links.csv"
    call_command("study", "invite", SLUG, "--count", "3", "--out", str(out))
    header, *links = rows_of(out)
    assert header == ["invitation", "link"]
    assert len({token for token, _ in links}) == Invitation.objects.count() == 3
    for token, link in links:
        assert link.endswith(f"/s/{SLUG}/?invitation={token}")
        assert read_page(come(Client(), {"invitation": token})).station == "consent"


def test_more_links_can_be_made_while_the_study_runs(tmp_path: Path) -> None:
    open_study(invitation_text())
    for name in ("first.csv", "second.csv"):
        call_command("study", "invite", SLUG, "--count", "2", "--out", str(tmp_path / name))
    assert Invitation.objects.count() == 4


def test_links_are_for_their_owner_s_eyes_only(tmp_path: Path) -> None:
    launched(invitation_text())
    out = tmp_path / "links.csv"
    call_command("study", "invite", SLUG, "--count", "1", "--out", str(out))
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


def test_a_file_of_links_is_never_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    launched(invitation_text())
    out = tmp_path / "links.csv"
    out.write_text("sent already")
    said = refused("invite", SLUG, "--count", "1", "--out", str(out), capsys=capsys)
    assert "allowed: a new file" in said
    assert out.read_text() == "sent already"
    assert not Invitation.objects.exists()


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    launched(invitation_text())
    refused("invite", SLUG, "--count", "1", "--out", str(tmp_path / "no" / "links.csv"), capsys=capsys)
    assert not Invitation.objects.exists()


def test_a_study_for_everybody_has_no_links(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    launched(study_text())
    said = refused("invite", SLUG, "--count", "1", "--out", str(tmp_path / "links.csv"), capsys=capsys)
    assert said.strip() == (
        "study 'night-songs' has recruitment.kind open: it has no invitations; allowed with invitation"
    )


def test_a_draft_has_no_links_yet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    draft(invitation_text())
    out = tmp_path / "links.csv"
    assert "launched" in refused("invite", SLUG, "--count", "1", "--out", str(out), capsys=capsys)
    assert not out.exists()


@pytest.mark.parametrize("count", ["0", "-1", "100001", "many"])
def test_a_number_of_links_that_makes_no_sense_is_refused(count: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="--count"):
        call_command("study", "invite", SLUG, f"--count={count}", "--out", str(tmp_path / "links.csv"))


def test_payments_say_who_handed_in_what(tmp_path: Path) -> None:
    open_study(prolific_text(prompts=1, tasks=1, ratings=2))
    finished, started = Client(), Client()
    agree(finished, TICKET)
    rate(Session.objects.get())
    finished.get(f"/s/{SLUG}/task/")
    agree(
        started,
        {
            "PROLIFIC_PID": "5f0c1d2e3b4a59687786a5b5",
            "STUDY_ID": "a1a1a1a1a1a1a1a1a1a1a1a1",
            "SESSION_ID": "c3c3c3c3c3c3c3c3c3c3c3c3",
        },
    )
    call_command("study", "payments", SLUG, "--out", str(tmp_path / "payments.csv"))
    assert rows_of(tmp_path / "payments.csv") == [
        ["pid", "code", "tasks_done", "passed", "study_id", "session_id"],
        [PID, "C1DONE", "1", "true", "a1a1a1a1a1a1a1a1a1a1a1a1", "b2b2b2b2b2b2b2b2b2b2b2b2"],
        [
            "5f0c1d2e3b4a59687786a5b5",
            "",
            "0",
            "false",
            "a1a1a1a1a1a1a1a1a1a1a1a1",
            "c3c3c3c3c3c3c3c3c3c3c3c3",
        ],
    ]


def test_payments_of_a_study_nobody_came_to_are_a_header(tmp_path: Path) -> None:
    open_study(prolific_text())
    call_command("study", "payments", SLUG, "--out", str(tmp_path / "payments.csv"))
    assert len(rows_of(tmp_path / "payments.csv")) == 1


def test_a_study_without_a_platform_pays_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    open_study(study_text())
    assert "allowed with prolific" in refused(
        "payments", SLUG, "--out", str(tmp_path / "payments.csv"), capsys=capsys
    )


def test_no_table_of_the_bundle_names_a_person(tmp_path: Path) -> None:
    open_study(prolific_text(prompts=2))
    agree(Client(), TICKET)
    for _ in range(2):
        rate(Session.objects.get())
    call_command("study", "export", SLUG, "--out", str(tmp_path))
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {"ratings.csv", "raters.csv"} <= {path.name for path in files}
    ids = [value.encode() for value in TICKET.values()]
    assert not any(value in path.read_bytes() for path in files for value in ids)


def test_the_purge_is_a_command() -> None:
    study = open_study(prolific_text())
    agree(Client(), TICKET)
    studies.close(study=study)
    call_command("study", "purge", SLUG, "--before", "2000-01-01")
    assert CrowdIdentity.objects.exists()
    call_command("study", "purge", SLUG)
    assert not CrowdIdentity.objects.exists()


def test_the_purge_of_an_open_study_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    open_study(prolific_text())
    assert "allowed when paused or closed" in refused("purge", SLUG, capsys=capsys)


def test_a_day_that_is_none_is_refused() -> None:
    with pytest.raises(CommandError, match="--before"):
        call_command("study", "purge", SLUG, "--before", "yesterday")


def test_opening_prints_the_link_as_the_platform_wants_it(capsys: pytest.CaptureFixture[str]) -> None:
    studies.pause(study=open_study(prolific_text()))
    call_command("study", "open", SLUG)
    assert f"/s/{SLUG}/?PROLIFIC_PID={{{{%PROLIFIC_PID%}}}}&STUDY_ID=" in capsys.readouterr().out
