"""Anybody's files: a folder of clips and its manifest, refused whole or served whole."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import numpy as np
import pytest
import soundfile

from dashboard.running import actions
from generation.audio import read_audio
from generation.files import storage
from generation.making.mastering import master_study
from generation.making.workbench import Workbench
from generation.making.worker import make_batch
from generation.models import Sample
from generation.queue import outcomes, planning
from studies import services as studies
from studies.models import Study
from studies.spec import StudyRefused, load_study
from tests.generation.sounds import claiming, sound

pytestmark = pytest.mark.django_db
STUDY = """
study: {slug: theirs, title: Theirs, seed: 3}
prompts: [{id: p0, text: "song zero"}, {id: p1, text: "song one"}]
systems:
  ours:   {backend: folder, manifest: ours/manifest.csv}
  theirs: {backend: folder, manifest: theirs/manifest.csv}
audio: {duration: 1.0}
criteria: [musicality]
"""
GOOD = ["p0,a.wav", "p1,b.flac"]


def write_clip(path: Path, *, seconds: float = 1.2, rate: int = 44_100, channels: int = 1) -> None:
    noise = 0.1 * np.random.default_rng(len(f"{path.parent.name}/{path.name}")).standard_normal(
        (round(seconds * rate), channels)
    )
    soundfile.write(str(path), noise, rate)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two complete systems: mono and stereo, WAV, FLAC and OGG, 44.1 and 48 kHz."""
    for name in ("ours", "theirs"):
        (tmp_path / name).mkdir()
        write_clip(tmp_path / name / "a.wav")
        write_clip(tmp_path / name / "b.flac", channels=2, rate=48_000)
        write_clip(tmp_path / name / "c.ogg", rate=48_000)
        write_manifest(tmp_path, GOOD, name=name)
    (tmp_path / "study.yaml").write_text(STUDY)
    return tmp_path


def write_manifest(
    folder: Path, rows: list[str], *, name: str = "ours", header: str = "prompt_id,path"
) -> None:
    (folder / name / "manifest.csv").write_text("\n".join([header, *rows]) + "\n")


def apply(folder: Path) -> Study:
    return actions.apply(loaded=load_study(folder / "study.yaml"))


def refusal(folder: Path) -> str:
    with pytest.raises(StudyRefused) as refused:
        apply(folder)
    assert not Study.objects.exists()
    return str(refused.value)


def render(study: Study) -> None:
    studies.freeze(study=study)
    planning.plan_samples(study=study)
    bench = Workbench(device="cpu")
    while make_batch(bench, limit=8, study=study):
        pass
    master_study(study=study)


def test_files_of_any_form_become_canonical_samples(folder: Path) -> None:
    study = apply(folder)
    render(study)
    assert set(study.samples.values_list("state", flat=True)) == {"ready"}
    sounds = [
        read_audio(storage.get(digest)) for digest in study.samples.values_list("audio_sha256", flat=True)
    ]
    assert {(tuple(audio.shape), rate) for audio, rate in sounds} == {((2, 32_000), 32_000)}


def test_the_file_and_its_digest_are_recorded_with_the_sample(folder: Path) -> None:
    study = apply(folder)
    render(study)
    note = study.samples.get(key="ours.p1.0").provenance
    assert (note["file"], note["file_rate"], note["file_channels"]) == ("b.flac", 48_000, 2)
    assert len(note["file_sha256"]) == 64


