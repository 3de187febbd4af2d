"""Keeps the leases of a batch alive while it is being made, so that a lease can be short and a model slow."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Thread

from django.conf import settings
from django.db import DatabaseError, connection

from generation import services
from generation.models import Sample

log = logging.getLogger(__name__)


@contextmanager
def kept_alive(samples: Sequence[Sample]) -> Iterator[None]:
    """Renew the leases three times per lease, from a thread, until the block ends.

    A process that dies takes the thread with it: its leases then run out within one lease. One that hangs is
    given up after ``GENERATION_MOST_SECONDS``.
    """
    stop = Event()
    thread = Thread(target=_renew, args=(samples, stop), name="leases", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _renew(samples: Sequence[Sample], stop: Event) -> None:
    pause = settings.GENERATION_LEASE_SECONDS / 3
    try:
        for _ in range(int(settings.GENERATION_MOST_SECONDS / pause)):
            if stop.wait(pause):
                return
            _renew_once(samples)
    finally:
        connection.close()


def _renew_once(samples: Sequence[Sample]) -> None:
    try:
        services.renew(samples=samples)
    except DatabaseError as error:
        # The next turn tries again; if none succeeds, the lease runs out and somebody else makes the batch.
        log.warning("leases could not be renewed: %s", error)
        connection.close()
