"""The last step of a clip: one loudness for the whole study, canonical bytes, measured again after writing.

Most clips were mastered to the study's target when they came; they only wait for the loudness to be fixed.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

from django.db.models import Min, QuerySet

from generation.audio import AudioRejected, AudioTarget, common_loudness, read_audio
from generation.files import storage
from generation.making.automatic_measures import measure_sets
from generation.making.degraded_clips import make_degraded_clips
from generation.making.finishing import Finisher, master_and_store
from generation.making.retrying import retried
from generation.making.stopping import Stop
from generation.making.targets import target_of
from generation.models import Sample
from generation.queue import outcomes
from generation.queue.outcomes import Failure
from studies.models import Study

log = logging.getLogger(__name__)

CHUNK = 32


def master_study(*, study: Study, finisher: Finisher | None = None, stop: Stop | None = None) -> int:
    """Master every rendered sample once nothing is left to render. Returns how many became ready.

    With the threads of ``finisher``; whoever comes after a ``stop`` masters the rest.

    The common loudness is the study's target, lowered for all clips alike when one of them would exceed the
    true-peak guard. It is fixed by the first mastering; a later clip that cannot reach it fails by name.
    """
    if study.samples.filter(state__in=[Sample.State.PLANNED, Sample.State.CLAIMED]).exists():
        return 0
    target = target_of(study)
    try:
        make_degraded_clips(study=study, target=target)
    except storage.StorageFailed as failed:
        # Nothing is mastered without them: the next look tries again.
        log.warning("study %s: %s", study.slug, failed)
        return 0
    rendered = study.samples.filter(state=Sample.State.RENDERED)
    lowest = rendered.aggregate(lowest=Min("reachable_loudness"))["lowest"]
    if lowest is None:
        return 0
    loudness = outcomes.fix_loudness(study=study, loudness=common_loudness([lowest], target))
    ready = 0
    # Degraded clips first: once every sample of a system is ready, the study can be opened.
    for degraded in (True, False):
        for chunk in _chunks(
            rendered.filter(source__isnull=not degraded).exclude(mastered_loudness=loudness)
        ):
            if stop is not None and stop.asked:
                return ready
            mastered = [
                *(finisher.each if finisher else map)(
                    lambda sample: _master_sample(sample, loudness, target), chunk
                )
            ]
            ready += sum(mastered)
        ready += outcomes.accept_mastered(study=study, loudness=loudness, degraded=degraded)
    try:
        measure_sets(study=study)
    except (storage.StorageFailed, storage.SoundMissing) as failed:
        # The clips are ready all the same; `manage.py measure` measures again.
        log.warning("study %s: sets could not be measured: %s", study.slug, failed)
    return ready


def _chunks(rendered: QuerySet[Sample]) -> Iterator[list[Sample]]:
    """Each once: what cannot be stored stays rendered, and is not met again in this look."""
    last = 0
    while chunk := list(rendered.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        yield chunk
        last = chunk[-1].pk


def _master_sample(sample: Sample, loudness: float, target: AudioTarget) -> bool:
    """Whether the sample became ready by this call."""
    try:
        raw = retried(lambda: storage.get(sample.raw_sha256), f"sample {sample.key}: reading")
        mastered = master_and_store(read_audio(raw)[0], loudness, target, sample)
    except AudioRejected as rejected:
        failure = Failure(Sample.Owner.SPEC, rejected.code, str(rejected))
    except storage.SoundMissing as missing:
        failure = Failure(Sample.Owner.OPERATOR, "sound_missing", str(missing))
    except storage.StorageFailed as failed:
        # The row stays as it is: the next look tries again.
        log.warning("sample %s: %s", sample.key, failed)
        return False
    else:
        return retried(
            lambda: outcomes.finish_mastering(sample=sample, mastered=mastered),
            f"sample {sample.key}: database_failed",
        )
    outcomes.fail_mastering(sample=sample, failure=failure)
    log.warning("sample %s: %s: %s", sample.key, failure.code, failure.text)
    return False
