"""`python manage.py raters erase STUDY PSEUDONYM_OR_ID`: remove somebody who asked for it. Exit codes as `study`'s."""

from __future__ import annotations

import getpass
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts import audit
from raters.entering import erasure
from raters.errors import RaterRefused
from studies.errors import EarwitnessError
from studies.selectors import study_by_slug


class Command(BaseCommand):
    help = "Remove a rater and everything of theirs, as their own withdrawal does."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
        erase = verbs.add_parser("erase", help="remove a rater and everything of theirs")
        erase.add_argument("slug", help="the study")
        erase.add_argument("person", help="their pseudonym (R-7ZK3M0QX) or their id on the crowd platform")

    def handle(self, *_: object, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        try:
            study = study_by_slug(options["slug"])
            erased = erasure.erase(study=study, person=options["person"])
        except (EarwitnessError, RaterRefused) as refused:
            self.stderr.write(str(refused))
            sys.exit(2)
        # The pseudonym only: the platform's id is what had to go.
        audit.record(
            account=f"{getpass.getuser()} (server)", action="erased a rater", study=study.slug, rater=erased
        )
        self.stdout.write(
            f"{study.slug}: {erased} is removed, with every answer; the places they held wait again"
        )
