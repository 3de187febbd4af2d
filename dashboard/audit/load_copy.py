"""Run as `python -m dashboard.audit.load_copy ROWS.json SLUG`: load a study into an empty database and open it."""

from __future__ import annotations

import sys

import django
from django.core.management import call_command


def load_and_open(rows: str, slug: str) -> None:
    """The database, the rows, and the same `open` that lets raters in; exits with its code when refused."""
    call_command("migrate", verbosity=0, interactive=False)
    call_command("loaddata", rows, verbosity=0)
    call_command("study", "open", slug)


if __name__ == "__main__":
    django.setup()
    load_and_open(sys.argv[1], sys.argv[2])
