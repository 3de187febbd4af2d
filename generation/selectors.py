"""Reads of samples: how far a study is, and what is left to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations, groupby
from typing import Any

from django.db.models import Avg, Count, Exists, OuterRef, Q, QuerySet

from generation.models import Sample
from studies.models import Study

OFFSET_SHOWN = 0.005
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


def identical_systems(study: Study) -> list[tuple[str, str]]:
    """Pairs of systems whose finished clips are the same bytes wherever both have one.

    Reads until every pair has shown a difference, which is after the first prompt unless something is wrong.
    """
    rows = _of_systems(study).filter(state=Sample.State.READY).order_by("prompt", "index", "system__name")
    clips = rows.values_list("prompt", "index", "system__name", "audio_sha256").iterator(chunk_size=200)
    same: set[tuple[str, str]] = set()
    different: set[tuple[str, str]] = set()
    pairs = set(combinations(sorted(study.systems.values_list("name", flat=True)), 2))
    for _, together in groupby(clips, key=lambda row: row[:2]):
        digests = {name: digest for _, _, name, digest in together}
        for first, second in combinations(sorted(digests), 2):
            (same if digests[first] == digests[second] else different).add((first, second))
        if different == pairs:
            break
    return sorted(same - different)


@dataclass(frozen=True, slots=True)
class SoundOfSystem:
    """What to know of a system's finished clips before raters hear them.

    ``silent_share``: mean share of a clip that is silence. Clips whose source was ``clipped`` (flat tops at full
    scale), ``mono`` (both channels the same, or one channel), or had a constant ``offset`` (DC) of more than
    ``OFFSET_SHOWN`` of full scale.
    """

    name: str
    clips: int
    silent_share: float
    clipped: int
    mono: int
    offset: int

    @property
    def silent_percent(self) -> float:
        return 100 * self.silent_share


def sound_by_system(study: Study) -> list[SoundOfSystem]:
    """Of the clips whose source was measured: those that were made since there is such a measure."""
    rows = _of_systems(study).exclude(source_mono=None).values("system__name").order_by("system__name")
    found = rows.annotate(
        clips=Count("pk"),
        silence=Avg("silent_share"),
        clipped=Count("pk", filter=Q(source_clipped_share__gt=0)),
        mono=Count("pk", filter=Q(source_mono=True)),
        offset=Count("pk", filter=Q(source_offset__gt=OFFSET_SHOWN)),
    )
    return [
        SoundOfSystem(
            row["system__name"], row["clips"], row["silence"], row["clipped"], row["mono"], row["offset"]
        )
        for row in found
    ]


def studies_to_master(study: Study | None = None) -> list[Study]:
    """Studies with rendered clips and nothing left to render; of all, or whether this one is."""
    rendered = Sample.objects.filter(study=OuterRef("pk"), state=Sample.State.RENDERED)
    waiting = Sample.objects.filter(
        study=OuterRef("pk"), state__in=[Sample.State.PLANNED, Sample.State.CLAIMED]
    )
    # A degraded copy of a clip that was left out meanwhile needs a successor before the study can open.
    left_out = Sample.objects.filter(study=OuterRef("pk"), source__review__left_out_because__gt="")
    not_opened = Q(state=Study.State.LAUNCHED, opened_at=None)
    due = Study.objects.filter(Exists(rendered) | (not_opened & Exists(left_out)), ~Exists(waiting))
    return list(due if study is None else due.filter(pk=study.pk))
