"""`python manage.py measure SLUG [--clap DIR]`: automatic measures of a study's finished clips, computed again."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from generation.backends.base import BackendRefused
from generation.files import storage
from generation.making.automatic_measures import Measured, measure_study
from studies.errors import EarwitnessError
from studies.selectors import study_by_slug

if TYPE_CHECKING:
    from generation.measures.clap import Clap


class Command(BaseCommand):
    help = "Measure the finished clips of a study: set diversity, and with a CLAP checkpoint text adherence."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument(
            "--clap", type=Path, help="a folder with a CLAP checkpoint (default: the setting CLAP_CHECKPOINT)"
        )

    def handle(self, *_: object, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Exit codes: 0 measured, 1 a sound could not be read, 2 refused."""
        try:
            study = study_by_slug(options["slug"])
            measured = measure_study(study=study, clap=_clap(options["clap"] or settings.CLAP_CHECKPOINT))
        except (EarwitnessError, BackendRefused) as refused:
            self.stderr.write(str(refused))
            sys.exit(2)
        except (storage.StorageFailed, storage.SoundMissing) as failed:
            self.stderr.write(str(failed))
            sys.exit(1)
        self._say(study.slug, measured)

    def _say(self, slug: str, measured: Measured) -> None:
        self.stdout.write(
            f"{slug}: {measured.clips} clips measured with CLAP, the diversity of {measured.sets} sets"
        )
        if measured.unheard:
            named = ", ".join(sorted(measured.unheard)[:5])
            self.stdout.write(
                f"{len(measured.unheard)} prompts are longer than the checkpoint reads, so that their clips have no "
                f"clap_adherence: {named}"
            )


def _clap(place: Path | None) -> Clap | None:
    from generation.making.workbench import resolve_device
    from generation.measures.clap import Clap

    return Clap.load(place, device=resolve_device(settings.GENERATION_DEVICE)) if place else None
