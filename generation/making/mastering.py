"""The last station of a clip: one loudness for the whole study, canonical bytes, measured again after writing."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from itertools import chain

from django.db.models import QuerySet

from generation.audio import AudioRejected, AudioTarget, common_loudness, master, read_audio, verify
from generation.files import storage
from generation.making.automatic_measures import measure_sets
from generation.making.degraded_clips import make_twins
from generation.making.finishing import Finisher
from generation.making.worker import target_of
from generation.models import Sample
from generation.queue import services
from generation.queue.retrying import insisting
from generation.queue.services import Failure
from generation.queue.stopping import Stop
from studies.models import Study

log = logging.getLogger(__name__)

CHUNK = 32


def master_study(*, study: Study, finisher: Finisher | None = None, stop: Stop | None = None) -> int:
    """Master every rendered sample once nothing is left to render. Returns how many became ready.

    With the threads of ``finisher``; whoever comes after a ``stop`` masters the rest.

    The common loudness is the study's target, lowered for all clips alike when one of them would exceed the
    true-peak guard. It is fixed by the first mastering; a later clip that cannot reach it fails by name.
    """
    under_way = study.samples.filter(state__in=[Sample.State.PLANNED, Sample.State.CLAIMED])
    if under_way.exists():
        return 0
    target = target_of(study)
    try:
        make_twins(study=study, target=target)
    except storage.StorageFailed as failed:
        # Nothing is mastered without them: the next look tries again.
        log.warning("study %s: %s", study.slug, failed)
        return 0
    rendered = study.samples.filter(state=Sample.State.RENDERED)
    reachable = [
        value for value in rendered.values_list("reachable_loudness", flat=True) if value is not None
    ]
    if not reachable:
        return 0
    loudness = services.fix_loudness(study=study, loudness=common_loudness(reachable, target))
    mastered = 0
    # Twins first: once every sample of a system is ready, the study is.
    for chunk in chain(_chunks(rendered.exclude(source=None)), _chunks(rendered.filter(source=None))):
        if stop is not None and stop.asked:
            return mastered
        mastered += sum(_each(finisher, lambda sample: _master_one(sample, loudness, target), chunk))
    _measure_sets(study)
    return mastered


def _chunks(rendered: QuerySet[Sample]) -> Iterator[list[Sample]]:
    """Each once: what cannot be stored stays rendered, and is not met again in this look."""
    last = 0
    while chunk := list(rendered.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        yield chunk
        last = chunk[-1].pk


def _each(finisher: Finisher | None, action: Callable[[Sample], bool], chunk: Sequence[Sample]) -> list[bool]:
    return [action(sample) for sample in chunk] if finisher is None else finisher.each(action, chunk)


def _measure_sets(study: Study) -> None:
    try:
        measure_sets(study=study)
    except (storage.StorageFailed, storage.SoundMissing) as failed:
        # The clips are ready all the same; `manage.py measure` measures again.
        log.warning("study %s: sets could not be measured: %s", study.slug, failed)


def _master_one(sample: Sample, loudness: float, target: AudioTarget) -> bool:
    try:
        raw, _ = read_audio(
            insisting(lambda: storage.get(sample.raw_sha256), f"sample {sample.key}: reading")
        )
        wav = master(raw, loudness=loudness, target=target)
        measures = asdict(verify(wav, loudness=loudness, target=target))
        digest = insisting(lambda: storage.put(wav), f"sample {sample.key}: storing")
    except AudioRejected as rejected:
        return _failed(sample, Failure(Sample.Owner.SPEC, rejected.code, str(rejected)))
    except storage.SoundMissing as missing:
        return _failed(sample, Failure(Sample.Owner.OPERATOR, "sound_missing", str(missing)))
    except storage.StorageFailed as failed:
        # The row stays as it is: the next look tries again.
        log.warning("sample %s: %s", sample.key, failed)
        return False
    return insisting(
        lambda: services.finish_mastering(sample=sample, audio_sha256=digest, measures=measures),
        f"sample {sample.key}: database_failed",
    )


def _failed(sample: Sample, failure: Failure) -> bool:
    services.fail_mastering(sample=sample, failure=failure)
    log.warning("sample %s: %s: %s", sample.key, failure.code, failure.text)
    return False
