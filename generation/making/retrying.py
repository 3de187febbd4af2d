"""What is down for a moment (database, store) is asked again before the work of a card is thrown away."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_chain,
    wait_fixed,
)

from generation.files.storage import StorageFailed

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")
PAUSES = (0.25, 1.0, 4.0, 15.0)
"""Seconds between tries: together far below a lease, which is renewed meanwhile."""


def retried(action: Callable[[], Answer], what: str) -> Answer:
    """The action's answer, asked for up to five times while the database or the store does not answer.

    Raises what the last try raised (``OperationalError``, ``InterfaceError`` or ``StorageFailed``).
    """

    def prepare_next_try(state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        log.warning("%s: %s; again in %g s", what, str(error).strip(), state.upcoming_sleep)
        # A cut connection stays cut until it is closed; the next statement opens another.
        if isinstance(error, OperationalError | InterfaceError) and not connection.in_atomic_block:
            connection.close()

    tries = Retrying(
        retry=retry_if_exception_type((OperationalError, InterfaceError, StorageFailed)),
        stop=stop_after_attempt(len(PAUSES) + 1),
        wait=wait_chain(*(wait_fixed(pause) for pause in PAUSES)),
        before_sleep=prepare_next_try,
        reraise=True,
    )
    return tries(action)
