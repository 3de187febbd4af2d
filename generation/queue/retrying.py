"""What is down for a moment (database, store) is asked again before the work of a card is thrown away."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection

from generation.files.storage import StorageFailed

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")
PAUSES = (0.25, 1.0, 4.0, 15.0)
"""Seconds between tries: together far below a lease, which is renewed meanwhile."""


def insisting(action: Callable[[], Answer], what: str) -> Answer:
    """The action's answer, asked for up to five times while the database or the store does not answer.

    Raises what the last try raised (``OperationalError``, ``InterfaceError`` or ``StorageFailed``).
    """
    for pause in PAUSES:
        try:
            return action()
        except (OperationalError, InterfaceError, StorageFailed) as error:
            log.warning("%s: %s; again in %g s", what, str(error).strip(), pause)
            _let_go(error)
            time.sleep(pause)
    return action()


def _let_go(error: Exception) -> None:
    """A cut connection stays cut until it is closed; the next statement opens another."""
    if isinstance(error, OperationalError | InterfaceError) and not connection.in_atomic_block:
        connection.close()