def test_mp3_files_and_json_lines_are_served_too(folder: Path) -> None:
    write_clip(folder / "ours" / "c.mp3", rate=24_000)
    lines = '{"prompt_id": "p0", "path": "a.wav"}\n\n{"prompt_id": "p1", "path": "c.mp3", "seed": 7}\n'
    (folder / "ours" / "manifest.jsonl").write_text(lines)
    (folder / "study.yaml").write_text(STUDY.replace("ours/manifest.csv", "ours/manifest.jsonl"))
    study = apply(folder)
    render(study)
    note = study.samples.get(key="ours.p1.0").provenance
    assert (note["file"], note["file_rate"], note["file_seed"]) == ("c.mp3", 24_000, "7")
    assert set(study.samples.values_list("state", flat=True)) == {"ready"}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("[1, 2]", "line 1 has other keys"),
        ('{"prompt_id": "p0"}', "line 1 has other keys"),
        ('{"prompt_id": "p0", "path": "a.wav", "mood": "sad"}', "line 1 has other keys"),
        ('{"prompt_id": 0, "path": "a.wav"}', "line 1 has a value of another kind"),
        ('{"prompt_id": "p0", "path": "a.wav", "seed": 1.5}', "line 1 has a value of another kind"),
        ("prompt_id,path", "line 1 is no JSON object"),
    ],
)
def test_json_lines_of_another_form_are_refused(folder: Path, line: str, said: str) -> None:
    (folder / "ours" / "manifest.jsonl").write_text(line)
    (folder / "study.yaml").write_text(STUDY.replace("ours/manifest.csv", "ours/manifest.jsonl"))
    assert f"systems.ours.manifest: manifest.jsonl: given {said}; allowed: one object a line" in refusal(
        folder
    )


def test_the_same_bytes_under_two_names_are_refused(folder: Path) -> None:
    (folder / "ours" / "copy.wav").write_bytes((folder / "ours" / "a.wav").read_bytes())
    write_manifest(folder, ["p0,a.wav", "p1,copy.wav"])
    assert "'copy.wav'; allowed: each clip once; a.wav of line 2 has the same bytes" in refusal(folder)


def test_a_name_that_lies_about_what_is_inside_is_refused(folder: Path) -> None:
    (folder / "ours" / "b.flac").rename(folder / "ours" / "b.wav")
    write_manifest(folder, ["p0,a.wav", "p1,b.wav"])
    assert "'b.wav', a file named .wav that holds FLAC" in refusal(folder)


def test_a_seed_in_the_manifest_is_recorded(folder: Path) -> None:
    write_manifest(folder, ["p0,a.wav,41", "p1,b.flac,42"], header="prompt_id,path,seed")
    study = apply(folder)
    render(study)
    assert study.samples.get(key="ours.p1.0").provenance["file_seed"] == "42"


def test_everything_that_is_wrong_is_listed_at_once(folder: Path) -> None:
    write_clip(folder / "ours" / "short.wav", seconds=0.3)
    write_clip(folder / "ours" / "surround.wav", channels=4)
    (folder / "ours" / "text.wav").write_text("this is no sound")
    rows = ["p0,short.wav", "p0,surround.wav", "p0,text.wav", "p0,gone.wav", "p9,a.wav", "p0,a.wav"]
    write_manifest(folder, rows)
    said = refusal(folder).splitlines()
    assert len(said) == 7
    for part in (
        "0.30 s",
        "4 channels",
        "text.wav",
        "gone.wav",
        "'p9'",
        "each file once; line 6",
        "0 clips of prompt 'p1'",
    ):
        assert any(part in line for line in said), part
    assert all(line.startswith("systems.ours.manifest") for line in said)


@pytest.mark.parametrize("path", ["../theirs/a.wav", "/etc/hostname", "nothing/../../study.yaml"])
def test_a_path_outside_the_folder_is_refused(folder: Path, path: str) -> None:
    write_manifest(folder, [f"p0,{path}", "p1,b.flac"])
    assert "inside the manifest's folder" in refusal(folder)


def test_a_link_that_leads_out_of_the_folder_is_refused(folder: Path) -> None:
    (folder / "ours" / "link.wav").symlink_to(folder / "theirs" / "a.wav")
    write_manifest(folder, ["p0,link.wav", "p1,b.flac"])
    assert "inside the manifest's folder" in refusal(folder)


@pytest.mark.parametrize(
    ("header", "row"),
    [("prompt,path", "p0,a.wav"), ("prompt_id,path,mood", "p0,a.wav,sad"), ("prompt_id,path", "p0")],
)
def test_a_table_of_another_form_is_refused(folder: Path, header: str, row: str) -> None:
    write_manifest(folder, [row], header=header)
    assert "prompt_id,path and, if wanted, seed" in refusal(folder)


