"""A worker that is told to stop leaves its batch at once and gives back what it claimed."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager


class Stopped(BaseException):
    """Told to stop in the middle of a batch. No ``Exception``: a model's own error handling must not swallow it."""


class Stop:
    """The wish of whoever sent SIGTERM.

    ``ask`` runs in a signal handler, between any two steps of the main thread. It interrupts only where nothing is
    half done: inside ``interruptible``, which holds a model's work and no writing.
    """

    def __init__(self) -> None:
        self.asked = False
        self._interruptible = False

    def ask(self) -> None:
        self.asked = True
        if self._interruptible:
            raise Stopped

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        """Raises Stopped inside the block once somebody asks, or at once if somebody has."""
        self._interruptible = True
        try:
            if self.asked:
                raise Stopped
            yield
        finally:
            self._interruptible = False


@contextmanager
def stop_at_signals() -> Iterator[Stop]:
    """A Stop that SIGTERM and SIGINT ask; the handlers before it come back afterwards. In the main thread only."""
    stop = Stop()
    before = {
        number: signal.signal(number, lambda *_: stop.ask()) for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
