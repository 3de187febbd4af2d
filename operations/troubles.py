"""What is wrong now, in words, and what to do: for the administrator who opens the status page at night."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

from generation.models import Sample
from operations import selectors

QUIET = timedelta(minutes=10)
LITTLE_DISK = 0.1
MOST_SKEW = timedelta(seconds=5)
MANY_FAILURES = 50


@dataclass(frozen=True, slots=True)
class Trouble:
    title: str
    found: str
    advice: str


ADVICE = {
    "database": "Is PostgreSQL running, and is its disk full? Nothing works without it; raters' pages try again.",
    "broker": "Is Redis or RabbitMQ running? Raters are not affected; new samples wait until it is back.",
    "disk": "Move backups away, or make the disk larger. A full disk stops every answer.",
    "storage": "Is the bucket or the disk of the clips there? Raters hear nothing meanwhile; their answers are kept.",
}


def find_troubles(parts: Mapping[str, str]) -> list[Trouble]:
    """The worst first. ``parts``: what each part of the site answered."""
    away = [
        Trouble(f"The {name} does not answer", state, ADVICE[name])
        for name, state in parts.items()
        if state != "ok"
    ]
    if parts.get("database") != "ok":
        return away
    return [*away, *_disk(), *_workers(), *_clock(), *_logins()]


def _disk() -> Iterator[Trouble]:
    free, total = selectors.free_disk()
    if free < LITTLE_DISK * total:
        found = f"{free // 2**20} MiB of {total // 2**20} are free where {settings.VAR.name}/ lies"
        yield Trouble(
            "The disk is filling",
            found,
            "Move backups away, or make the disk larger. A full disk stops every answer.",
        )


def _workers() -> Iterator[Trouble]:
    states = selectors.samples_by_state()
    if lost := selectors.claims_out_of_lease():
        text = "A worker died or lost its network. The sweep gives them to another one; is the clock (beat) running?"
        yield Trouble("Samples are held by nobody", f"{lost} claims ran out of their lease", text)
    waiting = states[Sample.State.PLANNED]
    if waiting and not states[Sample.State.CLAIMED] and not selectors.made_in(QUIET):
        text = "Start a worker, and look whether the broker is the same for web, worker and clock."
        yield Trouble(
            "No worker takes samples", f"{waiting} samples wait, none was made in ten minutes", text
        )


def _clock() -> Iterator[Trouble]:
    """Leases compare this machine's clock with another's."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        skew = abs(cursor.fetchone()[0] - timezone.now())
    if skew > MOST_SKEW:
        text = "Set both clocks by NTP: leases end too early or too late meanwhile."
        yield Trouble("Two clocks differ", f"{skew.total_seconds():.0f} s between web and database", text)


def _logins() -> Iterator[Trouble]:
    failures = selectors.failed_logins_in(timedelta(hours=1))
    if failures > MANY_FAILURES:
        text = "Somebody guesses. They are slowed down; look at the audit log, and require a second factor."
        yield Trouble("Many wrong passwords", f"{failures} in the last hour", text)
