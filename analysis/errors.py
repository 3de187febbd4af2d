"""What the analysis refuses, in one line that a person can act on.

Refused (ValueError)
    TableRefused    the table of ratings
    SettingRefused  the confidence or the seed
"""


class Refused(ValueError):
    """Wrong input: the message says where, what was given and what is allowed, on one line."""


class TableRefused(Refused):
    """The table of ratings is wrong."""


class SettingRefused(Refused):
    """A setting of the analysis is out of range."""
