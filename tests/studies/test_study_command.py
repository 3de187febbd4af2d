"""`python manage.py study ...`, in process: what it says, what it refuses, and with which exit code."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command

from studies.models import Study
from tests.cast import make_sounds, study_text
from tests.house import House

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "study.yaml"
    path.write_text(study_text())
    return path


def study_command(*words: object) -> tuple[int, str, str]:
    """Exit code, what was said, and what was refused."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("study", *map(str, words), stdout=out, stderr=err)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_apply_writes_a_draft(file: Path) -> None:
    code, said, _ = study_command("apply", file)
    assert code == 0
    assert "night-songs: draft" in said


@pytest.mark.parametrize("verb", ["apply", "plan"])
def test_what_each_prompt_will_be_taken_for_is_said(file: Path, verb: str) -> None:
    texts = ['"techno at 120bpm, no drums"', '"zxqv"']
    prompts = ", ".join(f"{{id: p{number}, text: {text}}}" for number, text in enumerate(texts))
    systems = "a: {backend: builtin, checkpoint: base}, b: {backend: builtin, checkpoint: distilled}"
    file.write_text(
        f"study: {{slug: said, title: S, seed: 1}}\nprompts: [{prompts}]\nsystems: {{{systems}}}\n"
    )
    code, said, _ = study_command(verb, file)
    assert code == 0
    assert "p0: genre electronic, bpm 120, kit none" in said
    assert "p1: not understood: zxqv" in said
    assert "warning      prompt p1 is taken for nothing" in said


def test_applying_again_replaces_the_draft(file: Path) -> None:
    study_command("apply", file)
    file.write_text(study_text(prompts=5))
    study_command("apply", file)
    assert Study.objects.get().prompts.count() == 5


def test_a_file_applied_small_is_another_study(file: Path) -> None:
    file.write_text(study_text(prompts=6))
    study_command("apply", file)
    assert "night-songs-small: draft" in study_command("apply", file, "--small")[1]
    sizes = {study.slug: study.prompts.count() for study in Study.objects.all()}
    assert sizes == {"night-songs": 6, "night-songs-small": 4}


def test_a_typo_in_a_key_is_refused_with_its_path_and_a_suggestion(file: Path) -> None:
    file.write_text(study_text().replace("guidance_scale", "guidence_scale"))
    code, _, refused = study_command("apply", file)
    assert code == 2
    assert "systems.cfg.guidence_scale" in refused
    assert "guidance_scale" in refused
    assert not Study.objects.exists()


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert study_command("apply", tmp_path / "none.yaml")[0] == 2


def test_an_unknown_study_is_refused_and_the_known_ones_are_named(file: Path) -> None:
    study_command("apply", file)
    code, _, refused = study_command("launch", "day-songs")
    assert code == 2
    assert "night-songs" in refused


def test_launching_freezes_the_file_and_plans_every_sample(file: Path) -> None:
    study_command("apply", file)
    code, said, _ = study_command("launch", "night-songs")
    assert code == 0
    assert "6 samples" in said
    assert Study.objects.get().samples.count() == 6


def test_a_changed_file_of_a_launched_study_is_refused_saying_what_changed(file: Path) -> None:
    study_command("apply", file)
    study_command("launch", "night-songs")
    file.write_text(study_text().replace("guidance_scale: 3.0", "guidance_scale: 4.0"))
    code, _, refused = study_command("apply", file)
    assert code == 2
    assert "systems.cfg.guidance_scale: was 3.0, is now 4.0" in refused


def test_applying_the_same_file_to_a_launched_study_is_no_change(file: Path) -> None:
    study_command("apply", file)
    study_command("launch", "night-songs")
    assert study_command("apply", file)[0] == 0


def test_a_study_opens_only_when_its_samples_are_made(file: Path) -> None:
    study_command("apply", file)
    study_command("launch", "night-songs")
    code, _, refused = study_command("open", "night-songs")
    assert code == 2
    assert "6 of 6 samples are still being made" in refused


def test_the_way_from_launch_to_close(file: Path) -> None:
    study_command("apply", file)
    study_command("launch", "night-songs")
    make_sounds(Study.objects.get())
    assert [study_command(verb, "night-songs")[0] for verb in ("open", "pause", "open", "close")] == [
        0,
        0,
        0,
        0,
    ]
    assert Study.objects.get().state == "closed"


@pytest.mark.parametrize("verb", ["open", "pause", "close"])
def test_a_draft_can_only_be_launched(file: Path, verb: str) -> None:
    study_command("apply", file)
    code, _, refused = study_command(verb, "night-songs")
    assert code == 2
    assert "draft" in refused


def test_launching_twice_is_refused(file: Path) -> None:
    study_command("apply", file)
    study_command("launch", "night-songs")
    assert study_command("launch", "night-songs")[0] == 2


def test_status_for_programs_is_json(file: Path) -> None:
    study_command("apply", file)
    study_command("launch", "night-songs")
    state = json.loads(study_command("status", "night-songs", "--json")[1])
    assert state["state"] == "launched"
    assert state["samples"] == {"total": 6, "ready": 0, "under_way": 6, "failed": 0}


def test_plan_says_what_the_design_asks_of_people(file: Path) -> None:
    said = study_command("plan", file)[1]
    assert "samples      6" in said
    assert "comparisons  3, 6 ratings in all" in said
    assert not Study.objects.exists()


def test_export_works_before_anybody_rated(file: Path, tmp_path: Path) -> None:
    study_command("apply", file)
    study_command("launch", "night-songs")
    make_sounds(Study.objects.get())
    code, _, refused = study_command("export", "night-songs", "--out", tmp_path / "out", "--audio")
    assert (code, refused) == (0, "")
    with (tmp_path / "out" / "samples.csv").open(newline="") as file_of_samples:
        rows = list(csv.DictReader(file_of_samples))
    assert [row["status"] for row in rows] == ["ready"] * 6
    assert len(list((tmp_path / "out" / "audio").glob("*.wav"))) == 6
    assert {"ratings.csv", "results.json", "report.html", "study.yaml"} <= {
        p.name for p in (tmp_path / "out").iterdir()
    }


def test_the_exported_study_file_is_the_same_study(file: Path, tmp_path: Path) -> None:
    study_command("apply", file)
    study_command("launch", "night-songs")
    study_command("export", "night-songs", "--out", tmp_path / "out")
    assert study_command("apply", tmp_path / "out" / "study.yaml")[0] == 0


def test_a_launch_without_a_broker_says_so_and_loses_nothing(tmp_path: Path) -> None:
    house = House(tmp_path, {"CELERY_BROKER_URL": "redis://127.0.0.1:1/0"})
    (tmp_path / "study.yaml").write_text(study_text())
    house.manage("migrate", "-v0")
    house.manage("study", "apply", str(tmp_path / "study.yaml"))
    done = house.manage("study", "launch", "night-songs")
    assert "The broker cannot be reached" in done.stdout
    assert (
        json.loads(house.manage("study", "status", "night-songs", "--json").stdout)["samples"]["total"] == 6
    )


def test_a_database_that_cannot_be_used_is_one_line(tmp_path: Path) -> None:
    house = House(tmp_path, {"DATABASE_URL": "sqlite:////no/such/folder/db.sqlite3"})
    done = house.manage("study", "status", "night-songs", check=False)
    assert done.returncode == 2
    assert "DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr
