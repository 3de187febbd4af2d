"""Keeps the claims of this process alive until each is finished, so that a lease can be short and a model slow."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from threading import Event, Lock, Thread
from weakref import WeakMethod

from django.conf import settings
from django.db import DatabaseError, connection

from generation.models import Sample
from generation.queue import claims

log = logging.getLogger(__name__)


class HeldClaims:
    """The samples this process has claimed and not finished.

    A thread renews their leases three times per lease, and calls ``beat``, a method; it ends with the object that the
    method belongs to. A process that dies takes the thread with it, and its leases run out within one lease. A sample
    that takes longer than ``GENERATION_MOST_SECONDS`` is renewed no more.
    """

    def __init__(self, beat: Callable[[], None] | None = None) -> None:
        self._since: dict[int, tuple[Sample, float]] = {}
        self._lock, self._stop = Lock(), Event()
        self._thread: Thread | None = None
        # Weak: a workbench that nobody closed must not live on, and beat, only because of this thread.
        self._beat = None if beat is None else WeakMethod(beat)

    def __len__(self) -> int:
        return len(self._since)

    def add(self, samples: Iterable[Sample]) -> None:
        """Renew the claims on these too, until they are removed."""
        now = time.monotonic()
        with self._lock:
            self._since |= {sample.pk: (sample, now) for sample in samples}
        self.start()

    def start(self) -> None:
        """Begin to renew and to beat."""
        if self._thread is None:
            self._thread = Thread(target=self._renew_until_closed, name="leases", daemon=True)
            self._thread.start()

    def remove(self, sample: Sample) -> None:
        with self._lock:
            self._since.pop(sample.pk, None)

    def unfinished(self, samples: Iterable[Sample]) -> list[Sample]:
        """Those of ``samples`` that are neither finished nor failed yet."""
        with self._lock:
            return [sample for sample in samples if sample.pk in self._since]

    def close(self) -> None:
        """Renew nothing any more."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _renew_until_closed(self) -> None:
        while not self._stop.wait(settings.GENERATION_LEASE_SECONDS / 3):
            beat = None if self._beat is None else self._beat()
            if self._beat is not None and beat is None:
                return
            oldest = time.monotonic() - settings.GENERATION_MOST_SECONDS
            with self._lock:
                samples = [sample for sample, since in self._since.values() if since > oldest]
            try:
                if samples:
                    claims.renew(samples=samples)
                if beat is not None:
                    beat()
            except DatabaseError as error:
                # The next turn tries again; if none succeeds, the lease runs out and somebody else makes the sample.
                log.warning("leases could not be renewed: %s", error)
            finally:
                del beat
                # Between two turns lie minutes: the connection is somebody else's.
                connection.close()
