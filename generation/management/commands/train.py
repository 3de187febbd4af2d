"""``manage.py train base --minutes 55``, ``manage.py train embedding``: from nothing but a seed."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from generation.builtin.training import embedding_trainer
from generation.builtin.training.trainer import (
    TrainingRefused,
    add_arguments,
    line,
    options_from,
    train,
)
from generation.progress import Watch, tell


class Command(BaseCommand):
    """Thin: the work is in ``generation.builtin.training``."""

    help = (
        "Train a checkpoint of the built-in model, or the embedding of the diversity reward. "
        "Run again with the same --out to resume after a kill. Beside the weights: losses.jsonl, losses.svg."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to train, and the options of the training itself."""
        parser.add_argument("checkpoint", choices=("base", "embedding"), help="what to train")
        add_arguments(parser)

    def handle(self, **given: Any) -> None:  # noqa: ANN401 - Django's signature
        """Train to the end of the budget, one line per report."""
        out: Path = given["out"] or Path("var/training") / given["checkpoint"]
        try:
            said = tell(sys.stdout, given["checkpoint"], lambda watch: _lines({**given, "out": out}, watch))
        except TrainingRefused as refusal:
            raise CommandError(str(refusal), returncode=2) from refusal
        if not said:
            self.stdout.write(f"{out} holds a finished run; nothing is left to do.")


def _lines(given: Mapping[str, Any], watch: Watch) -> Iterator[str]:
    if given["checkpoint"] == "base":
        yield from map(line, train(options_from(given), time.monotonic, watch))
        return
    if given["minutes"] is not None:
        raise TrainingRefused("the embedding is trained for --steps, not for --minutes")
    chosen = {name: given[name] for name in ("steps", "batch") if given[name] is not None}
    options = embedding_trainer.EmbeddingOptions(given["out"], given["seed"], **chosen)
    yield from map(embedding_trainer.line, embedding_trainer.train_embedding(options, watch))
