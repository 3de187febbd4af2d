"""Amending a launched study: what changes, what stays, and that it is written down."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from analysis.bridge.tables import ratings_csv
from dashboard.running import actions
from dashboard.running.amending import Amended, amend
from raters.models import Assignment
from studies import services as studies
from studies.errors import AmendmentRefused, WrongState
from studies.models import Study
from studies.selectors import spec_of
from studies.spec import parse_study
from tests.cast import launched, make_sounds, open_study, study_text
from tests.dashboard.people import rate

pytestmark = pytest.mark.django_db


def amended(study: Study, text: str, reason: str = "a second batch") -> Amended:
    loaded = parse_study(text, folder=Path(), builtin=("base",))
    return amend(study=study, loaded=loaded, reason=reason, account="researcher")


def rated() -> Study:
    study = open_study()
    rate(study, raters=2)
    return studies.pause(study=study)


def test_more_ratings_wait_for_every_comparison_with_sides_still_balanced() -> None:
    study = rated()
    amended(study, study_text(ratings=4))
    waiting = study.assignments.filter(state=Assignment.State.WAITING)
    assert waiting.count() == 6
    for comparison in study.comparisons.all():
        assert comparison.assignments.filter(swapped=True).count() == 2


def test_more_prompts_get_clips_and_comparisons_and_the_old_ones_stay() -> None:
    study = rated()
    before = dict(study.samples.values_list("key", "audio_sha256"))
    assert amended(study, study_text(prompts=5)).samples == 4
    make_sounds(study)
    assert actions.open_study(study=study).written == 2
    after = dict(study.samples.values_list("key", "audio_sha256"))
    assert before.items() <= after.items()


def test_every_row_says_under_which_amendment_its_task_was_given() -> None:
    study = rated()
    amended(study, study_text(ratings=4))
    actions.open_study(study=study)
    rate(study, raters=1)
    rows = csv.DictReader(io.StringIO(ratings_csv(study).decode()))
    assert [row["amendment"] for row in rows] == ["0"] * 12 + ["1"] * 6


def test_history_and_page_keep_number_reason_and_changes(researcher: Client) -> None:
    study = rated()
    amended(study, study_text(ratings=4))
    event = study.events.get(kind="amended")
    assert event.detail["changes"] == ["design.ratings_per_comparison: was 2, is now 4"]
    assert event.detail["after"] == study.sha256 != event.detail["before"]
    page = researcher.get("/console/night-songs/").content.decode()
    assert "Amendment 1, because: a second batch" in page


def test_what_changes_an_answered_task_is_refused_and_nothing_is_written() -> None:
    study = rated()
    with pytest.raises(AmendmentRefused, match="scale: was 'preference-5', is now 'preference-3'"):
        amended(study, study_text(scale="preference-3"))
    study.refresh_from_db()
    assert spec_of(study).scale == "preference-5"


def test_before_anybody_came_the_task_itself_may_change() -> None:
    study = studies.pause(study=open_study())
    amended(study, study_text(scale="preference-3", ratings=1))
    actions.open_study(study=study)
    assert (spec_of(study).scale, study.assignments.count()) == ("preference-3", 3)


def test_nobody_is_given_a_withdrawn_system_and_its_ratings_stay() -> None:
    three = study_text().replace(
        "audio:", "  low: {backend: builtin, checkpoint: base, temperature: 0.5}\naudio:"
    )
    study = open_study(three)
    rate(study, raters=1, most=4)
    studies.pause(study=study)
    amended(study, study_text())
    waiting = study.assignments.filter(state=Assignment.State.WAITING)
    assert not waiting.filter(comparison__system_b__name="low").exists()
    assert study.assignments.filter(state=Assignment.State.SUBMITTED).count() == 4
    assert len(ratings_csv(study).splitlines()) == 1 + 8


@pytest.mark.parametrize(("text", "reason"), [(study_text(ratings=4), "  "), (study_text(), "none")])
def test_without_a_reason_or_a_change_it_is_refused(text: str, reason: str) -> None:
    with pytest.raises(AmendmentRefused):
        amended(rated(), text, reason)


def test_an_open_study_is_paused_first() -> None:
    with pytest.raises(WrongState, match="allowed when launched or paused"):
        amended(open_study(), study_text(ratings=4))


def test_the_command_says_what_changed_and_what_is_next(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    launched(study_text())
    (tmp_path / "study.yaml").write_text(study_text(ratings=4))
    call_command("study", "amend", "night-songs", str(tmp_path / "study.yaml"), reason="power")
    said = capsys.readouterr().out
    assert "amendment 1" in said
    assert "design.ratings_per_comparison: was 2, is now 4" in said


def test_the_page_amends_and_shows_refusals_beside_the_text(researcher: Client) -> None:
    rated()
    page = "/console/night-songs/amend/"
    text = researcher.get(page).context["form"].initial["text"]
    refused = researcher.post(page, {"text": text.replace("preference-5", "ccr-7"), "reason": "r"})
    assert refused.status_code == 422
    assert "scale: was" in refused.content.decode()
    more = text.replace("ratings_per_comparison: 2", "ratings_per_comparison: 3")
    assert researcher.post(page, {"text": more, "reason": "r"})["Location"] == "/console/night-songs/"
    assert spec_of(Study.objects.get()).design.ratings_per_comparison == 3
