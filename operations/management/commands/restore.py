"""`python manage.py restore DIR`. Exit codes: 0 done, 1 the work failed, 2 the input was refused."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts import audit
from operations import backup
from operations.errors import BackupRefused


class Command(BaseCommand):
    help = "Put a backup into an empty installation of this or a later version."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="what `backup` wrote")

    def handle(self, *_: object, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        try:
            report = backup.restore(options["folder"])
        except BackupRefused as refused:
            self.stderr.write(str(refused))
            sys.exit(2)
        except OSError as error:
            self.stderr.write(f"{options['folder']}: {error}")
            sys.exit(1)
        audit.record(
            account=f"{getpass.getuser()} (server)", action="restore", rows=report.rows, files=report.files
        )
        self.stdout.write(f"{report} from {options['folder']}. SECRET_KEY is not in it: keep it elsewhere.")
