"""Systems of one's own models in a study file: what each backend may be told, and what it may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from studies.spec import StudyRefused, parse_study
from studies.spec.systems import Http, MusicGen, StableAudio
from tests.spec.files import study_text


def parsed(entry: str, folder: Path) -> object:
    text = study_text(systems=f"systems:\n  base: {{backend: builtin, checkpoint: base}}\n  x: {{{entry}}}")
    return parse_study(text, folder=folder, builtin=("base",)).spec.systems["x"]


@pytest.mark.parametrize(
    ("entry", "field", "allowed"),
    [
        ("backend: stable-audio, checkpoint: ./model, temperature: 0.9", "temperature", "the keys backend"),
        (
            "backend: stable-audio, checkpoint: ./model, guidance_scale: 0.5",
            "guidance_scale",
            "from 1 to 100",
        ),
        ("backend: stable-audio, checkpoint: ./model, steps: 0", "steps", "1 to 1000"),
        ("backend: stable-audio, checkpoint: ./model, steps: 10.5", "steps", "a whole number"),
        (
            "backend: stable-audio, checkpoint: ./model, negative_prompt: noise",
            "negative_prompt",
            "guidance_scale is 1",
        ),
        ("backend: stable-audio, checkpoint: ./model, revision: v1", "revision", "null with a folder"),
        ("backend: stable-audio, checkpoint: ./gone", "checkpoint", "a folder that exists, or a hub id"),
        ("backend: stable-audio", "checkpoint", "a folder that exists, or a hub id"),
        ("backend: musicgen, checkpoint: ./model, revision: v1", "revision", "null with a folder"),
        ("backend: musicgen, checkpoint: ./model, steps: 3", "steps", "the keys backend"),
        (
            "backend: musicgen, revision: v1, merge: {quality: a/a, diversity: b/b, weight: 0.5}",
            "revision",
            "two checkpoints do not share a revision",
        ),
        ('backend: http, url: "http://127.0.0.1:9/", timeout: 0', "timeout", "at most 3600"),
        ('backend: http, url: "http://127.0.0.1:9/", timeout: 4000', "timeout", "at most 3600"),
        ("backend: folder, manifest: gone.jsonl", "manifest", "CSV or JSONL file that exists"),
        ("backend: stable_audio, checkpoint: ./model", "backend", "did you mean 'stable-audio'?"),
        ("backend: [musicgen], checkpoint: ./model", "backend", "one of builtin"),
    ],
)
def test_what_a_backend_cannot_be_told_is_refused_by_field(
    entry: str, field: str, allowed: str, tmp_path: Path
) -> None:
    (tmp_path / "model").mkdir()
    with pytest.raises(StudyRefused) as refused:
        parsed(entry, tmp_path)
    (problem,) = refused.value.problems
    assert problem.path == f"systems.x.{field}"
    assert allowed in problem.allowed


def test_what_it_can_be_told_is_kept(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    audio = parsed("backend: stable-audio, checkpoint: ./model, guidance_scale: 7.0, steps: 50", tmp_path)
    assert isinstance(audio, StableAudio)
    assert (audio.steps, audio.guidance_scale) == (50, 7.0)
    pinned = parsed("backend: musicgen, checkpoint: lab/model, revision: v1", tmp_path)
    assert isinstance(pinned, MusicGen)
    assert pinned.revision == "v1"
    served = parsed('backend: http, url: "http://127.0.0.1:9/", timeout: 20.0', tmp_path)
    assert isinstance(served, Http)
    assert served.timeout == 20.0
