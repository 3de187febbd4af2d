"""`python manage.py generate SLUG`: render every missing sample here and now, without a broker."""

from __future__ import annotations

import sys
import time
from importlib.util import find_spec
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dashboard.running import actions
from dashboard.running.status import generation_lines, generation_status
from generation.making.stopping import Stop, Stopped, stop_at_signals
from generation.queue import claims
from generation.queue.throughput import making_by_system
from generation.selectors import sample_counts
from studies.errors import EarwitnessError
from studies.models import Study
from studies.selectors import study_by_slug


class Command(BaseCommand):
    help = "Render every missing sample of a study without a broker (launching it first if it is a draft)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")

    def handle(self, *_: object, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Exit codes: 0 every sample is ready, 1 some are not, 2 refused."""
        if find_spec("torch") is None:
            self.stderr.write(
                "generate needs torch: install requirements/generation.txt, or run it on a worker"
            )
            sys.exit(2)
        try:
            study = study_by_slug(options["slug"])
            if study.state == Study.State.DRAFT:
                actions.launch(study=study)
            with stop_at_signals() as stop:
                self._make_samples(study, stop)
        except EarwitnessError as refused:
            self.stderr.write(str(refused))
            sys.exit(2)
        except Stopped:
            self.stderr.write(
                "told to stop: what was claimed is given back, the same command goes on with it"
            )
            sys.exit(1)
        counts = sample_counts(study)
        self.stdout.write(
            f"{study.slug}: {counts.ready} of {counts.total} samples ready, {counts.failed} failed"
        )
        for line in generation_lines(generation_status(study)):
            self.stdout.write(line)
        if counts.ready < counts.total:
            sys.exit(1)

    def _make_samples(self, study: Study, stop: Stop) -> None:
        from generation.backends.base import BackendRefused
        from generation.making.workbench import workbench
        from generation.making.worker import CardBroken, make_samples

        claims.take_back_expired()
        try:
            bench = workbench(stop)
        except BackendRefused as refused:
            raise EarwitnessError(str(refused)) from refused
        started, total = time.monotonic(), sample_counts(study).total

        def say_how_far() -> None:
            made = sum(system.made for system in making_by_system(study))
            self.stdout.write(f"  {made} of {total} rendered, {time.monotonic() - started:.0f} s")

        try:
            make_samples(bench, study=study, after_batch=say_how_far)
        except CardBroken as broken:
            raise CommandError(
                f"the card answers no more ({broken}); the same command goes on", returncode=1
            ) from broken
        finally:
            bench.close()
