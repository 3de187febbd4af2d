"""Pause, resume, cancel, and which study or system comes first. Workers ask these rows before every batch."""

from __future__ import annotations

from django.db import transaction

from generation.models import Sample, StudyQueue, SystemQueue
from generation.queue.outcomes import NO_LEASE, Failure, error_fields
from studies.errors import EarwitnessError
from studies.models import Study, System
from studies.services import record

LOWEST_PRIORITY, HIGHEST_PRIORITY = -100, 100
CANCELLED = Failure(Sample.Owner.OPERATOR, "cancelled", "cancelled before it was made; it can be tried again")


def set_paused(*, study: Study, system: System | None = None, paused: bool) -> None:
    """No worker claims samples of the study (or the system) until it is resumed; batches under way are finished.

    Raises:
        EarwitnessError: the study has no samples yet.
    """
    _write(study, system, "generation resumed" if not paused else "generation paused", paused=paused)


def set_priority(*, study: Study, system: System | None = None, priority: int) -> None:
    """Studies with a higher number come first; so do, within a study, its systems. Equal studies share the workers.

    Raises:
        EarwitnessError: the study has no samples yet, or the number is out of bounds.
    """
    if not LOWEST_PRIORITY <= priority <= HIGHEST_PRIORITY:
        raise EarwitnessError(
            f"priority: {priority} given; allowed: a whole number from {LOWEST_PRIORITY} to {HIGHEST_PRIORITY}"
        )
    _write(study, system, "generation priority", priority=priority)


def _write(study: Study, system: System | None, kind: str, **values: bool | int) -> None:
    """The queue's row and the study's history, together."""
    with transaction.atomic():
        if system is None:
            changed = StudyQueue.objects.filter(study=study).update(**values)
        else:
            changed = SystemQueue.objects.filter(system=system).update(**values)
        if not changed:
            raise EarwitnessError(f"study {study.slug!r}: it has no samples to make before it is launched")
        record(study, kind, **_named(system), **values)


def cancel(*, study: Study, system: System | None = None) -> int:
    """Every sample that is not made yet fails as ``cancelled``. Returns how many; `retry` queues them again.

    Clips that a worker has under way are thrown away when it comes to write them: their claims are gone.
    """
    rows = study.samples.filter(state__in=[Sample.State.PLANNED, Sample.State.CLAIMED])
    if system is not None:
        rows = rows.filter(system=system)
    with transaction.atomic():
        count = rows.update(state=Sample.State.FAILED, **NO_LEASE, **error_fields(CANCELLED))
        record(study, "generation cancelled", samples=count, **_named(system))
    return count


def _named(system: System | None) -> dict[str, str]:
    return {} if system is None else {"system": system.name}
