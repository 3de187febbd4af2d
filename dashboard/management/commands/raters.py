"""`python manage.py raters VERB STUDY PSEUDONYM_OR_ID`: erase somebody, or let them go on in another browser.

Exit codes: as those of `study`.
"""

from __future__ import annotations

import getpass
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.urls import reverse

from accounts import audit
from raters.entering import erasure
from raters.errors import RaterRefused, UnknownRater
from raters.models import Session
from raters.web.cookies import moving_token
from studies.errors import EarwitnessError
from studies.models import Study
from studies.selectors import study_by_slug


class Command(BaseCommand):
    help = "Remove a rater and everything of theirs, as their own withdrawal does."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
        for name, text in (
            ("erase", "remove a rater and everything of theirs"),
            ("release", "a link to go on elsewhere"),
        ):
            verb = verbs.add_parser(name, help=text)
            verb.add_argument("slug", help="the study")
            verb.add_argument("person", help="their pseudonym (R-7ZK3M0QX) or their id on the crowd platform")

    def handle(self, *_: object, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        try:
            study = study_by_slug(options["slug"])
            if options["verb"] == "release":
                self.release(study, options["person"])
                return
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

    def release(self, study: Study, person: str) -> None:
        """Print a link for one person, who lost the browser they began in. Raises UnknownRater."""
        rater = erasure.find(study=study, person=person)
        session = Session.objects.filter(rater=rater).order_by("pk").first()
        if session is None:
            raise UnknownRater(study.slug)
        link = settings.PUBLIC_URL + reverse("raters:move", args=[study.slug, moving_token(session)])
        audit.record(
            account=f"{getpass.getuser()} (server)",
            action="released",
            study=study.slug,
            rater=rater.pseudonym,
        )
        self.stdout.write(
            f"{rater.pseudonym}: send them this link through the platform; once, within a day: {link}"
        )
