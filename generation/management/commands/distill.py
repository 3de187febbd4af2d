"""``manage.py distill NAME --out DIR``: fine-tune the built-in model to need no guidance, diversely or not."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from generation.builtin.model.checkpoints import CheckpointRefused
from generation.builtin.training.finetuning import Named, PromptsOfSeed, export, line, prepared
from generation.finetuning.distillation import FinetuningRefused, Objective
from generation.finetuning.run import Budget, Plan, finetune
from generation.progress import tell

_MINUTES = 11.0


class Command(BaseCommand):
    """Thin: everything is in ``generation.finetuning`` and ``generation.builtin.training.finetuning``."""

    help = "Distil guidance into a checkpoint of the built-in model. Run again with the same --out to resume."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The run's options; the defaults made the shipped ``distilled``."""
        parser.add_argument("name", help="what the checkpoint is called: OUT/NAME.safetensors")
        parser.add_argument("--out", type=Path, help="folder for state, log and weights (var/training/NAME)")
        parser.add_argument("--from", dest="start", default="base", help="where the student starts")
        parser.add_argument("--teacher", default="base", help="the checkpoint that is guided; never changed")
        parser.add_argument("--scale", type=float, default=3.0, help="the teacher's guidance scale")
        parser.add_argument("--ramp", type=int, default=0, help="steps over which the scale rises from 1")
        parser.add_argument("--beta", type=float, default=0.0, help="weight of the diversity reward")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--steps", type=int, help="how many updates (default: as many as --minutes allow)"
        )
        parser.add_argument("--minutes", type=float, help=f"how long (default: {_MINUTES:g})")
        parser.add_argument("--prompts", type=int, default=24, help="prompts an update")
        parser.add_argument("--group", type=int, default=1, help="samples of each prompt")
        parser.add_argument("--rate", type=float, default=1e-3, help="highest learning rate")

    def handle(self, **given: Any) -> None:  # noqa: ANN401 - Django's signature
        """Train to the end of the budget, one line per report."""
        named = Named(given["name"], given["start"], given["teacher"], Path.cwd())
        try:
            plan = _plan(given)
            run = prepared(plan, named)
            prompts, kept = PromptsOfSeed(plan.seed), partial(export, named=named)
            said = tell(
                sys.stdout,
                named.name,
                lambda watch: map(line, finetune(run, prompts, time.monotonic, kept, watch)),
            )
        except (FinetuningRefused, CheckpointRefused) as refusal:
            raise CommandError(str(refusal), returncode=2) from refusal
        if not said:
            self.stdout.write(f"{plan.out} holds a finished run; nothing is left to do.")


def _plan(given: dict[str, Any]) -> Plan:
    minutes = _MINUTES if given["steps"] is None and given["minutes"] is None else given["minutes"]
    return Plan(
        out=given["out"] or Path("var/training") / given["name"],
        budget=Budget(given["steps"], minutes),
        objective=Objective(given["scale"], given["beta"], given["ramp"]),
        seed=given["seed"],
        prompts=given["prompts"],
        group=given["group"],
        rate=given["rate"],
        origin=f"from {given['start']}, taught by {given['teacher']}",
    )
