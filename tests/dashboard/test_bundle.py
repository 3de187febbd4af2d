"""A whole study as one file, and back again with the same results."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command

from dashboard.results import exporting
from dashboard.results.bundle import write_bundle
from dashboard.running import actions
from dashboard.running.importing import BundleRefused, import_bundle
from dashboard.running.removal import delete_study
from generation.files import storage
from generation.review import services as review
from studies import services as studies
from studies.models import Study
from tests.cast import launched, make_sounds, open_study, study_text, with_checks
from tests.dashboard.people import rate

pytestmark = pytest.mark.django_db


def a_finished_study() -> Study:
    study = launched(with_checks(study_text(), training=1, gold=1, repeats=1))
    make_sounds(study)
    review.state_rule(study=study, text="clips that stop early", account="r")
    actions.open_study(study=study)
    rate(study, raters=3)
    return studies.close(study=study)


def rewritten(path: Path, change: Callable[[dict[str, bytes]], object]) -> Path:
    with zipfile.ZipFile(path) as bundle:
        files = {name: bundle.read(name) for name in bundle.namelist()}
    change(files)
    with zipfile.ZipFile(path, "w") as bundle:
        for name, data in files.items():
            bundle.writestr(name, data)
    return path


def moved(study: Study, path: Path) -> Path:
    """The study as a bundle, and no longer here: as on another machine."""
    write_bundle(study=study, out=path)
    delete_study(study=study, typed=study.slug)
    for folder in default_storage.listdir("")[0]:
        for name in default_storage.listdir(folder)[1]:
            default_storage.delete(f"{folder}/{name}")
    return path


def test_another_machine_gives_the_same_files_to_the_last_byte(tmp_path: Path) -> None:
    study = a_finished_study()
    before = dict(exporting.files(study))
    after = exporting.files(import_bundle(moved(study, tmp_path / "study.zip")))
    assert [name for name in before if before[name] != after[name]] == []


def test_the_sounds_come_along_and_the_history_too(tmp_path: Path) -> None:
    study = a_finished_study()
    kinds = list(study.events.values_list("kind", flat=True))
    come = import_bundle(moved(study, tmp_path / "study.zip"))
    for digest in come.samples.values_list("audio_sha256", flat=True):
        assert storage.get(digest)
    assert list(come.events.values_list("kind", flat=True)) == [*kinds, "imported"]


def test_a_study_that_is_open_comes_in_paused_and_goes_on(tmp_path: Path) -> None:
    study = open_study()
    rate(study, raters=1, most=1)
    write_bundle(study=study, out=tmp_path / "study.zip")
    studies.pause(study=study)
    studies.close(study=study)
    delete_study(study=study, typed=study.slug)
    come = import_bundle(tmp_path / "study.zip")
    assert come.state == "paused"
    actions.open_study(study=come)
    rate(come, raters=2)
    assert come.assignments.filter(state="submitted").count() == 6


def test_no_key_of_a_session_or_task_is_in_the_bundle(tmp_path: Path) -> None:
    study = a_finished_study()
    keys = [str(task.key) for task in study.assignments.exclude(key=None)]
    keys += [key for rater in study.raters.all() for key in rater.sessions.values_list("key", flat=True)]
    write_bundle(study=study, out=tmp_path / "study.zip")
    with zipfile.ZipFile(tmp_path / "study.zip") as bundle:
        rows = bundle.read("rows.jsonl").decode()
    assert keys
    assert not any(key in rows for key in keys)


def damaged_rows(files: dict[str, bytes]) -> None:
    files["rows.jsonl"] = files["rows.jsonl"].replace(b'"preference": 1', b'"preference": -1')


def another_format(files: dict[str, bytes]) -> None:
    files["manifest.json"] = json.dumps({"earwitness_bundle": 99, "study": "x", "files": {}}).encode()


def no_manifest(files: dict[str, bytes]) -> None:
    del files["manifest.json"]


def foreign_rows(files: dict[str, bytes]) -> None:
    import hashlib

    files["rows.jsonl"] += b'{"model": "auth.user", "pk": 1, "fields": {"username": "intruder"}}\n'
    manifest = json.loads(files["manifest.json"])
    manifest["files"]["rows.jsonl"] = hashlib.sha256(files["rows.jsonl"]).hexdigest()
    files["manifest.json"] = json.dumps(manifest).encode()


@pytest.mark.parametrize("change", [damaged_rows, another_format, no_manifest, foreign_rows])
def test_what_is_no_whole_bundle_is_refused_and_nothing_is_written(
    tmp_path: Path, change: Callable[[dict[str, bytes]], object]
) -> None:
    path = rewritten(moved(a_finished_study(), tmp_path / "study.zip"), change)
    with pytest.raises(BundleRefused):
        import_bundle(path)
    assert not Study.objects.exists()


def test_a_study_that_is_here_already_is_not_imported_over(tmp_path: Path) -> None:
    write_bundle(study=a_finished_study(), out=tmp_path / "study.zip")
    with pytest.raises(BundleRefused, match="a study that is not here yet"):
        import_bundle(tmp_path / "study.zip")


def test_the_commands_write_and_read_a_bundle(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study, file = a_finished_study(), tmp_path / "study.zip"
    call_command("study", "export", "night-songs", out=file, bundle=True)
    delete_study(study=study, typed="night-songs")
    call_command("study", "import", str(file))
    assert "night-songs: closed, imported" in capsys.readouterr().out
