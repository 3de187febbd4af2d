"""How the making of samples goes: system by system, how it is steered, and what every worker does now."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, F, Min, Q
from django.utils import timezone

from generation.models import Sample, StudyQueue, SystemQueue, Worker
from studies.models import Study

WINDOW = timedelta(minutes=30)
MADE = (Sample.State.RENDERED, Sample.State.READY)


@dataclass(frozen=True, slots=True)
class Making:
    """One system. ``made`` are its clips that exist; ``codes`` says of the failed ones how many failed by which code.

    ``per_minute`` is the pace of all workers together in the last half hour, None if nothing was made in it.
    """

    name: str
    total: int
    made: int
    claimed: int
    failed: int
    codes: tuple[tuple[str, int], ...]
    per_minute: float | None
    paused: bool = False
    priority: int = 0

    @property
    def to_go(self) -> int:
        return self.total - self.made - self.failed

    @property
    def time_left(self) -> timedelta | None:
        """At that pace; None where it is not known, or nothing is left."""
        if not self.to_go or not self.per_minute:
            return None
        return timedelta(minutes=self.to_go / self.per_minute)


def making_by_system(study: Study) -> list[Making]:
    """Three statements, however many systems."""
    now = timezone.now()
    recent = Q(state__in=MADE, made_at__gte=now - WINDOW, claimed_at__isnull=False)
    rows = study.samples.filter(source=None).values("system__name").order_by("system__name")
    counted = rows.annotate(
        total=Count("pk"),
        made=Count("pk", filter=Q(state__in=MADE)),
        claimed=Count("pk", filter=Q(state=Sample.State.CLAIMED)),
        failed=Count("pk", filter=Q(state=Sample.State.FAILED)),
        recent=Count("pk", filter=recent),
        since=Min("claimed_at", filter=recent),
    )
    codes = _failure_codes(study)
    queues = {queue.system.name: queue for queue in _system_queues(study)}
    return [
        Making(
            row["system__name"],
            row["total"],
            row["made"],
            row["claimed"],
            row["failed"],
            tuple(codes[row["system__name"]]),
            _clips_per_minute(row["recent"], row["since"], now),
            queues[row["system__name"]].paused,
            queues[row["system__name"]].priority,
        )
        for row in counted
    ]


def _system_queues(study: Study) -> list[SystemQueue]:
    return list(SystemQueue.objects.filter(system__study=study).select_related("system"))


def _clips_per_minute(clips: int, since: datetime | None, now: datetime) -> float | None:
    """From when the first of them was begun: loading the checkpoint counts, waiting does not."""
    if since is None:
        return None
    return 60 * clips / max((now - since).total_seconds(), 1.0)


def _failure_codes(study: Study) -> dict[str, list[tuple[str, int]]]:
    """Of each system, commonest first."""
    failed = study.samples.filter(state=Sample.State.FAILED, source=None)
    rows = (
        failed.values_list("system__name", "error_code").annotate(n=Count("pk")).order_by("-n", "error_code")
    )
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for name, code, count in rows:
        found[name].append((code, count))
    return found


@dataclass(frozen=True, slots=True)
class Steering:
    """How soon a study's samples are made."""

    paused: bool
    priority: int


def steering_of(study: Study) -> Steering:
    """As steered; a draft is neither paused nor before others."""
    queue = StudyQueue.objects.filter(study=study).first()
    return Steering(False, 0) if queue is None else Steering(queue.paused, queue.priority)


@dataclass(frozen=True, slots=True)
class WorkerState:
    """One worker, as it last said. ``silent``: it said nothing for a whole lease, so it was probably killed.

    ``study`` and ``system`` name the checkpoint it holds; empty without one. Memory in bytes.
    """

    host: str
    pid: int
    device: str
    device_name: str
    memory_used: int
    memory_total: int
    activity: str
    study: str
    system: str
    clips_held: int
    seen_at: datetime
    silent: bool

    @property
    def doing(self) -> str:
        """What it does, in words."""
        return str(Worker.Activity(self.activity).label)


def workers() -> list[WorkerState]:
    """Every worker there is, on whatever machine."""
    rows = Worker.objects.annotate(slug=F("system__study__slug"), name=F("system__name"))
    silent_before = timezone.now() - timedelta(seconds=settings.GENERATION_LEASE_SECONDS)
    return [
        WorkerState(
            row.host,
            row.pid,
            row.device,
            row.device_name,
            row.memory_used,
            row.memory_total,
            row.activity,
            row.slug or "",
            row.name or "",
            row.clips_held,
            row.seen_at,
            row.seen_at < silent_before,
        )
        for row in rows
    ]
