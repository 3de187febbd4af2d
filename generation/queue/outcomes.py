"""What came of a sample: rendered, ready or failed. Every change is a compare-and-set; a lost claim writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Case, CharField, QuerySet, Value, When
from django.utils import timezone

from generation.models import Mastering, Sample
from studies.models import Study, System

NO_LEASE: Mapping[str, str | None] = {"lease_token": "", "leased_until": None}
NOT_MASTERED: Mapping[str, object] = {"audio_sha256": "", "mastered_loudness": None, "measures": {}}
NO_ERROR: Mapping[str, str] = {"error_owner": "", "error_code": "", "error_text": ""}


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a sample could not be made. ``transient``: another try can help."""

    owner: Sample.Owner
    code: str
    text: str
    transient: bool = False


@dataclass(frozen=True, slots=True)
class Mastered:
    """A canonical sound that was stored and measured. ``loudness`` in LUFS is what it was mastered to."""

    audio_sha256: str
    loudness: float
    measures: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class SourceLevels:
    """What a clip was before it was given the study's form; ``silent_share`` is of the clip after it.

    ``clipped_share`` and ``silent_share`` from 0 to 1, ``offset`` (DC) in parts of full scale.
    """

    silent_share: float
    clipped_share: float
    offset: float
    mono: bool


@dataclass(frozen=True, slots=True)
class Rendered:
    """A raw sound that was stored and measured, and the final one if it could be mastered already."""

    raw_sha256: str
    reachable_loudness: float
    provenance: Mapping[str, object]
    mastered: Mastered | None = None
    levels: SourceLevels | None = None


def error_fields(failure: Failure) -> dict[str, str]:
    """The columns that say why a sample failed."""
    return {"error_owner": failure.owner, "error_code": failure.code, "error_text": failure.text}


def finish(*, sample: Sample, rendered: Rendered) -> bool:
    """The raw sound is stored. False: the claim was lost meanwhile, and nothing was written."""
    changed = _claim_of(sample).update(
        state=Sample.State.RENDERED,
        raw_sha256=rendered.raw_sha256,
        reachable_loudness=rendered.reachable_loudness,
        provenance=rendered.provenance,
        made_at=timezone.now(),
        # Made again, a sample must not keep what was mastered of another clip.
        **(_mastered_fields(rendered.mastered) if rendered.mastered else NOT_MASTERED),
        **(_level_fields(rendered.levels) if rendered.levels else {}),
        **NO_LEASE,
        **NO_ERROR,
    )
    return bool(changed)


def fail(*, sample: Sample, failure: Failure) -> bool:
    """Store why. A transient failure goes back to the queue until the attempts are used up."""
    again = failure.transient and sample.attempts < settings.GENERATION_MAX_ATTEMPTS
    changed = _claim_of(sample).update(
        state=Sample.State.PLANNED if again else Sample.State.FAILED, **NO_LEASE, **error_fields(failure)
    )
    return bool(changed)


def _claim_of(sample: Sample) -> QuerySet[Sample]:
    return Sample.objects.filter(pk=sample.pk, state=Sample.State.CLAIMED, lease_token=sample.lease_token)


def retry_failed(*, study: Study, system: System | None = None) -> int:
    """Failed and cancelled samples go back to the queue with their attempts forgotten. Returns how many."""
    rows = study.samples.filter(state=Sample.State.FAILED)
    if system is not None:
        rows = rows.filter(system=system)
    # A clip that failed in mastering has its raw sound already.
    back_to = Case(
        When(raw_sha256="", then=Value(Sample.State.PLANNED)),
        default=Value(Sample.State.RENDERED),
        output_field=CharField(),
    )
    return rows.update(state=back_to, attempts=0, **NO_ERROR)


def add_degraded_clip(*, source: Sample, key: str, rendered: Rendered) -> bool:
    """The row of a clip that was made from ``source`` by degrading it. False: another worker wrote it first."""
    _, new = Sample.objects.get_or_create(
        study_id=source.study_id,
        key=key,
        defaults={
            "source": source,
            "system_id": source.system_id,
            "prompt_id": source.prompt_id,
            "index": source.index,
            "seed": source.seed,
            "state": Sample.State.RENDERED,
            "raw_sha256": rendered.raw_sha256,
            "reachable_loudness": rendered.reachable_loudness,
            "provenance": rendered.provenance,
            "made_at": timezone.now(),
        },
    )
    return new


def fix_loudness(*, study: Study, loudness: float) -> float:
    """The study's common loudness in LUFS: the first one written stays."""
    mastering, _ = Mastering.objects.get_or_create(study=study, defaults={"loudness": loudness})
    return mastering.loudness


def accept_mastered(*, study: Study, loudness: float, degraded: bool) -> int:
    """Clips that were mastered to the common loudness when they came are ready. Returns how many.

    ``degraded``: the degraded clips, or those that systems made.
    """
    rows = study.samples.filter(state=Sample.State.RENDERED, mastered_loudness=loudness)
    return rows.filter(source__isnull=not degraded).update(state=Sample.State.READY, **NO_ERROR)


def finish_mastering(*, sample: Sample, mastered: Mastered) -> bool:
    """The final sound is stored. False: another worker said so first."""
    changed = Sample.objects.filter(pk=sample.pk, state=Sample.State.RENDERED).update(
        state=Sample.State.READY, **_mastered_fields(mastered), **NO_ERROR
    )
    return bool(changed)


def _mastered_fields(mastered: Mastered) -> dict[str, object]:
    return {
        "audio_sha256": mastered.audio_sha256,
        "mastered_loudness": mastered.loudness,
        "measures": mastered.measures,
    }


def _level_fields(levels: SourceLevels) -> dict[str, object]:
    return {
        "silent_share": levels.silent_share,
        "source_clipped_share": levels.clipped_share,
        "source_offset": levels.offset,
        "source_mono": levels.mono,
    }


def fail_mastering(*, sample: Sample, failure: Failure) -> bool:
    """Store why the clip cannot be brought to the study's loudness."""
    changed = Sample.objects.filter(pk=sample.pk, state=Sample.State.RENDERED).update(
        state=Sample.State.FAILED, **error_fields(failure)
    )
    return bool(changed)
