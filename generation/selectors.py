"""Reads of samples: how far a study is, and what is left to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from generation.models import Sample
from studies.models import Study

UNDER_WAY = (Sample.State.PLANNED, Sample.State.CLAIMED, Sample.State.RENDERED)


@dataclass(frozen=True, slots=True)
class SampleCounts:
    """Samples of one study, or of one system or prompt of it."""

    name: str
    total: int
    ready: int
    failed: int

    @property
    def under_way(self) -> int:
        return self.total - self.ready - self.failed

    @property
    def percent(self) -> int:
        return 100 * self.ready // self.total if self.total else 0


def _counted(name: str, row: Mapping[str, Any]) -> SampleCounts:
    return SampleCounts(name=name, total=row["total"], ready=row["ready"], failed=row["failed"])


_COUNTS = {
    "total": Count("pk"),
    "ready": Count("pk", filter=Q(state=Sample.State.READY)),
    "failed": Count("pk", filter=Q(state=Sample.State.FAILED)),
}


def _of_systems(study: Study) -> QuerySet[Sample]:
    """What the study's systems make; broken twins are made of that and counted nowhere."""
    return study.samples.filter(source=None)


def sample_counts(study: Study) -> SampleCounts:
    return _counted(study.slug, _of_systems(study).aggregate(**_COUNTS))


def counts_by_system(study: Study) -> list[SampleCounts]:
    rows = _of_systems(study).values("system__name").annotate(**_COUNTS).order_by("system__name")
    return [_counted(row["system__name"], row) for row in rows]


def counts_by_prompt(study: Study) -> list[SampleCounts]:
    rows = _of_systems(study).values("prompt__key").annotate(**_COUNTS).order_by("prompt__key")
    return [_counted(row["prompt__key"], row) for row in rows]


def failed_samples(study: Study) -> list[Sample]:
    return list(study.samples.filter(state=Sample.State.FAILED).select_related("system", "prompt")[:100])


def planned_count() -> int:
    return Sample.objects.filter(state=Sample.State.PLANNED).count()


def studies_to_master() -> list[Study]:
    """Studies with rendered clips and nothing left to render."""
    waiting = Q(samples__state__in=[Sample.State.PLANNED, Sample.State.CLAIMED])
    rendered = Study.objects.filter(samples__state=Sample.State.RENDERED).distinct()
    # A broken copy of a clip that was left out meanwhile needs a successor before the study can open.
    spoilt = Study.objects.filter(
        state=Study.State.LAUNCHED, opened_at=None, samples__source__review__left_out_because__gt=""
    )
    due = Study.objects.filter(Q(pk__in=rendered.values("pk")) | Q(pk__in=spoilt.values("pk")))
    return list(due.exclude(pk__in=Study.objects.filter(waiting).values("pk")))
