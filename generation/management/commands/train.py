"""``manage.py train base --out DIR --minutes 55``: train the built-in model again, from nothing but a seed."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from generation.builtin.training import TrainingRefused, add_arguments, line, options_from, train


class Command(BaseCommand):
    """Thin: everything is in ``generation.builtin.training``."""

    help = "Train a checkpoint of the built-in model. Run again with the same --out to resume after a kill."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which checkpoint, and the options of the training itself."""
        parser.add_argument("checkpoint", choices=("base",), help="what to train")
        add_arguments(parser)

    def handle(self, **given: Any) -> None:  # noqa: ANN401 - Django's signature
        """Train to the end of the budget, one line per report."""
        try:
            for report in train(options_from(given), time.monotonic):
                self.stdout.write(line(report))
        except TrainingRefused as refusal:
            raise CommandError(str(refusal), returncode=2) from refusal
