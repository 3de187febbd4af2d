"""Thin Celery mouths. A lost, doubled or late message costs time and never data."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

from celery import shared_task
from celery.signals import worker_shutting_down
from django.conf import settings

from generation import selectors, services

if TYPE_CHECKING:
    from generation.worker import Workbench

MOST_LOOKS = 16


class _Stopping:
    """Set by SIGTERM: the batch under way is finished, no other is claimed."""

    asked = False


@worker_shutting_down.connect
def _stop_after_this_batch(**_: object) -> None:
    _Stopping.asked = True


@lru_cache(maxsize=1)
def _bench() -> Workbench:
    # torch is imported by the process that makes sounds, not by every process that knows the task's name.
    from generation.worker import Workbench

    return Workbench(device=settings.GENERATION_DEVICE)


@shared_task
def make_samples() -> int:
    """Work until no sample is left to make, then master what is complete. Returns how many were claimed."""
    from generation.mastering import master_study
    from generation.worker import make_batch

    made = 0
    while not _Stopping.asked and (claimed := make_batch(_bench(), limit=settings.GENERATION_BATCH_SIZE)):
        made += claimed
    for study in selectors.studies_to_master():
        master_study(study=study)
    return made


@shared_task
def sweep() -> int:
    """Ask the rows what is left: expired claims go back, and idle workers are told to look."""
    freed = services.sweep()
    batches = math.ceil(selectors.planned_count() / settings.GENERATION_BATCH_SIZE)
    looks = min(batches, MOST_LOOKS) or len(selectors.studies_to_master()[:1])
    for _ in range(looks):
        # Expiring, so that hints do not pile up in front of workers that are busy anyway.
        make_samples.apply_async(expires=settings.SWEEP_SECONDS)
    return freed
