"""One worker process: claim a batch of one system, compute outside any transaction, store, finish.

The checkpoint stays loaded while its system has work. Nothing here runs inside a database transaction.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from generation import services, storage
from generation.audio import (
    AudioRejected,
    AudioTarget,
    measure,
    pack_raw,
    reachable_loudness,
    shape,
)
from generation.backends.base import Backend, BackendRefused, Clip, SampleRequest
from generation.backends.http import ServerUnavailable
from generation.backends.registry import prepare
from generation.leases import kept_alive
from generation.models import Sample
from generation.services import Failure, Rendered
from generation.uploads import folder_of
from studies.models import Study
from studies.selectors import spec_of

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Loaded:
    """The system this process holds in memory."""

    system: int
    backend: Backend
    seconds_to_load: float


class Workbench:
    """What one process keeps between batches."""

    def __init__(self, *, device: str) -> None:
        self.device = resolve_device(device)
        self.loaded: Loaded | None = None

    def load(self, sample: Sample) -> Loaded:
        """The sample's system, loaded now if it is not the one at hand."""
        if self.loaded is not None and self.loaded.system == sample.system_id:
            return self.loaded
        self.release()
        started = time.perf_counter()
        backend = prepare(sample.system.config, folder=_folder(sample.study), device=self.device)
        self.loaded = Loaded(sample.system_id, backend, time.perf_counter() - started)
        log.info("loaded %s in %.1f s", sample.system.name, self.loaded.seconds_to_load)
        return self.loaded

    def release(self) -> None:
        if self.loaded is not None:
            self.loaded.backend.release()
            self.loaded = None


def _folder(study: Study) -> Path:
    try:
        return folder_of(study)
    except (storage.SoundMissing, storage.StorageFailed) as error:
        raise BackendRefused(str(error), code="upload_missing") from error


def resolve_device(name: str) -> str:
    """The torch device to work on.

    Raises:
        BackendRefused: the settings ask for a card and there is none.
    """
    if name == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if name.startswith("cuda") and not torch.cuda.is_available():
        raise BackendRefused(
            f"GENERATION_DEVICE: {name!r} asked for, but torch sees no CUDA device; allowed: cpu, auto"
        )
    return name


def target_of(study: Study) -> AudioTarget:
    audio = spec_of(study).audio
    return AudioTarget(duration=audio.duration, loudness=audio.loudness)


def make_batch(bench: Workbench, *, limit: int, study: Study | None = None) -> int:
    """Claim and make one batch. Returns how many samples were claimed; 0 means there is nothing to do."""
    prefer = bench.loaded.system if bench.loaded else None
    samples = services.claim(limit=limit, prefer=prefer, study=study)
    if samples:
        _make(bench, samples)
    return len(samples)


def _make(bench: Workbench, samples: Sequence[Sample]) -> None:
    try:
        loaded = bench.load(samples[0])
    except BackendRefused as refused:
        _fail_all(samples, _final(refused))
        return
    _generate(loaded, samples, target_of(samples[0].study))


def _generate(loaded: Loaded, samples: Sequence[Sample], target: AudioTarget) -> None:
    started = time.perf_counter()
    try:
        with kept_alive(samples):
            clips = loaded.backend.generate([_request(sample, target) for sample in samples])
    except (BackendRefused, AudioRejected) as refused:
        _one_by_one(loaded, samples, target, refused)
        return
    except ServerUnavailable as error:
        _fail_all(samples, Failure(Sample.Owner.OPERATOR, "server_unavailable", str(error), transient=True))
        return
    except Exception as error:
        # Whatever went wrong in the model: the rows say it, another try may help, and the log gets the trace.
        _fail_all(samples, Failure(Sample.Owner.OURS, "backend_failed", repr(error), transient=True))
        raise
    seconds = (time.perf_counter() - started) / len(samples)
    for sample, clip in zip(samples, clips, strict=True):
        _store(sample, clip, target, {**loaded.backend.provenance(), "seconds": round(seconds, 4)})


def _one_by_one(
    loaded: Loaded, samples: Sequence[Sample], target: AudioTarget, refused: BackendRefused | AudioRejected
) -> None:
    """One of the batch cannot be made: find out which, so that the others do not suffer for it."""
    if len(samples) == 1:
        _fail_all(samples, _final(refused))
        return
    for sample in samples:
        _generate(loaded, [sample], target)


def _final(refused: BackendRefused | AudioRejected) -> Failure:
    return Failure(Sample.Owner.SPEC, refused.code, str(refused))


def _request(sample: Sample, target: AudioTarget) -> SampleRequest:
    return SampleRequest(
        key=sample.key,
        prompt=sample.prompt.text,
        seed=sample.seed,
        duration=target.duration,
        prompt_id=sample.prompt.key,
        index=sample.index,
    )


def _fail_all(samples: Sequence[Sample], failure: Failure) -> None:
    for sample in samples:
        services.fail(sample=sample, failure=failure)
        log.warning("sample %s: %s: %s", sample.key, failure.code, failure.text)


def _store(sample: Sample, clip: Clip, target: AudioTarget, provenance: dict[str, object]) -> None:
    try:
        shaped = shape(clip.audio, clip.sample_rate, target)
        reachable = reachable_loudness(measure(shaped, target.sample_rate), target)
        digest = storage.put(pack_raw(shaped, target.sample_rate))
    except AudioRejected as rejected:
        _fail_all([sample], Failure(Sample.Owner.SPEC, rejected.code, str(rejected)))
    except storage.StorageFailed as failed:
        _fail_all([sample], Failure(Sample.Owner.OPERATOR, "storage_failed", str(failed), transient=True))
    else:
        rendered = Rendered(digest, reachable, {**provenance, **clip.notes, "attempt": sample.attempts})
        if not services.finish(sample=sample, rendered=rendered):
            log.warning(
                "sample %s: the claim was lost before it was finished; nothing was written", sample.key
            )
