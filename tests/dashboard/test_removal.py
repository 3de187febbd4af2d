"""Archiving takes a study out of the list; deleting removes it with everything that was answered."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.test import Client

from dashboard.running.preview import make_preview
from generation.models import Sample
from raters.models import Comparison, Rater
from studies import services as studies
from studies.models import Study
from tests.cast import draft, open_study, study_text
from tests.dashboard.people import rate

pytestmark = pytest.mark.django_db
PAGE = "/console/night-songs/"


def finished() -> Study:
    study = open_study()
    rate(study, raters=1)
    return studies.close(study=study)


def listed(client: Client, query: str = "") -> list[str]:
    return [row.study.slug for row in client.get(f"/console/{query}").context["studies"]]


def test_a_study_is_deleted_with_its_clips_raters_and_preview(researcher: Client) -> None:
    make_preview(study=finished())
    draft(study_text(slug="day-songs"))
    researcher.post(f"{PAGE}delete/", {"typed": "night-songs"})
    assert [study.slug for study in Study.objects.all()] == ["day-songs"]
    assert not any(model.objects.exists() for model in (Sample, Comparison, Rater))


def test_the_page_says_what_goes_and_wants_the_name(researcher: Client) -> None:
    finished()
    assert "1 rater and 3 rated comparisons" in researcher.get(f"{PAGE}delete/").content.decode()
    assert researcher.post(f"{PAGE}delete/", {"typed": "night"}).status_code == 422
    assert Study.objects.exists()


def test_an_open_study_is_neither_deleted_nor_archived(researcher: Client) -> None:
    open_study()
    assert researcher.post(f"{PAGE}delete/", {"typed": "night-songs"}).status_code == 422
    assert "cannot archive it" in researcher.post(f"{PAGE}archive/", follow=True).content.decode()


def test_an_archived_study_is_in_the_archive_until_it_is_put_back(researcher: Client) -> None:
    finished()
    researcher.post(f"{PAGE}archive/")
    assert (listed(researcher), listed(researcher, "?archived=1")) == ([], ["night-songs"])
    researcher.post(f"{PAGE}archive/")
    assert listed(researcher) == ["night-songs"]


def test_the_command_wants_the_name_twice(capsys: pytest.CaptureFixture[str]) -> None:
    finished()
    with pytest.raises(SystemExit) as ended:
        call_command("study", "delete", "night-songs")
    assert ended.value.code == 2
    call_command("study", "delete", "night-songs", "--yes", "night-songs")
    assert not Study.objects.exists()


def test_the_command_lists_studies_and_how_far_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    finished()
    call_command("study", "list")
    assert "closed    6/6 samples  3/6 rated" in capsys.readouterr().out
