"""A clip that cannot be heard stops nobody: its pair is set aside, and two reports take it out of the study."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from analysis.bridge.tables import samples_csv
from dashboard.running.status import status, status_text
from generation.models import Sample
from raters.assigning.claims import current_or_next, release_expired
from raters.entering import privacy
from raters.models import Assignment, ClipReport, Session
from studies.models import Study
from studies.selectors import spec_of
from tests.cast import a_session, client_of, open_study, study_text, with_checks

pytestmark = pytest.mark.django_db
TASK = "/s/night-songs/task/"


def take_task(session: Session) -> Assignment:
    assignment = current_or_next(session=session, spec=spec_of(session.rater.study))
    assert assignment is not None
    return assignment


def sample_of(assignment: Assignment, side: str = "A") -> Sample:
    """The clip that is presented on this side."""
    stored = {"A": "b" if assignment.swapped else "a", "B": "a" if assignment.swapped else "b"}
    return assignment.comparison.places.get(side=stored[side], number=0).sample


def report(client: Client, assignment: Assignment, clip: str = "A0", **headers: str) -> Any:  # noqa: ANN401 - the test client's
    return client.post(f"{TASK}{assignment.key}/report/", {"clip": clip}, headers=headers)


def report_same_clip(study: Study, sample: Sample) -> None:
    """By the next rater who is given it."""
    session = a_session(study)
    row = Assignment.objects.filter(comparison__places__sample=sample, state="waiting").first()
    assert row is not None
    row.state, row.rater, row.session, row.key, row.position = "assigned", session.rater, session, "f" * 32, 1
    row.save()
    side = "A" if sample_of(row, "A") == sample else "B"
    assert report(client_of(session), row, f"{side}0").status_code == 302


@pytest.fixture
def study() -> Study:
    return open_study(study_text(prompts=3, ratings=2))


@pytest.fixture
def session(study: Study) -> Session:
    return a_session(study)


def test_the_task_page_has_a_button_to_report_a_clip(session: Session) -> None:
    page = client_of(session).get(TASK).content.decode()
    assert "Report a broken clip" in page
    assert f'action="{TASK}{Assignment.objects.get(state="assigned").key}/report/"' in page


def test_a_reported_pair_makes_way_for_another(session: Session) -> None:
    first = take_task(session)
    answer = report(client_of(session), first, "B0", **{"HX-Request": "true"})
    assert (answer.status_code, "That pair is set aside" in answer.content.decode()) == (200, True)
    assert take_task(session).comparison_id != first.comparison_id
    assert ClipReport.objects.get().sample == sample_of(first, "B")


def test_the_reported_pair_waits_for_somebody_else(session: Session, study: Study) -> None:
    first = take_task(session)
    report(client_of(session), first)
    first.refresh_from_db()
    waiting = Assignment.objects.filter(comparison=first.comparison, round=first.round, state="waiting")
    assert (first.state, waiting.count()) == ("reported", 1)
    assert status(study)["comparisons"]["planned"] == 6


def test_a_page_sent_twice_reports_once(session: Session) -> None:
    first = take_task(session)
    client = client_of(session)
    assert [report(client, first).status_code for _ in range(2)] == [302, 302]
    assert ClipReport.objects.count() == 1


@pytest.mark.parametrize("clip", ["", "A1", "C0", "A-1", "0"])
def test_a_clip_that_is_not_there_cannot_be_reported(session: Session, clip: str) -> None:
    first = take_task(session)
    assert report(client_of(session), first, clip).status_code == 400
    assert (ClipReport.objects.exists(), take_task(session).pk) == (False, first.pk)


def test_nobody_reports_another_rater_s_task(session: Session, study: Study) -> None:
    assert report(client_of(a_session(study)), take_task(session)).status_code == 404


def test_two_people_quarantine_a_clip(session: Session, study: Study) -> None:
    first = take_task(session)
    sample = sample_of(first)
    report(client_of(session), first)
    report_same_clip(study, sample)
    assert not Assignment.objects.filter(comparison__places__sample=sample, state="waiting").exists()
    assert study.events.get(kind="quarantined").detail == {"samples": [sample.key]}
    assert status(study)["comparisons"]["planned"] == 4


def test_one_rater_alone_quarantines_nothing(session: Session, study: Study) -> None:
    first = take_task(session)
    report(client_of(session), first)
    assert Assignment.objects.filter(comparison=first.comparison, state="waiting").exists()
    assert not study.events.filter(kind="quarantined").exists()


def test_a_quarantined_pair_does_not_come_back_when_its_lease_ends(session: Session, study: Study) -> None:
    held = take_task(session)
    sample = sample_of(held)
    for _ in range(2):
        ClipReport.objects.create(sample=sample, rater=a_session(study).rater, role="main")
    Assignment.objects.filter(comparison=held.comparison, state="waiting").delete()
    Assignment.objects.filter(pk=held.pk).update(leased_until="2026-01-01T00:00Z")
    assert release_expired(study_id=study.pk) == 1
    assert not Assignment.objects.filter(comparison=held.comparison, state="waiting").exists()


def test_a_report_stays_without_a_name_when_its_rater_withdraws(session: Session) -> None:
    report(client_of(session), take_task(session))
    privacy.withdraw(session=session)
    assert ClipReport.objects.get().rater is None


def test_gold_can_be_reported_and_the_next_gold_pair_is_another(study: Study) -> None:
    checked = open_study(with_checks(study_text(slug="day-songs", prompts=3), gold=2, training=1))
    session = a_session(checked)
    training = take_task(session)
    client_of(session).post(f"/s/day-songs/task/{training.key}/report/", {"clip": "A0"})
    gold = take_task(session)
    assert gold.comparison_id != training.comparison_id
    while gold.role != "gold":
        Assignment.objects.filter(pk=gold.pk).update(state="submitted", submitted_at=timezone.now())
        gold = take_task(session)
    client_of(session).post(f"/s/day-songs/task/{gold.key}/report/", {"clip": "A0"})
    assert ClipReport.objects.filter(role="gold").count() == 1
    assert sum(clip["gold"] for clip in status(checked)["reported_clips"]) == 1
    assert take_task(session).comparison_id != gold.comparison_id


def test_status_and_the_table_of_samples_name_what_was_reported(session: Session, study: Study) -> None:
    first = take_task(session)
    sample = sample_of(first)
    report(client_of(session), first)
    report_same_clip(study, sample)
    assert status(study)["reported_clips"] == [
        {"sample": sample.key, "reports": 2, "gold": 0, "quarantined": True}
    ]
    assert f"reported  {sample.key}: 2 times, quarantined" in status_text(status(study))
    rows = csv.DictReader(io.StringIO(samples_csv(study).decode()))
    assert {row["sample"]: (row["reports"], row["quarantined"]) for row in rows}[sample.key] == ("2", "true")
