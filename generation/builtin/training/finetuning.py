"""Fine-tuning of the built-in model: from a checkpoint's name to a run, and from a run to a checkpoint."""

from __future__ import annotations

import copy
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from generation.builtin.model.checkpoints import load, save
from generation.builtin.training.embedding import PieceDistance, load_embedding
from generation.builtin.training.pupil import Pupil, fresh_prompts
from generation.finetuning.run import Plan, Report, Run


@dataclass(frozen=True, slots=True)
class Named:
    """Where a run starts, and what its result is called."""

    name: str
    start: str
    teacher: str
    folder: Path


def prepared(plan: Plan, named: Named) -> Run:
    """A run over the built-in model. Raises CheckpointRefused and FinetuningRefused."""
    start = load(named.start, named.folder)
    teacher = load(named.teacher, named.folder)
    student = copy.deepcopy(start.network).requires_grad_(requires_grad=True)
    distance = PieceDistance(load_embedding()) if plan.objective.beta > 0 else None
    torch.manual_seed(plan.seed)
    return Run(plan, Pupil(student), Pupil(teacher.network), distance)


@dataclass(frozen=True, slots=True)
class PromptsOfSeed:
    """``generation.finetuning.run.Prompts``: captions of pieces composed for this seed, never repeated."""

    seed: int

    def __call__(self, step: int, count: int) -> list[str]:
        return fresh_prompts("finetuning", self.seed, step, count)


def export(run: Run, named: Named) -> Path:
    """Write the student as it is, with how it was made."""
    path = run.plan.out / f"{named.name}.safetensors"
    student = run.student
    if not isinstance(student, Pupil):
        raise TypeError("only the built-in model is written as a built-in checkpoint")
    save(student.network, path, made(run, named))
    return path


def made(run: Run, named: Named) -> dict[str, object]:
    """JSON-able: the run's options, and the digests of what it started from and learnt from."""
    sources = {"start_sha256": named.start, "teacher_sha256": named.teacher}
    digests = {key: load(name, named.folder).sha256 for key, name in sources.items()}
    return {
        "objective": asdict(run.plan.objective),
        "seed": run.plan.seed,
        "prompts": run.plan.prompts,
        "group": run.plan.group,
        "rate": run.plan.rate,
        "step": run.step,
        "tokens": run.tokens,
        "seconds": round(run.seconds),
        **digests,
    }


def line(report: Report) -> str:
    """A report for a person."""
    apart = "" if report.distance is None else f"  distance {report.distance:.4f}"
    return (
        f"{report.done:4.0%}  step {report.step}  {report.samples:,} samples  {report.seconds:.0f} s  "
        f"KL {report.kl:.4f} a token, {report.kl_sample:.2f} a sample{apart}"
    )
