#!/usr/bin/env python
"""The door for commands: `python manage.py help` lists them."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import OperationalError


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as refused:
        sys.stderr.write(f"earwitness: {refused}\n")
        sys.exit(2)
    except OperationalError as failed:
        sys.stderr.write(f"earwitness: the database cannot be used: {str(failed).strip()}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
