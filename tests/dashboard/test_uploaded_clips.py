"""A study of finished clips from the browser alone: one archive beside the study file."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dashboard.running import actions
from generation.making.mastering import master_study
from generation.making.workbench import Workbench
from generation.making.worker import make_batch
from studies.models import Study
from tests.generation.archives import clip, two_systems, zipped

pytestmark = pytest.mark.django_db
NEW = "/console/new/"
STUDY = """
study: {slug: theirs, title: Theirs, seed: 3}
prompts: [{id: p0, text: "song zero"}, {id: p1, text: "song one"}]
systems:
  ours:   {backend: folder, manifest: ours/manifest.csv}
  theirs: {backend: folder, manifest: theirs/manifest.csv}
audio: {duration: 1.0}
criteria: [musicality]
"""


@pytest.fixture(autouse=True)
def _empty_house() -> None:
    shutil.rmtree(Path(settings.VAR) / "uploads", ignore_errors=True)
    if default_storage.exists("archives"):
        for name in default_storage.listdir("archives")[1]:
            default_storage.delete(f"archives/{name}")


def post(
    researcher: Client, files: Mapping[str, bytes] | None, text: str = STUDY, *, raw: bytes = b""
) -> Any:  # noqa: ANN401 - the test client's own class
    """What the test client answers."""
    fields: dict[str, object] = {"text": text}
    if files is not None or raw:
        fields["clips"] = SimpleUploadedFile("clips.zip", raw or zipped(files or {}))
    return researcher.post(NEW, fields, follow=True)


def kept() -> list[str]:
    """Whatever an upload has left anywhere."""
    home = Path(settings.VAR) / "uploads"
    stored = default_storage.listdir("archives")[1] if default_storage.exists("archives") else []
    return [*(path.name for path in home.glob("*")), *stored]


def render(study: Study) -> None:
    actions.launch(study=study)
    bench = Workbench(device="cpu")
    while make_batch(bench, limit=8, study=study):
        pass
    master_study(study=study)


def test_an_archive_becomes_a_study_and_its_page_says_what_came(researcher: Client) -> None:
    page = post(researcher, two_systems()).content.decode()
    assert "theirs is saved as a draft. clips.zip: 6 files are with it." in page
    assert "Uploaded clips" in page
    study = Study.objects.get()
    render(study)
    assert set(study.samples.values_list("state", flat=True)) == {"ready"}
    assert study.samples.get(key="ours.p1.0").provenance["file"] == "b.flac"


def test_a_worker_on_another_machine_fetches_the_archive_from_the_store(researcher: Client) -> None:
    post(researcher, two_systems())
    shutil.rmtree(Path(settings.VAR) / "uploads")
    study = Study.objects.get()
    render(study)
    assert set(study.samples.values_list("state", flat=True)) == {"ready"}


def test_an_archive_that_the_store_lost_fails_its_samples_by_name(researcher: Client) -> None:
    post(researcher, two_systems())
    shutil.rmtree(Path(settings.VAR) / "uploads")
    study = Study.objects.get()
    default_storage.delete(f"archives/{study.archive['sha256']}.zip")
    render(study)
    assert set(study.samples.values_list("error_code", flat=True)) == {"upload_missing"}


def test_everything_wrong_with_clips_and_study_is_listed_and_nothing_is_kept(researcher: Client) -> None:
    files = two_systems() | {
        "ours/manifest.csv": b"prompt_id,path\np0,a.wav\np0,a.wav\np9,gone.wav\n",
        "theirs/a.wav": clip(seconds=0.3),
        "theirs/b.flac": clip("FLAC", channels=6),
    }
    response = post(researcher, files)
    problems = response.context["form"].non_field_errors()
    assert response.status_code == 422
    for part in ("each file once", "'gone.wav'", "'p9'", "0 clips of prompt 'p1'", "0.30 s", "6 channels"):
        assert any(part in problem for problem in problems), part
    assert len(problems) == 6
    assert "Nothing of clips.zip was kept" in response.content.decode()
    assert not Study.objects.exists()
    assert kept() == []


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"../../a.wav": clip()}, "a name that leads elsewhere"),
        ({"ours/a.wav": b"MZ"}, "no sound that can be read"),
        ({"ours/a.wav": bytes(32 * 2**20)}, "bytes that become"),
    ],
)
def test_a_dishonest_archive_leaves_nothing_behind(
    researcher: Client, files: dict[str, bytes], said: str
) -> None:
    response = post(researcher, two_systems() | files)
    assert response.status_code == 422
    assert said in " ".join(response.context["form"].non_field_errors())
    assert not Study.objects.exists()
    assert kept() == []


def test_what_is_no_archive_is_refused(researcher: Client) -> None:
    response = post(researcher, None, raw=b"no archive")
    assert response.status_code == 422
    assert "clips.zip: given a damaged archive" in " ".join(response.context["form"].non_field_errors())


def test_a_manifest_that_points_out_of_the_archive_is_refused(researcher: Client) -> None:
    rows = b"prompt_id,path\np0,../theirs/a.wav\np1,/etc/passwd\n"
    response = post(researcher, two_systems() | {"ours/manifest.csv": rows})
    problems = response.context["form"].non_field_errors()
    assert [problem.split(": given")[0] for problem in problems] == [
        "systems.ours.manifest: manifest.csv line 2",
        "systems.ours.manifest: manifest.csv line 3",
    ]
    assert kept() == []


def test_a_corrected_file_keeps_the_clips_that_are_there(researcher: Client) -> None:
    post(researcher, two_systems())
    page = post(researcher, None, STUDY.replace("title: Theirs", "title: Better")).content.decode()
    assert "clips.zip: 6 files are with it" in page
    assert Study.objects.get().title == "Better"


def test_a_launched_study_takes_no_other_clips(researcher: Client) -> None:
    post(researcher, two_systems())
    actions.launch(study=Study.objects.get())
    before = kept()
    assert post(researcher, two_systems()).status_code == 200
    response = post(researcher, two_systems() | {"ours/a.wav": clip(seed=99)})
    assert response.status_code == 422
    assert "another archive than the one it was launched with" in response.content.decode()
    assert kept() == before


def test_json_lines_are_a_manifest_too(researcher: Client) -> None:
    lines = b'{"prompt_id": "p0", "path": "a.wav", "seed": 41}\n{"prompt_id": "p1", "path": "b.flac"}\n'
    files = {name: data for name, data in two_systems().items() if name != "ours/manifest.csv"}
    text = STUDY.replace("ours/manifest.csv", "ours/manifest.jsonl")
    post(researcher, files | {"ours/manifest.jsonl": lines}, text)
    study = Study.objects.get()
    render(study)
    assert study.samples.get(key="ours.p0.0").provenance["file_seed"] == "41"


def test_the_page_says_where_clips_go(researcher: Client) -> None:
    page = researcher.get(NEW).content.decode()
    assert "Clips of finished systems (ZIP)" in page
    assert 'accept=".zip,application/zip"' in page
    assert 'aria-describedby="id_clips_helptext"' in page


def test_a_stranger_uploads_nothing() -> None:
    response = Client().post(
        NEW, {"text": STUDY, "clips": SimpleUploadedFile("clips.zip", zipped(two_systems()))}
    )
    assert response["Location"].startswith("/console/login/")
    assert kept() == []
