"""The rows in which each worker says what it does: written by it, read by the console and `study status`."""

from __future__ import annotations

import logging
import os
import socket
from dataclasses import dataclass
from datetime import timedelta

from django.db import DatabaseError
from django.utils import timezone

from generation.models import Worker

log = logging.getLogger(__name__)

FORGOTTEN_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Report:
    """What a worker says of itself. ``system``: whose checkpoint it holds. Memory in bytes."""

    device: str
    device_name: str
    memory_used: int
    memory_total: int
    activity: Worker.Activity
    system: int | None
    clips_held: int


def report(report: Report) -> None:
    """Write what this process does now. A database that does not answer is logged: no clip waits for this row."""
    now = timezone.now()
    values = {
        "device": report.device,
        "device_name": report.device_name,
        "memory_used": report.memory_used,
        "memory_total": report.memory_total,
        "activity": report.activity,
        "system_id": report.system,
        "clips_held": report.clips_held,
        "seen_at": now,
    }
    try:
        Worker.objects.update_or_create(
            host=socket.gethostname(),
            pid=os.getpid(),
            defaults=values,
            create_defaults=values | {"started_at": now},
        )
    except DatabaseError as error:
        log.warning("what this worker does could not be written: %s", error)


def sign_out() -> None:
    """This process makes no more samples."""
    Worker.objects.filter(host=socket.gethostname(), pid=os.getpid()).delete()


def forget_silent() -> int:
    """Delete the rows of workers that were killed a while ago. Returns how many."""
    count, _ = Worker.objects.filter(seen_at__lt=timezone.now() - FORGOTTEN_AFTER).delete()
    return count
