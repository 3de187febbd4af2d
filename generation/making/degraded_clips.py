"""Degraded copies of real samples: the known worse side of gold and training pairs.

They are made when everything else is rendered and before the study's loudness is fixed, so that they get the loudness
that all its clips share, and nothing but the sound tells them apart.
"""

from __future__ import annotations

import logging

from django.db.models import QuerySet

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
from generation.queue import outcomes
from generation.queue.outcomes import Rendered
from studies.design import broken_key, known_candidates, pairs_with_a_known_answer, way_number
from studies.design.known_answers import break_seed
from studies.models import Study
from studies.selectors import spec_of
from studies.spec import StudySpec

log = logging.getLogger(__name__)
WITH_SOUND = (Sample.State.RENDERED, Sample.State.READY)


def make_degraded_clips(*, study: Study, target: AudioTarget) -> int:
    """Degrade as many samples as the study's gold and training pairs need. Returns how many were made.

    Raises:
        storage.StorageFailed: the store did not answer; another look makes the rest.
    """
    spec = spec_of(study)
    there = set(usable_degraded_clips(study).values_list("source__key", flat=True))
    wanted, made = pairs_with_a_known_answer(spec), 0
    # In the candidates' order: two workers that look at once go the same way and stop at the same place.
    for key in known_candidates(spec):
        if len(there) >= wanted:
            break
        if key not in there and (new := _degrade(study, spec, key, target)) is not None:
            there.add(key)
            made += new
    return made


def usable_degraded_clips(study: Study) -> QuerySet[Sample]:
    """Degraded clips that raters can, or soon will, hear."""
    degraded = study.samples.exclude(source=None).exclude(state=Sample.State.FAILED)
    return degraded.exclude(source__review__left_out_because__gt="")


def source_is_left_out(source: Sample) -> bool:
    """Whether raters do not hear this clip, so that a degraded copy of it teaches and proves nothing."""
    return SampleReview.objects.filter(sample=source).exclude(left_out_because="").exists()


def _degrade(study: Study, spec: StudySpec, key: str, target: AudioTarget) -> bool | None:
    """Whether this call wrote the row. None: it has no sound, its copy failed, or degrading it failed."""
    source = study.samples.filter(key=key, state__in=WITH_SOUND).exclude(raw_sha256="").first()
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
        log.warning("sample %s cannot be degraded: %s", key, refused)
        return None
    digest = storage.put(pack_raw(broken, rate))
    provenance = {"made_from": key, "broken_by": way, "break_seed": seed}
    rendered = Rendered(digest, reachable, provenance)
    return outcomes.add_degraded_clip(source=source, key=broken_key(key), rendered=rendered)
