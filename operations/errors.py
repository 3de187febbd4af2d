"""What can be refused about running the site."""

from studies.errors import EarwitnessError


class BackupRefused(EarwitnessError):
    """The folder, or what is in it, cannot be used. Nothing was written."""
