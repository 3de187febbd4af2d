"""What each role may do. The table in docs/accounts.md is this one."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """A person's part in one study."""

    OWNER = "owner"
    EDITOR = "editor"
    ANALYST = "analyst"
    VIEWER = "viewer"


class Power(StrEnum):
    """Something that can be done to one study."""

    WATCH = "watch"
    RESULTS = "results"
    DOWNLOAD = "download"
    RATERS = "raters"
    RUN = "run"
    RECRUIT = "recruit"
    MEMBERS = "members"
    DELETE = "delete"


MEANINGS: Mapping[Power, str] = {
    Power.WATCH: "See how far the study is, its plan and its monitor",
    Power.RESULTS: "See the results, before the close too; every look is recorded",
    Power.DOWNLOAD: "Download tables and report",
    Power.RATERS: "See what the quality checks found, by pseudonym",
    Power.RUN: "Change the study file, launch, open, pause, close, retry",
    Power.RECRUIT: "Invite, pay, let in again and erase raters",
    Power.MEMBERS: "Give and take roles in the study, read its audit log",
    Power.DELETE: "Archive and delete the study",
}
_EDITOR = frozenset({Power.WATCH, Power.RESULTS, Power.DOWNLOAD, Power.RATERS, Power.RUN, Power.RECRUIT})
POWERS: Mapping[Role, frozenset[Power]] = {
    Role.OWNER: frozenset(Power),
    Role.EDITOR: _EDITOR,
    Role.ANALYST: frozenset({Power.WATCH, Power.RESULTS, Power.DOWNLOAD, Power.RATERS}),
    Role.VIEWER: frozenset({Power.WATCH}),
}
# From the close on.
AFTER_THE_CLOSE: Mapping[Role, frozenset[Power]] = {Role.VIEWER: frozenset({Power.RESULTS})}


def powers(role: Role, *, closed: bool) -> frozenset[Power]:
    """What ``role`` may do to a study."""
    return POWERS[role] | (AFTER_THE_CLOSE.get(role, frozenset()) if closed else frozenset())


def is_blind(role: Role, *, closed: bool) -> bool:
    """Whether systems are letters for this person: who analyses does not know what is compared until it is over."""
    return role in {Role.ANALYST, Role.VIEWER} and not closed
