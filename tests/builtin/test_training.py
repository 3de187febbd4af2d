from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from generation.builtin.model.tokens import PAD
from generation.builtin.training.corpus import batches, pool_at
from generation.builtin.training.trainer import (
    STATE,
    Options,
    TrainingRefused,
    main,
    options_from,
    train,
)
from generation.learning import FIGURE, LOG
from tests.builtin.small import SIZE


def ticking() -> Callable[[], float]:
    ticks = count()
    return lambda: float(next(ticks))


def options(out: Path, steps: int = 4) -> Options:
    return Options(out, seed=2, steps=steps, batch=2, report_every=2, save_every=2, size=SIZE)


def test_the_loss_falls(tmp_path: Path) -> None:
    quick = replace(options(tmp_path, steps=16), hidden_rate=0.02, other_rate=0.03)
    reports = list(train(quick, ticking()))
    assert reports[-1].loss < reports[0].loss - 0.3
    assert reports[-1].validation is not None


def test_every_report_is_a_line_of_the_log(tmp_path: Path) -> None:
    reports = list(train(options(tmp_path), ticking()))
    lines = [json.loads(line) for line in (tmp_path / LOG).read_text().splitlines()]
    assert [line["step"] for line in lines] == [report.step for report in reports] == [2, 4]
    assert lines[-1]["tokens"] == reports[-1].tokens > 0
    assert "Training of the base model" in (tmp_path / FIGURE).read_text()


def test_a_killed_run_goes_on_to_the_same_weights(tmp_path: Path) -> None:
    list(train(options(tmp_path / "straight"), ticking()))
    killed = train(options(tmp_path / "killed"), ticking())
    next(killed)
    reports = list(train(options(tmp_path / "killed"), ticking()))
    assert [report.step for report in reports] == [4]
    straight, resumed = (load_file(tmp_path / run / "base.safetensors") for run in ("straight", "killed"))
    assert all(torch.equal(straight[name], resumed[name]) for name in straight)


def test_another_runs_state_is_refused(tmp_path: Path) -> None:
    list(train(options(tmp_path, steps=2), ticking()))
    other = Options(tmp_path, seed=9, steps=4, batch=2, size=SIZE)
    with pytest.raises(TrainingRefused, match=rf"{STATE} belongs to seed 2"):
        next(train(other, ticking()))


def test_a_budget_of_minutes_ends_by_the_clock(tmp_path: Path) -> None:
    timed = Options(tmp_path, minutes=0.05, batch=1, size=SIZE)
    reports = list(train(timed, ticking()))
    assert reports[-1].step == 3


@pytest.mark.parametrize(
    ("steps", "minutes", "said"),
    [
        (None, None, "either --steps or --minutes"),
        (3, 2.0, "not both"),
        (0, None, "positive"),
        (None, float("nan"), "positive"),
    ],
)
def test_a_budget_that_cannot_be_is_refused(
    tmp_path: Path, steps: int | None, minutes: float | None, said: str
) -> None:
    with pytest.raises(TrainingRefused, match=said):
        Options(tmp_path, steps=steps, minutes=minutes)


def test_without_a_budget_the_command_trains_as_long_as_the_shipped_model_was(tmp_path: Path) -> None:
    given = {"out": tmp_path, "seed": 1, "steps": None, "minutes": None, "batch": 24}
    assert options_from(given).minutes == 55


def test_the_command_line_refuses_with_code_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--out", str(tmp_path), "--steps", "-1"]) == 2
    assert "positive" in capsys.readouterr().err


def test_no_piece_is_ever_repeated() -> None:
    seen = set()
    for batch, _ in zip(batches("train", 1, 0, 4), range(12), strict=False):
        for row in batch.tokens:
            seen.add(tuple(row[row != PAD].tolist()))
    assert len(seen) == 48


def test_a_resumed_stream_is_the_same_stream() -> None:
    straight = [batch.tokens for batch, _ in zip(batches("train", 1, 0, 2), range(11), strict=False)]
    resumed = next(batches("train", 1, 10, 2))
    assert torch.equal(straight[10], resumed.tokens)


def test_held_out_pieces_are_others() -> None:
    trained = {tuple(row.tolist()) for batch in pool_at("train", 1, 0, 4) for row in batch.tokens}
    held_out = {tuple(row.tolist()) for batch in pool_at("validation", 1, 0, 4) for row in batch.tokens}
    assert not trained & held_out
