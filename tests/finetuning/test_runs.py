from __future__ import annotations

import contextlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from generation.finetuning.distillation import FinetuningRefused, Objective, descend, draw
from generation.finetuning.run import STATE, Budget, Plan, Report, Run, finetune
from generation.learning import FIGURE, LOG
from tests.finetuning.toys import Bandit, Ticking, differs

TEACHER = ((1.0, 0.0, -1.0, 0.0), (0.0, 0.0, 0.0, 0.0))


def prompts(step: int, count: int) -> list[str]:
    return [f"prompt {step} {index}" for index in range(count)]


def plan(out: Path, steps: int = 40, beta: float = 0.0, scale: float = 3.0) -> Plan:
    objective = Objective(scale=scale, beta=beta)
    return Plan(out, Budget(steps), objective, prompts=4, group=4, rate=0.1, report_every=10, save_every=10)


def run_of(plan: Plan) -> Run:
    return Run(plan, Bandit(TEACHER, length=2), Bandit(TEACHER, length=2), differs)


def _not_kept(_: Run) -> None:
    """These runs are looked at, not written."""


def finished(run: Run) -> list[Report]:
    return list(finetune(run, prompts, Ticking(), _not_kept))


def table(run: Run) -> torch.Tensor:
    logits: torch.Tensor = run.student.network.state_dict()["logits"]
    return logits


def test_distillation_reaches_the_guided_teacher(tmp_path: Path) -> None:
    run = run_of(plan(tmp_path, steps=150))
    reports = finished(run)
    assert reports[-1].kl < 0.01 * reports[0].kl
    guided = (3.0 * torch.tensor(TEACHER[0], dtype=torch.float64)).softmax(-1)
    assert torch.allclose(table(run)[0].softmax(-1), guided, atol=0.02)


def test_at_scale_one_there_is_nothing_to_learn(tmp_path: Path) -> None:
    run = run_of(plan(tmp_path, steps=5, scale=1.0))
    assert finished(run)[-1].kl == 0.0
    assert torch.equal(table(run), torch.tensor(TEACHER, dtype=torch.float64))


def test_the_diversity_reward_makes_samples_differ_more(tmp_path: Path) -> None:
    plain, diverse = (run_of(plan(tmp_path / str(b), steps=120, beta=b)) for b in (0.0, 8.0))
    distances = [finished(run)[-1].distance or 0.0 for run in (plain, diverse)]
    assert distances[1] > distances[0] + 0.2


def test_the_scale_ramps_in_a_straight_line_from_one() -> None:
    objective = Objective(scale=3.0, ramp=4)
    assert [objective.scale_at(step) for step in (0, 1, 2, 4, 9)] == [1.0, 1.5, 2.0, 3.0, 3.0]


def test_the_gradient_does_not_depend_on_how_samples_are_parted(tmp_path: Path) -> None:
    run = run_of(plan(tmp_path, beta=1.0))
    samples = draw(run.student, prompts(0, 5), 4, seed=3)
    descend(run.student, run.teacher, samples, run.plan.objective, 0, differs(samples, 4))
    whole = [p.grad for p in run.student.network.parameters()]
    order = torch.arange(19, -1, -1)
    run.optimiser.zero_grad()
    turned = samples.rows(order)
    descend(run.student, run.teacher, turned, run.plan.objective, 0, differs(turned, 4))
    for one, other in zip(whole, run.student.network.parameters(), strict=True):
        assert one is not None
        assert other.grad is not None
        assert torch.allclose(one, other.grad)


def test_a_killed_run_goes_on_to_the_same_weights(tmp_path: Path) -> None:
    straight = run_of(plan(tmp_path / "straight", steps=30, beta=1.0))
    finished(straight)
    halves = plan(tmp_path / "killed", steps=30, beta=1.0)
    killed = finetune(run_of(halves), prompts, Ticking(), _not_kept)
    assert [next(killed).step for _ in range(2)] == [10, 20]
    resumed = run_of(halves)
    assert [report.step for report in finished(resumed)] == [30]
    assert torch.equal(table(straight), table(resumed))


