"""A study file from the browser shows nothing of the server but what stands beside it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from studies.models import Study
from tests.cast import study_text

pytestmark = pytest.mark.django_db
FILE = "  cfg: {backend: builtin, checkpoint: base, guidance_scale: 3.0}"


def refusal(client: Client, text: str) -> str:
    response = client.post("/console/new/", {"text": text})
    assert response.status_code == 422
    assert not Study.objects.exists()
    return response.content.decode()


@pytest.mark.parametrize("path", ["/etc/passwd", "../secret_key", "a/../../b", "~/x"])
def test_a_path_that_leaves_the_folder_is_refused_and_the_file_is_not_shown(
    researcher: Client, path: str
) -> None:
    for system in (f"{{backend: folder, manifest: {path}}}", f"{{backend: builtin, checkpoint: {path}}}"):
        html = refusal(researcher, study_text().replace(FILE, f"  cfg: {system}"))
        assert "below the study" in html
        assert "root:" not in html


def test_the_secret_key_cannot_be_read_through_a_refusal(researcher: Client) -> None:
    place = Path(settings.VAR) / "secret_key"
    html = refusal(researcher, study_text().replace(FILE, f"  cfg: {{backend: folder, manifest: {place}}}"))
    assert settings.SECRET_KEY[:12] not in html


def test_prompts_of_another_form_are_refused_without_showing_them(researcher: Client, tmp_path: Path) -> None:
    from studies.spec import StudyRefused, parse_study

    (tmp_path / "notes.txt").write_text("a secret line\n")
    head, _, tail = study_text().partition("prompts: [")
    text = head + "prompts: notes.txt" + tail[tail.index("]") + 1 :]
    with pytest.raises(StudyRefused) as refused:
        parse_study(text, folder=tmp_path, builtin=("base",))
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("name", ['"a\\0b"', '"\\ud800"'])
def test_a_path_that_no_disk_can_hold_is_refused(researcher: Client, name: str) -> None:
    head, _, tail = study_text().partition("prompts: [")
    assert "prompts" in refusal(researcher, head + f"prompts: {name}" + tail[tail.index("]") + 1 :])


def test_a_file_with_thousands_of_mistakes_is_refused_briefly(researcher: Client) -> None:
    html = refusal(researcher, study_text() + "".join(f"k{n}: 1\n" for n in range(5000)))
    assert "more problems" in html
    assert len(html) < 400_000