def test_a_manifest_that_is_not_there_is_refused(folder: Path) -> None:
    (folder / "ours" / "manifest.csv").unlink()
    assert "systems.ours.manifest" in refusal(folder)


def test_a_file_that_is_gone_after_the_launch_fails_by_name_and_can_be_tried_again(folder: Path) -> None:
    study = apply(folder)
    clip = folder / "ours" / "b.flac"
    data = clip.read_bytes()
    clip.unlink()
    render(study)
    failed = study.samples.get(error_code="clip_missing")
    assert failed.key == "ours.p1.0"
    assert "b.flac" in failed.error_text
    clip.write_bytes(data)
    outcomes.retry_failed(study=study)
    bench = Workbench(device="cpu")
    while make_batch(bench, limit=8, study=study):
        pass
    master_study(study=study)
    assert set(study.samples.values_list("state", flat=True)) == {"ready"}


def test_one_file_that_is_no_sound_does_not_hold_up_the_others(folder: Path) -> None:
    study = apply(folder)
    (folder / "ours" / "a.wav").write_bytes(b"no longer a sound")
    render(study)
    assert study.samples.get(key="ours.p0.0").error_code == "not_audio"
    assert study.samples.filter(state=Sample.State.READY).count() == 3


def test_half_copied_files_are_refused_by_name_before_anything_is_written(folder: Path) -> None:
    for name, kind in (("a.mp3", "MP3"), ("b.flac", "FLAC")):
        data = sound(kind, seconds=1.4)
        (folder / "ours" / name).write_bytes(data[: len(data) // 2])
    write_manifest(folder, ["p0,a.mp3", "p1,b.flac"])
    (folder / "study.yaml").write_text(STUDY.replace("duration: 1.0", "duration: 1.8"))
    said = refusal(folder)
    assert re.search(r"'a\.mp3', 0\.\d\d s of sound; allowed: at least 1\.3 s", said)
    assert "'b.flac', a file that is damaged or cut off after" in said


def test_a_length_that_only_the_header_has_is_refused(folder: Path) -> None:
    (folder / "ours" / "b.flac").write_bytes(claiming(sound("FLAC", seconds=0.2), 10 * 44_100))
    assert "'b.flac', 0.20 s of sound; allowed: at least 0.5 s" in refusal(folder)


def test_a_stream_of_open_length_is_served(folder: Path) -> None:
    (folder / "ours" / "b.flac").write_bytes(claiming(sound("FLAC", seconds=1.2), 0))
    study = apply(folder)
    render(study)
    assert set(study.samples.values_list("state", flat=True)) == {"ready"}


def test_a_name_in_the_other_spelling_of_its_accents_is_served(folder: Path) -> None:
    (folder / "ours" / "a.wav").rename(folder / "ours" / unicodedata.normalize("NFD", "\u00e4.wav"))
    write_manifest(folder, [unicodedata.normalize("NFC", "p0,\u00e4.wav"), "p1,b.flac"])
    study = apply(folder)
    render(study)
    assert set(study.samples.values_list("state", flat=True)) == {"ready"}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("p0,A.wav", "'a.wav' is there and differs in upper and lower case"),
        ("p0,\u0430.wav", "'a.wav' is there and differs in character 1: U+0430"),
        ("P0,a.wav", "'p0' differs in upper and lower case"),
    ],
)
def test_a_name_that_looks_like_another_is_told_apart(folder: Path, row: str, said: str) -> None:
    write_manifest(folder, [row, "p1,b.flac"])
    assert said in refusal(folder)


def test_whoever_applies_is_told_how_far_decoding_is(folder: Path) -> None:
    seen: list[tuple[int, int]] = []
    actions.apply(
        loaded=load_study(folder / "study.yaml"), show=lambda done, total: seen.append((done, total))
    )
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]
