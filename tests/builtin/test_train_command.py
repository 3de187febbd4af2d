from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from generation.builtin.checkpoints import load


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
