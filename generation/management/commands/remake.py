"""`python manage.py remake SLUG`: make a random handful of finished clips again and compare the bytes."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from generation.audio import AudioRejected
from generation.backends.base import BackendRefused
from generation.making.remaking import handful, remake
from generation.making.workbench import workbench
from studies.errors import EarwitnessError
from studies.selectors import study_by_slug


class Command(BaseCommand):
    help = "Make a random handful of a study's finished clips again, with their seeds, and compare the bytes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--count", type=int, default=5, help="how many clips (5)")
        parser.add_argument("--seed", type=int, default=0, help="which ones (0)")

    def handle(self, *_: object, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Exit codes: 0 all are the same to the last byte, 1 some differ, 2 refused."""
        try:
            differing = self._compare(options["slug"], options["count"], options["seed"])
        except (EarwitnessError, BackendRefused, AudioRejected) as refused:
            self.stderr.write(str(refused))
            sys.exit(2)
        if differing:
            self.stderr.write(f"not the same bytes: {', '.join(differing)}")
            sys.exit(1)

    def _compare(self, slug: str, count: int, seed: int) -> list[str]:
        if count < 1:
            raise EarwitnessError(f"--count: {count} given; allowed: a whole number of 1 or more")
        samples = handful(study=study_by_slug(slug), count=count, seed=seed)
        if not samples:
            raise EarwitnessError(f"study {slug!r}: no clip has been made yet")
        bench, differing = workbench(), []
        for remade in remake(bench=bench, samples=samples):
            why = f" ({'; '.join(remade.changed)})" if remade.changed else ""
            self.stdout.write(f"{remade.key}: {'the same bytes' if remade.same else 'differs'}{why}")
            differing += [] if remade.same else [remade.key]
        bench.close()
        return differing