def test_every_report_is_a_line_of_the_log(tmp_path: Path) -> None:
    reports = finished(run_of(plan(tmp_path, steps=20)))
    lines = [json.loads(line) for line in (tmp_path / LOG).read_text().splitlines()]
    assert [line["step"] for line in lines] == [report.step for report in reports] == [10, 20]


def test_a_resumed_log_has_every_step_once_and_is_drawn(tmp_path: Path) -> None:
    halves = replace(plan(tmp_path, steps=30), save_every=20)
    killed = finetune(run_of(halves), prompts, Ticking(), _not_kept)
    assert [next(killed).step for _ in range(2)] == [10, 20]
    del killed
    again = replace(halves, save_every=100)
    (tmp_path / LOG).write_text((tmp_path / LOG).read_text() + '{"step": 25, "kl": 9.0}\n')
    finished(run_of(again))
    lines = [json.loads(line) for line in (tmp_path / LOG).read_text().splitlines()]
    assert [line["step"] for line in lines] == [10, 20, 30]
    assert "Distilling guidance 3" in (tmp_path / FIGURE).read_text()


def test_a_run_killed_between_its_last_step_and_its_state_still_gets_its_weights(tmp_path: Path) -> None:
    kept: list[int] = []

    def killed_while_keeping(run: Run) -> None:
        if not kept:
            kept.append(-1)
            raise KeyboardInterrupt
        kept.append(run.step)

    for expected in (pytest.raises(KeyboardInterrupt), contextlib.nullcontext()):
        with expected:
            list(finetune(run_of(plan(tmp_path, steps=5)), prompts, Ticking(), killed_while_keeping))
    assert kept == [-1, 5]


def test_another_runs_state_is_refused(tmp_path: Path) -> None:
    first = plan(tmp_path, steps=10)
    finished(run_of(first))
    with pytest.raises(FinetuningRefused, match=rf"{STATE} belongs to another run, with {{'seed': 1}}"):
        finished(run_of(replace(first, seed=9)))


def test_a_budget_of_minutes_ends_by_the_clock(tmp_path: Path) -> None:
    timed = replace(plan(tmp_path), budget=Budget(minutes=0.1))
    assert finished(run_of(timed))[-1].step == 6


@pytest.mark.parametrize("value", [-0.5, float("nan"), float("inf")])
def test_a_beta_below_zero_or_not_finite_is_refused(value: float) -> None:
    with pytest.raises(FinetuningRefused, match=r"beta is .*0 or more"):
        Objective(beta=value)


@pytest.mark.parametrize("value", [0.0, -3.0, float("nan"), float("inf")])
def test_a_guidance_scale_that_cannot_be_taught_is_refused(value: float) -> None:
    with pytest.raises(FinetuningRefused, match=r"scale is .*above 0"):
        Objective(scale=value)


@pytest.mark.parametrize(
    ("steps", "minutes", "said"), [(None, None, "either"), (3, 2.0, "not both"), (0, None, "positive")]
)
def test_a_budget_that_cannot_be_is_refused(steps: int | None, minutes: float | None, said: str) -> None:
    with pytest.raises(FinetuningRefused, match=said):
        Budget(steps, minutes)


def test_a_reward_for_one_sample_a_prompt_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FinetuningRefused, match="group is 1; allowed is 2 or more"):
        replace(plan(tmp_path, beta=1.0), group=1)


def test_a_reward_without_a_distance_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FinetuningRefused, match="nothing says how far"):
        Run(plan(tmp_path, beta=1.0), Bandit(TEACHER), Bandit(TEACHER), None)


def test_the_mask_binds_student_and_teacher_alike(tmp_path: Path) -> None:
    legal = torch.tensor([True, True, False, False])
    student, teacher = (Bandit(TEACHER, length=2, legal=legal) for _ in range(2))
    run = Run(plan(tmp_path, steps=100), student, teacher, None)
    finished(run)
    own = table(run)[0].masked_fill(~legal, float("-inf")).softmax(-1)
    guided = torch.tensor([3.0, 0.0], dtype=torch.float64).softmax(-1)
    assert torch.allclose(own[:2], guided, atol=0.02)
