"""Steering the making of a study's samples: the same words from the console and the command line."""

from __future__ import annotations

from typing import Literal, get_args

from dashboard.running.actions import call_workers
from generation.queue import outcomes, steering
from studies.errors import EarwitnessError
from studies.models import Study, System

Verb = Literal["pause", "resume", "cancel", "retry", "priority"]
VERBS: tuple[str, ...] = get_args(Verb)


def steer(*, study: Study, verb: Verb, system_name: str = "", priority: int | None = None) -> str:
    """Do it, to the whole study or to one of its systems. Returns a sentence that says what was done.

    Raises:
        EarwitnessError: there is no such system, the study has no samples yet, or the priority is not allowed.
    """
    system = _system(study, system_name)
    what = f"{study.slug}: {system.name}" if system else study.slug
    match verb:
        case "pause":
            steering.set_paused(study=study, system=system, paused=True)
            return f"{what}: paused. Workers finish the batches they have and claim no other."
        case "resume":
            steering.set_paused(study=study, system=system, paused=False)
            return f"{what}: resumed.{call_workers()}"
        case "cancel":
            count = steering.cancel(study=study, system=system)
            return f"{what}: {count} samples that were not made yet are cancelled; `retry` queues them again."
        case "retry":
            count = outcomes.retry_failed(study=study, system=system)
            return f"{what}: {count} failed samples are tried again.{call_workers()}"
        case "priority":
            if priority is None:
                raise EarwitnessError("priority: none given; allowed: a whole number")
            steering.set_priority(study=study, system=system, priority=priority)
            return f"{what}: priority {priority}."


def _system(study: Study, name: str) -> System | None:
    if not name:
        return None
    system = study.systems.filter(name=name).first()
    if system is None:
        there = ", ".join(study.systems.values_list("name", flat=True))
        raise EarwitnessError(f"system: {name!r} given; allowed in study {study.slug!r}: {there}")
    return system
