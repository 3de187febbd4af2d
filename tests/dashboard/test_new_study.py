"""A study file from the browser: saved as a draft, or every problem in it listed."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dashboard.web.forms import BIGGEST
from studies.models import Study
from tests.cast import draft, launched, study_text

pytestmark = pytest.mark.django_db
NEW = "/console/new/"


def test_the_page_starts_with_the_example(researcher: Client) -> None:
    assert "slug: quickstart" in researcher.get(NEW).content.decode()


def test_the_example_as_it_stands_is_accepted(researcher: Client) -> None:
    text = researcher.get(NEW).context["form"].initial["text"]
    assert researcher.post(NEW, {"text": text})["Location"] == "/console/quickstart/"


def test_another_studys_file_can_be_the_start(researcher: Client) -> None:
    launched(study_text())
    assert "slug: night-songs-2," in researcher.get(NEW, {"from": "night-songs"}).content.decode()
    assert researcher.get(NEW, {"from": "day-songs"}).status_code == 404


def test_a_pasted_file_becomes_a_draft(researcher: Client) -> None:
    page = researcher.post(NEW, {"text": study_text()}, follow=True).content.decode()
    assert "night-songs is saved as a draft" in page
    assert Study.objects.get().state == "draft"


def test_an_uploaded_file_becomes_a_draft(researcher: Client) -> None:
    file = SimpleUploadedFile("study.yaml", study_text().encode())
    assert researcher.post(NEW, {"file": file, "text": ""})["Location"] == "/console/night-songs/"


def test_every_problem_is_listed_once_and_nothing_is_saved(researcher: Client) -> None:
    text = study_text().replace("guidance_scale", "guidence_scale").replace("tasks: 20", "tasks: 0")
    response = researcher.post(NEW, {"text": text})
    assert response.status_code == 422
    problems = response.context["form"].non_field_errors()
    assert [problem.split(":")[0] for problem in problems] == ["systems.cfg.guidence_scale", "raters.tasks"]
    assert not Study.objects.exists()


def test_a_refused_upload_is_shown_so_that_it_can_be_put_right(researcher: Client) -> None:
    file = SimpleUploadedFile("study.yaml", study_text(scale="preference-6").encode())
    page = researcher.post(NEW, {"file": file, "text": "the example"}).content.decode()
    assert "scale: preference-6" in page
    assert "the example" not in page


def test_markup_in_a_refused_file_is_shown_as_text(researcher: Client) -> None:
    text = (
        study_text()
        .replace("Which clip is better?", "<script>alert(1)</script>")
        .replace("seed: 7", "seed: -1")
    )
    assert "<script>alert" not in researcher.post(NEW, {"text": text}).content.decode()


def test_a_changed_file_of_a_launched_study_is_refused_saying_what_changed(researcher: Client) -> None:
    launched(study_text())
    text = study_text().replace("guidance_scale: 3.0", "guidance_scale: 4.0")
    response = researcher.post(NEW, {"text": text})
    assert response.status_code == 422
    assert "systems.cfg.guidance_scale: was 3.0, is now 4.0" in response.content.decode()


def test_a_pasted_file_finds_no_files_of_the_server(researcher: Client) -> None:
    text = study_text().replace("prompts: [", "prompts: prompts.csv\nx: [").split("\nx: [")[0]
    text += "\n" + study_text().partition("]\n")[2]
    page = researcher.post(NEW, {"text": text})
    assert page.status_code == 422
    assert "finds only the files in its ZIP archive" in page.content.decode()
    assert not Study.objects.exists()


def test_a_study_started_from_another_one_gets_a_slug_that_is_free(researcher: Client) -> None:
    launched(study_text())
    draft(study_text(slug="night-songs-2"))
    form = researcher.get(NEW, {"from": "night-songs"}).context["form"]
    assert "slug: night-songs-3," in form.initial["text"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"text": "  "}, "Choose a study file, or write one"),
        ({"file": SimpleUploadedFile("study.yaml", b"\xff\xfe\x00")}, "not UTF-8"),
        ({"file": SimpleUploadedFile("study.yaml", b"#" * (BIGGEST + 1))}, f"allowed: up to {BIGGEST}"),
    ],
)
def test_what_is_no_study_file_is_refused(researcher: Client, fields: dict[str, object], words: str) -> None:
    response = researcher.post(NEW, fields)
    assert response.status_code == 422
    assert words in response.content.decode()
