"""`python manage.py simulate SLUG --raters N --seed S [--base-url URL]`: simulated raters through the real pages."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from raters.selectors.reveal import known_station_answers, reveal
from raters.simulation.simulated_rater import SimulatedRater, SimulationFailed
from raters.simulation.taste import Taste, strengths
from raters.web.cookies import simulation_mark
from studies.errors import EarwitnessError, WrongState
from studies.models import Study
from studies.selectors import spec_of, study_by_slug

THREADS = 3


class Command(BaseCommand):
    help = "Send simulated raters through the real pages. Every rating they make is marked as simulated, for ever."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--raters", type=_positive, default=12)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--base-url", default=settings.PUBLIC_URL, help="where the server answers")
        parser.add_argument(
            "--careless", type=int, default=0, help="how many of them answer at random, whatever they hear"
        )
        parser.add_argument(
            "--effect", type=float, default=1.5, help="planted difference, best to worst, in logits"
        )

    def handle(self, *_: object, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        try:
            study = study_by_slug(options["slug"])
            submitted = self._send(study, options)
        except EarwitnessError as refused:
            self.stderr.write(str(refused))
            sys.exit(2)
        except (SimulationFailed, httpx.HTTPError) as failed:
            self.stderr.write(f"simulate: {failed}")
            sys.exit(1)
        self.stdout.write(f"{study.slug}: {options['raters']} simulated raters submitted {submitted} tasks")

    def _send(self, study: Study, options: dict[str, Any]) -> int:
        """Raises WrongState: nobody is let in, so that nothing could be submitted."""
        if study.state != Study.State.OPEN:
            raise WrongState(study.slug, action="simulate raters of", state=study.state, allowed="open")
        planted = strengths([system.name for system in study.systems.all()], effect=options["effect"])
        known_answers = known_station_answers(spec_of(study))
        raters = [
            SimulatedRater(
                base_url=options["base_url"],
                slug=study.slug,
                mark=simulation_mark(study.slug),
                taste=Taste(options["seed"], number, planted, careless=number < options["careless"]),
                reveal=reveal,
                known_answers=known_answers,
            )
            for number in range(options["raters"])
        ]
        with ThreadPoolExecutor(THREADS) as pool:
            return sum(pool.map(_take_part, raters))


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _take_part(rater: SimulatedRater) -> int:
    try:
        return rater.take_part()
    finally:
        connection.close()
