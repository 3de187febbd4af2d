"""Two systems with the same clips: refused where it can be known, unless one is declared as a control."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import soundfile

from dashboard.running import actions
from generation.models import Sample
from generation.selectors import identical_systems, sound_by_system
from studies.models import Study
from studies.spec import StudyRefused, parse_study, sha256
from tests.cast import launched, make_sounds, noise, study_text

pytestmark = pytest.mark.django_db

TWO_FOLDERS = """
study: {{slug: folders, title: Folders, seed: 1}}
prompts: [{{id: p0, text: one}}, {{id: p1, text: two}}]
systems:
  ours: {{backend: folder, manifest: ours/manifest.csv}}
  theirs: {{backend: folder, manifest: {manifest}{control}}}
audio: {{duration: 1.0}}
"""


def write_clips(folder: Path, *, seed: int) -> None:
    folder.mkdir()
    (folder / "manifest.csv").write_text("prompt_id,path\np0,p0.wav\np1,p1.wav\n")
    for number in range(2):
        soundfile.write(folder / f"p{number}.wav", noise(seed + number).T.numpy(), 32_000)


def apply(folder: Path, *, manifest: str = "theirs/manifest.csv", control: str = "") -> Study:
    text = TWO_FOLDERS.format(manifest=manifest, control=control)
    return actions.apply(loaded=parse_study(text, folder=folder))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_clips(tmp_path / "ours", seed=1)
    return tmp_path


def test_one_manifest_for_two_systems_is_refused(folder: Path) -> None:
    with pytest.raises(StudyRefused, match="given the same clips as the system ours"):
        apply(folder, manifest="ours/manifest.csv")


def test_copies_of_the_same_files_are_refused(folder: Path) -> None:
    shutil.copytree(folder / "ours", folder / "theirs")
    with pytest.raises(StudyRefused, match="control: true"):
        apply(folder)


def test_a_declared_control_may_be_the_same(folder: Path) -> None:
    assert apply(folder, manifest="ours/manifest.csv", control=", control: true").slug == "folders"


def test_folders_that_share_one_clip_of_two_are_two_systems(folder: Path) -> None:
    write_clips(folder / "theirs", seed=5)
    shutil.copy(folder / "ours" / "p0.wav", folder / "theirs" / "p0.wav")
    assert apply(folder).slug == "folders"


def test_a_study_whose_systems_made_the_same_bytes_is_not_opened() -> None:
    study = launched(study_text(prompts=2))
    make_sounds(study)
    assert identical_systems(study) == []
    Sample.objects.filter(study=study).update(audio_sha256="0" * 64)
    assert identical_systems(study) == [("base", "cfg")]
    with pytest.raises(actions.NotReady, match="base and cfg gave the same clips"):
        actions.open_study(study=study)


def test_saying_that_a_system_is_no_control_leaves_the_hash_of_a_study_as_it_was() -> None:
    text = study_text()
    said = text.replace("checkpoint: base}", "checkpoint: base, control: false}")
    assert sha256(parse_study(text, folder=Path(), builtin=("base",)).spec) == sha256(
        parse_study(said, folder=Path(), builtin=("base",)).spec
    )


def test_what_is_odd_about_a_systems_sound_is_counted_per_system() -> None:
    study = launched(study_text(prompts=2))
    first, second = study.samples.filter(system__name="base")
    levels = {"silent_share": 0.5, "source_clipped_share": 0.0, "source_offset": 0.0, "source_mono": True}
    Sample.objects.filter(pk=first.pk).update(**levels)
    Sample.objects.filter(pk=second.pk).update(**levels | {"silent_share": 0.1, "source_clipped_share": 0.01})
    (found,) = sound_by_system(study)
    assert (found.name, found.clips, found.clipped, found.mono, found.offset) == ("base", 2, 1, 2, 0)
    assert found.silent_share == pytest.approx(0.3)
