"""A worker that cannot do what its settings ask for does not start: one line, exit code 2."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from tests.house import House

WORKER = ("-m", "celery", "-A", "config", "worker", "-l", "INFO")


@pytest.mark.parametrize(
    ("environment", "words", "pool"),
    [
        ({"GENERATION_BATCH_SIZE": "many"}, "GENERATION_BATCH_SIZE: 'many' cannot be used", "solo"),
        pytest.param(
            {"GENERATION_DEVICE": "cuda"},
            "GENERATION_DEVICE: 'cuda' asked for, but torch sees no CUDA device; allowed: auto, cpu",
            "solo",
            marks=pytest.mark.skipif(torch.cuda.is_available(), reason="there is a card"),
        ),
        ({}, "worker pool: 'prefork' cannot be used", "prefork"),
    ],
)
def test_what_the_settings_ask_for_and_cannot_have_is_refused_in_one_line(
    tmp_path: Path, environment: dict[str, str], words: str, pool: str
) -> None:
    done = House(tmp_path, environment).run(*WORKER, "-P", pool, check=False)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert words in done.stderr
