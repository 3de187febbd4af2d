from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from django.core.management import CommandError, call_command
from safetensors.torch import load_file

from generation.builtin.model.checkpoints import load
from generation.builtin.training.embedding_trainer import STATE
from generation.learning import FIGURE, LOG

ROOT = Path(__file__).parents[2]


def test_the_command_leaves_a_checkpoint_that_loads(tmp_path: Path) -> None:
    call_command("train", "base", out=tmp_path, steps=1, batch=1)
    assert load("base.safetensors", tmp_path).made["step"] == 1


def test_the_command_refuses_an_empty_budget_with_code_two(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="positive") as refused:
        call_command("train", "base", out=tmp_path, steps=0)
    assert refused.value.returncode == 2


def test_only_known_checkpoints_can_be_trained() -> None:
    with pytest.raises(CommandError, match="invalid choice: 'bass'"):
        call_command("train", "bass")


def test_a_process_that_is_killed_goes_on_to_the_same_embedding(tmp_path: Path) -> None:
    wanted = {"seed": 4, "steps": 102, "batch": 2}
    call_command("train", "embedding", out=tmp_path / "straight", **wanted)
    words = [str(word) for name, value in wanted.items() for word in (f"--{name}", value)]
    command = [sys.executable, "manage.py", "train", "embedding", "--out", str(tmp_path / "killed"), *words]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("step 50")
        process.kill()
    assert process.returncode == -signal.SIGKILL
    assert torch.load(tmp_path / "killed" / STATE)["step"] < wanted["steps"]
    call_command("train", "embedding", out=tmp_path / "killed", **wanted)
    straight, resumed = (
        load_file(tmp_path / run / "embedding.safetensors") for run in ("straight", "killed")
    )
    assert all(torch.equal(straight[name], resumed[name]) for name in straight)
    logs = [(tmp_path / run / LOG).read_text() for run in ("straight", "killed")]
    assert logs[0] == logs[1]
    assert [json.loads(line)["step"] for line in logs[0].splitlines()] == [50, 100, 102]
    assert "halves find each other" in (tmp_path / "killed" / FIGURE).read_text()


def test_a_finished_run_says_that_nothing_is_left(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        call_command("train", "embedding", out=tmp_path, steps=1, batch=2)
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("step 1")
    assert said[1:] == [f"{tmp_path} holds a finished run; nothing is left to do."]


def test_another_embeddings_state_is_refused(tmp_path: Path) -> None:
    call_command("train", "embedding", out=tmp_path, steps=1, batch=2)
    with pytest.raises(CommandError, match=rf"{STATE} belongs to another run, with .*'seed': 1") as refused:
        call_command("train", "embedding", out=tmp_path, steps=1, batch=2, seed=9)
    assert refused.value.returncode == 2
