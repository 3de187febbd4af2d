"""`python manage.py reseal`: after SECRET_KEY changed, encrypt the crowd platform's ids under the new one."""

from __future__ import annotations

import getpass
import sys

from django.core.management.base import BaseCommand

from accounts import audit
from raters.entering.privacy import reseal_identities
from raters.errors import SealedOtherwise


class Command(BaseCommand):
    help = "Encrypt the crowd platform's ids under the present SECRET_KEY: all of them or none."

    def handle(self, *_: object, **__: object) -> None:
        """Exit codes: 0 done, 2 an id was encrypted under a key that is not named."""
        try:
            count = reseal_identities()
        except SealedOtherwise as refused:
            self.stderr.write(str(refused))
            sys.exit(2)
        audit.record(account=f"{getpass.getuser()} (server)", action="reseal", identities=count)
        self.stdout.write(
            f"{count} identities are under the present SECRET_KEY; SECRET_KEY_FALLBACKS can go for them"
        )
