"""Celery's entry points. A lost, doubled or late message costs time and never data: the rows hold the work."""

from __future__ import annotations

import logging
import math
import os
import signal
from functools import lru_cache
from typing import TYPE_CHECKING

from celery import shared_task
from celery.signals import worker_shutting_down
from django.conf import settings

from generation import selectors
from generation.making.stopping import Stop, Stopped
from generation.queue import claims, workers

if TYPE_CHECKING:
    from generation.making.workbench import Workbench

log = logging.getLogger(__name__)

MOST_HINTS = 16


STOP = Stop()


@worker_shutting_down.connect
def stop_at_sigterm(**_: object) -> None:
    """SIGTERM: the batch under way is left and given back, no other is claimed."""
    STOP.ask()


@lru_cache(maxsize=1)
def _own_workbench() -> Workbench:
    # torch is imported by the process that makes sounds, not by every process that knows the task's name.
    from generation.making.workbench import workbench

    return workbench(STOP)


@shared_task
def make_samples() -> int:
    """Work until no sample is left to make, then master what is complete. Returns how many were claimed."""
    from generation.making import worker

    try:
        return worker.make_samples(_own_workbench())
    except Stopped:
        log.info("told to stop: no other batch is claimed")
    except worker.CardBroken:
        log.exception("the card answers no more: this worker stops, so that a new process can begin")
        os.kill(os.getpid(), signal.SIGTERM)
    return 0


@shared_task
def sweep() -> int:
    """Ask the rows what is left: expired claims go back, and idle workers are told to look."""
    if freed := claims.take_back_expired():
        log.warning("%d claims of workers that went silent were taken back", freed)
    workers.forget_silent()
    batch = settings.GENERATION_BATCH_SIZE
    batches = math.ceil(claims.claimable_count(MOST_HINTS * batch) / batch)
    hints = batches or len(selectors.studies_to_master()[:1])
    for _ in range(hints):
        # Expiring, so that hints do not pile up in front of workers that are busy anyway.
        make_samples.apply_async(expires=settings.SWEEP_SECONDS)
    return freed
