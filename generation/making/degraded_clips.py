"""Broken twins of real samples: the known wrong side of gold and training pairs.

They are made when everything else is rendered and before anything is mastered, so that they get the loudness that
all clips of the study share, and nothing but the sound tells them apart.
"""

from __future__ import annotations

import logging

from django.db.models import QuerySet
from django.utils import timezone

from generation.audio import (
    WAYS,
    AudioRejected,
    AudioTarget,
    break_sound,
    measure,
    pack_raw,
    reachable_loudness,
    read_audio,
)
from generation.files import storage
from generation.models import Sample, SampleReview
from studies.design import broken_key, known_candidates, pairs_with_a_known_answer, way_number
from studies.design.known_answers import break_seed
from studies.models import Study
from studies.selectors import spec_of
from studies.spec import StudySpec

log = logging.getLogger(__name__)
SOUNDS = (Sample.State.RENDERED, Sample.State.READY)


def make_twins(*, study: Study, target: AudioTarget) -> int:
    """Break as many samples as the study's gold and training pairs need. Returns how many were made.

    Raises:
        storage.StorageFailed: the store did not answer; another look makes the rest.
    """
    spec = spec_of(study)
    there = set(sounding_twins(study).values_list("source__key", flat=True))
    wanted, made = pairs_with_a_known_answer(spec), 0
    # In the candidates' order: two workers that look at once go the same way and stop at the same place.
    for key in known_candidates(spec):
        if len(there) >= wanted:
            break
        if key not in there and (new := _make_twin(study, spec, key, target)) is not None:
            there.add(key)
            made += new
    return made


def sounding_twins(study: Study) -> QuerySet[Sample]:
    """Broken twins that raters can, or soon will, hear."""
    twins = study.samples.exclude(source=None).exclude(state=Sample.State.FAILED)
    return twins.exclude(source__review__left_out_because__gt="")


def source_is_left_out(source: Sample) -> bool:
    """Whether raters do not hear this clip, so that a broken copy of it teaches and proves nothing."""
    return SampleReview.objects.filter(sample=source).exclude(left_out_because="").exists()


def _make_twin(study: Study, spec: StudySpec, key: str, target: AudioTarget) -> bool | None:
    """Whether this call wrote it. None: there is no sound, its twin failed, or it cannot be broken as it should."""
    source = study.samples.filter(key=key, state__in=SOUNDS).exclude(raw_sha256="").first()
    if source is None or source_is_left_out(source):
        return None
    if study.samples.filter(source=source, state=Sample.State.FAILED).exists():
        return None
    way = list(WAYS)[way_number(spec, key, len(WAYS))]
    seed = break_seed(spec, key)
    try:
        raw, rate = read_audio(storage.get(source.raw_sha256))
        broken = break_sound(raw, way=way, seed=seed, target=target)
        reachable = reachable_loudness(measure(broken, rate), target)
    except (AudioRejected, storage.SoundMissing) as refused:
        log.warning("sample %s gets no broken twin: %s", key, refused)
        return None
    digest = storage.put(pack_raw(broken, rate))
    provenance = {"made_from": key, "broken_by": way, "break_seed": seed}
    return _write(source, digest, reachable, provenance)


def _write(source: Sample, digest: str, reachable: float, provenance: dict[str, object]) -> bool:
    """Two workers that look at once write one row."""
    _, new = Sample.objects.get_or_create(
        study_id=source.study_id,
        key=broken_key(source.key),
        defaults={
            "source": source,
            "system_id": source.system_id,
            "prompt_id": source.prompt_id,
            "index": source.index,
            "seed": source.seed,
            "state": Sample.State.RENDERED,
            "raw_sha256": digest,
            "reachable_loudness": reachable,
            "provenance": provenance,
            "made_at": timezone.now(),
        },
    )
    return new
