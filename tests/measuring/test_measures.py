"""Automatic measures of a study: written by the worker and by the command, exported so that they join the ratings."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command

from analysis.table.platform_columns import MEASURES
from dashboard.results import exporting
from generation.audio import measure, pack_raw, reachable_loudness
from generation.files import storage
from generation.making.mastering import master_study
from generation.queue import claims, outcomes
from generation.queue.outcomes import Rendered
from studies.models import Study
from tests.cast import launched, noise
from tests.measuring.tiny_clap import save_tiny_clap

pytestmark = pytest.mark.django_db
STUDY = """
study: {slug: two-each, title: Two each, seed: 7}
prompts: [{id: p0, text: "happy rock"}, {id: p1, text: "PROMPT"}]
systems:
  base: {backend: builtin, checkpoint: base}
  same: {backend: builtin, checkpoint: base, temperature: 0.5}
audio: {duration: 1.0}
design: {samples_per_prompt: 2}
"""


def rendered(prompt: str = "slow sad jazz") -> Study:
    """Rendered with noises in the place of music, and mastered as the worker does; ``same`` makes one clip for ever."""
    study = launched(STUDY.replace("PROMPT", prompt))
    while samples := claims.claim(limit=50, study=study):
        for sample in samples:
            clip = noise(sample.pk if sample.system.name == "base" else 1)
            made = Rendered(
                storage.put(pack_raw(clip, 32_000)), reachable_loudness(measure(clip, 32_000)), {}
            )
            assert outcomes.finish(sample=sample, rendered=made)
    master_study(study=study)
    return study


def table(study: Study, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(exporting.files(study)[name].decode())))


def test_the_worker_measures_clips_and_sets_when_it_masters() -> None:
    study = rendered()
    clips, sets = table(study, "measures.csv"), table(study, "set_measures.csv")
    assert len(clips) == 8 * 5
    assert {row["measure"] for row in clips} == {
        "duration", "loudness", "true_peak", "silence_share", "clipped_share",
    }  # fmt: skip
    assert {row["value"] for row in clips if row["measure"] == "duration"} == {"1.0"}
    assert [(row["system"], row["prompt_id"], row["measure"], row["clips"]) for row in sets] == [
        ("base", "p0", "diversity_signal", "2"),
        ("base", "p1", "diversity_signal", "2"),
        ("same", "p0", "diversity_signal", "2"),
        ("same", "p1", "diversity_signal", "2"),
    ]
    assert all(json.loads(row["made_with"])["embedding"] == "signal" for row in sets)


def test_a_system_that_varies_measures_as_more_diverse_than_one_that_repeats_itself() -> None:
    by_system: dict[str, list[float]] = {"base": [], "same": []}
    for row in table(rendered(), "set_measures.csv"):
        by_system[row["system"]].append(float(row["value"]))
    assert max(by_system["same"]) == pytest.approx(0, abs=1e-9)
    assert min(by_system["base"]) > 0.01


def test_with_a_checkpoint_clips_are_held_against_their_texts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study = rendered()
    call_command("measure", "two-each", clap=save_tiny_clap(tmp_path / "clap"))
    assert "8 clips measured with CLAP, the diversity of 4 sets" in capsys.readouterr().out
    clips = [row for row in table(study, "measures.csv") if row["measure"] == "clap_adherence"]
    samples = {row["sample"] for row in table(study, "samples.csv")}
    assert {row["sample"] for row in clips} == samples
    assert all(-1 <= float(row["value"]) <= 1 for row in clips)
    assert len(json.loads(clips[0]["made_with"])["checkpoint_sha256"]) == 64
    assert {row["measure"] for row in table(study, "set_measures.csv")} == {
        "diversity_signal",
        "diversity_clap",
    }
    # Again: the same numbers in the same rows.
    before = (table(study, "measures.csv"), table(study, "set_measures.csv"))
    call_command("measure", "two-each", clap=tmp_path / "clap")
    assert (table(study, "measures.csv"), table(study, "set_measures.csv")) == before


def test_a_prompt_that_clap_would_cut_has_no_adherence_and_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study = rendered(" ".join(["rock"] * 13))
    call_command("measure", "two-each", clap=save_tiny_clap(tmp_path / "clap"))
    assert "1 prompts are longer than the checkpoint reads" in capsys.readouterr().out
    rows = [row for row in table(study, "measures.csv") if row["measure"] == "clap_adherence"]
    assert {row["prompt_id"] for row in rows} == {"p0"}


@pytest.mark.parametrize(("slug", "said"), [("gone", "gone"), ("two-each", "allowed: a folder saved by")])
def test_what_cannot_be_measured_is_refused(
    slug: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    launched(STUDY)
    with pytest.raises(SystemExit) as ended:
        call_command("measure", slug, clap=tmp_path / "nothing")
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def test_a_study_without_clips_exports_empty_tables() -> None:
    study = launched(STUDY)
    assert table(study, "measures.csv") == table(study, "set_measures.csv") == []


def test_every_column_is_in_the_data_dictionary() -> None:
    study = launched(STUDY)
    listed = {(row["file"], row["column"]) for row in table(study, "data_dictionary.csv")}
    for name, columns in MEASURES.items():
        assert {(name, column) for column in columns} <= listed
