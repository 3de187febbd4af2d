"""`python manage.py generate SLUG`: render every missing sample here and now, without a broker."""

from __future__ import annotations

import sys
import time
from importlib.util import find_spec
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from dashboard.running import actions
from generation.queue import services
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
            self._render(study)
        except EarwitnessError as refused:
            self.stderr.write(str(refused))
            sys.exit(2)
        counts = sample_counts(study)
        self.stdout.write(
            f"{study.slug}: {counts.ready} of {counts.total} samples ready, {counts.failed} failed"
        )
        if counts.ready < counts.total:
            sys.exit(1)

    def _render(self, study: Study) -> None:
        from generation.backends.base import BackendRefused
        from generation.making.mastering import master_study
        from generation.making.worker import make_batch, workbench

        services.sweep()
        try:
            bench, started = workbench(), time.monotonic()
        except BackendRefused as refused:
            raise EarwitnessError(str(refused)) from refused
        while make_batch(bench, study=study):
            counts = sample_counts(study)
            done = counts.total - study.samples.filter(state__in=["planned", "claimed"]).count()
            self.stdout.write(f"  {done} of {counts.total} rendered, {time.monotonic() - started:.0f} s")
        master_study(study=study, finisher=bench.finisher)
        bench.close()
