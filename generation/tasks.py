"""Thin Celery mouths. A lost, doubled or late message costs time and never data."""

from __future__ import annotations

import logging
import math
from functools import lru_cache
from typing import TYPE_CHECKING

from celery import shared_task
from celery.signals import worker_shutting_down
from django.conf import settings

from generation import selectors
from generation.queue import services
from generation.queue.stopping import Stop, Stopped

if TYPE_CHECKING:
    from generation.making.worker import Workbench

log = logging.getLogger(__name__)

MOST_LOOKS = 16


STOP = Stop()


@worker_shutting_down.connect
def _stop(**_: object) -> None:
    """SIGTERM: the batch under way is left and given back, no other is claimed."""
    STOP.ask()


@lru_cache(maxsize=1)
def _bench() -> Workbench:
    # torch is imported by the process that makes sounds, not by every process that knows the task's name.
    from generation.making.worker import workbench

    return workbench(STOP)


@shared_task
def make_samples() -> int:
    """Work until no sample is left to make, then master what is complete. Returns how many were claimed."""
    bench, made = _bench(), 0
    try:
        made = _make_all(bench)
        _master_complete(bench)
    except Stopped:
        log.info("told to stop: no other batch is claimed")
    finally:
        bench.finisher.wait()
    return made


def _make_all(bench: Workbench) -> int:
    from generation.making.worker import make_batch

    made, loads = 0, bench.loads
    while not STOP.asked and (claimed := make_batch(bench)):
        made += claimed
        if bench.loads > loads:
            # Another system's turn: a study before it may be complete, and must not wait for the end of all.
            loads = bench.loads
            _master_complete(bench)
    return made


def _master_complete(bench: Workbench) -> None:
    from generation.making.mastering import master_study

    for study in [] if STOP.asked else selectors.studies_to_master():
        master_study(study=study, finisher=bench.finisher, stop=STOP)


@shared_task
def sweep() -> int:
    """Ask the rows what is left: expired claims go back, and idle workers are told to look."""
    if freed := services.sweep():
        log.warning("%d claims of workers that went silent were taken back", freed)
    batches = math.ceil(selectors.planned_count() / settings.GENERATION_BATCH_SIZE)
    looks = min(batches, MOST_LOOKS) or len(selectors.studies_to_master()[:1])
    for _ in range(looks):
        # Expiring, so that hints do not pile up in front of workers that are busy anyway.
        make_samples.apply_async(expires=settings.SWEEP_SECONDS)
    return freed
