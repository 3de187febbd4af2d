"""``manage.py train base --minutes 55``, ``manage.py train embedding``: from nothing but a seed."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from generation.builtin import embedding_training
from generation.builtin.training import TrainingRefused, add_arguments, line, options_from, train


class Command(BaseCommand):
    """Thin: everything is in ``generation.builtin.training`` and ``generation.builtin.embedding_training``."""

    help = (
        "Train a checkpoint of the built-in model, or the embedding of the diversity reward. "
        "Run again with the same --out to resume after a kill (the embedding, a minute's work, starts over)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to train, and the options of the training itself."""
        parser.add_argument("checkpoint", choices=("base", "embedding"), help="what to train")
        add_arguments(parser)

    def handle(self, **given: Any) -> None:  # noqa: ANN401 - Django's signature
        """Train to the end of the budget, one line per report."""
        try:
            for said in _lines(given):
                self.stdout.write(said)
        except TrainingRefused as refusal:
            raise CommandError(str(refusal), returncode=2) from refusal


def _lines(given: Mapping[str, Any]) -> Iterator[str]:
    out: Path = given["out"] or Path("var/training") / given["checkpoint"]
    if given["checkpoint"] == "base":
        yield from map(line, train(options_from({**given, "out": out}), time.monotonic))
        return
    if given["minutes"] is not None:
        raise TrainingRefused("the embedding is trained for --steps, not for --minutes")
    steps = embedding_training.DEFAULT_STEPS if given["steps"] is None else given["steps"]
    batch = embedding_training.DEFAULT_BATCH if given["batch"] is None else given["batch"]
    yield from map(
        embedding_training.line, embedding_training.train_embedding(out, given["seed"], steps, batch)
    )
