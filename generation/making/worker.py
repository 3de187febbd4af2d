"""One worker process: claim a batch of one system, compute outside any transaction, hand it on to be finished.

The checkpoint stays loaded while its system has work. Nothing here runs inside a database transaction.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from django.conf import settings

from generation.audio import AudioRejected, AudioTarget
from generation.backends.base import OUT_OF_MEMORY, Backend, BackendRefused, SampleRequest
from generation.backends.http import ServerUnavailable
from generation.backends.registry import prepare
from generation.files import storage
from generation.files.uploads import folder_of
from generation.making.finishing import Finisher, Made, fail_all
from generation.making.memory import Budget, forget_cached, meter_of
from generation.making.provenance import of_batch, of_clip
from generation.models import Sample
from generation.queue import services
from generation.queue.leases import Held
from generation.queue.retrying import insisting
from generation.queue.services import Failure
from generation.queue.stopping import Stop, Stopped
from studies.models import Study
from studies.selectors import spec_of

log = logging.getLogger(__name__)

# How torch's libraries say "out of memory" in errors that are not of that type.
_SAID = ("DefaultCPUAllocator", "CUBLAS_STATUS_ALLOC_FAILED", "CUDNN_STATUS_ALLOC_FAILED")


@dataclass(frozen=True, slots=True)
class Loaded:
    """The system this process holds in memory."""

    system: int
    backend: Backend
    budget: Budget
    seconds_to_load: float


class Workbench:
    """What one process keeps between batches.

    ``first``: clips of a batch whose need of memory is not known; on a CPU, of every batch. ``most``: of any.
    ``threads``: how many finish clips beside the next batch; 0 finishes them at once.
    """

    def __init__(
        self, *, device: str, first: int = 8, most: int = 128, threads: int = 0, stop: Stop | None = None
    ) -> None:
        self.device = resolve_device(device)
        self.first, self.most = first, max(first, most)
        self.stop = stop or Stop()
        self.loaded: Loaded | None = None
        self.loads = 0
        self.meter = meter_of(self.device)
        self.held = Held()
        self.finisher = Finisher(self.held, threads=threads)

    def load(self, sample: Sample) -> Loaded:
        """The sample's system, loaded now if it is not the one at hand."""
        if self.loaded is not None and self.loaded.system == sample.system_id:
            return self.loaded
        self.release()
        started = time.perf_counter()
        with self.stop.interruptible():
            backend = prepare(sample.system.config, folder=_folder(sample.study), device=self.device)
        budget = Budget(self.first, self.most)
        self.loaded = Loaded(sample.system_id, backend, budget, time.perf_counter() - started)
        self.loads += 1
        log.info("loaded %s in %.1f s", sample.system.name, self.loaded.seconds_to_load)
        return self.loaded

    def release(self) -> None:
        if self.loaded is not None:
            self.loaded.backend.release()
            self.loaded = None
            forget_cached(self.device)

    def close(self) -> None:
        """Finish what is under way, let go of everything."""
        self.finisher.close()
        self.held.close()
        self.release()


def workbench(stop: Stop | None = None) -> Workbench:
    """As the settings say.

    Raises:
        BackendRefused: they ask for a card and there is none.
    """
    return Workbench(
        device=settings.GENERATION_DEVICE,
        first=settings.GENERATION_BATCH_SIZE,
        most=settings.GENERATION_MOST_BATCH,
        threads=settings.GENERATION_THREADS,
        stop=stop,
    )


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
    if name.startswith("cuda"):
        _must_exist(name, torch.cuda.device_count() if torch.cuda.is_available() else 0)
    return name


def _must_exist(name: str, cards: int) -> None:
    if int(name.partition(":")[2] or 0) >= cards:
        seen = f"torch sees {cards} CUDA devices" if cards else "torch sees no CUDA device"
        numbers = "".join(f", cuda:{number}" for number in range(cards))
        raise BackendRefused(
            f"GENERATION_DEVICE: {name!r} asked for, but {seen}; allowed: auto, cpu{numbers}"
        )


def target_of(study: Study) -> AudioTarget:
    audio = spec_of(study).audio
    return AudioTarget(duration=audio.duration, loudness=audio.loudness)


def make_batch(bench: Workbench, *, limit: int | None = None, study: Study | None = None) -> int:
    """Claim and make one batch, of at most ``limit``. Returns how many samples were claimed; 0: nothing is left.

    What was made is finished beside the next batch; after a 0 all of it is.

    Raises:
        Stopped: told to stop; the batch's claims are given back, and what was made before is being finished.
    """
    samples = insisting(lambda: _claim(bench, limit, study), "claiming a batch")
    if not samples:
        bench.finisher.wait()
        return 0
    bench.held.take(samples)
    try:
        bench.finisher.hand_over(_made(bench, samples, target_of(samples[0].study)))
    except (Stopped, KeyboardInterrupt):
        _give_back(bench, samples)
        raise
    except BaseException:
        # A defect: nobody renews these leases any more, so they run out, and the sweep counts the attempt.
        for sample in bench.held.among(samples):
            bench.held.drop(sample)
        raise
    return len(samples)


def _claim(bench: Workbench, limit: int | None, study: Study | None) -> list[Sample]:
    size, prefer = bench.first, None
    if bench.loaded is not None:
        size, prefer = bench.loaded.budget.size, bench.loaded.system
    most = bench.most if limit is None else limit
    return services.claim(limit=min(size, most), first=min(bench.first, most), prefer=prefer, study=study)


def _give_back(bench: Workbench, samples: Sequence[Sample]) -> None:
    left = bench.held.among(samples)
    count = insisting(lambda: services.give_back(samples=left), "giving back")
    for sample in left:
        bench.held.drop(sample)
    log.info("told to stop: %d of %d claims are given back", count, len(samples))


def _made(bench: Workbench, samples: Sequence[Sample], target: AudioTarget) -> list[Made]:
    """What came of the samples. Those that failed are written as failed, and missing here."""
    parts: Sequence[Sequence[Sample]] = []
    try:
        return _generated(bench, bench.load(samples[0]), samples, target)
    except (BackendRefused, AudioRejected) as refused:
        # One of the batch cannot be made: find out which, so that the others do not suffer for it.
        parts, failure = [[sample] for sample in samples], _final(refused)
    except ServerUnavailable as error:
        text = str(error)
        failure = Failure(Sample.Owner.OPERATOR, "server_unavailable", text, transient=True)
    except Exception as error:
        if not out_of_memory(error):
            # Whatever went wrong in the model: the rows say it, another try may help, and the log gets the trace.
            _fail(bench, samples, Failure(Sample.Owner.OURS, "backend_failed", repr(error), transient=True))
            raise
        parts, failure = _halves(samples), _too_large(error)
    # Here the error is gone, and with it the tensors that its traceback held.
    if len(parts) < 2 or bench.loaded is None:
        _fail(bench, samples, failure)
        return []
    if failure.code == "out_of_memory":
        _make_room(bench, bench.loaded, len(samples))
    return [made for part in parts for made in _made(bench, part, target)]


def _generated(
    bench: Workbench, loaded: Loaded, samples: Sequence[Sample], target: AudioTarget
) -> list[Made]:
    requests = [request_of(sample, target) for sample in samples]
    bench.meter.start()
    started = time.perf_counter()
    with bench.stop.interruptible():
        clips = loaded.backend.generate(requests)
    seconds, reading = time.perf_counter() - started, bench.meter.read()
    loaded.budget.learn(clips=len(samples), reading=reading)
    shared = of_batch(loaded.backend, bench.device, samples, seconds, reading)
    return [
        Made(sample, clip, target, of_clip(sample, shared, clip.notes))
        for sample, clip in zip(samples, clips, strict=True)
    ]


def out_of_memory(error: Exception) -> bool:
    """Whether a smaller batch may help."""
    return isinstance(error, (*OUT_OF_MEMORY, MemoryError)) or any(word in str(error) for word in _SAID)


def _halves(samples: Sequence[Sample]) -> list[Sequence[Sample]]:
    half = len(samples) // 2
    return [part for part in (samples[:half], samples[half:]) if part]


def _make_room(bench: Workbench, loaded: Loaded, clips: int) -> None:
    log.warning("a batch of %d did not fit into memory; it is made in two halves", clips)
    loaded.budget.refused(clips=clips)
    forget_cached(bench.device)


def _too_large(error: Exception) -> Failure:
    text = f"not even one clip, or the checkpoint itself, fits into memory: {error!s:.500}"
    return Failure(Sample.Owner.OPERATOR, "out_of_memory", text)


def _final(refused: BackendRefused | AudioRejected) -> Failure:
    return Failure(Sample.Owner.SPEC, refused.code, str(refused))


def _fail(bench: Workbench, samples: Sequence[Sample], failure: Failure) -> None:
    fail_all(samples, failure)
    for sample in samples:
        bench.held.drop(sample)


def request_of(sample: Sample, target: AudioTarget) -> SampleRequest:
    return SampleRequest(
        key=sample.key,
        prompt=sample.prompt.text,
        seed=sample.seed,
        duration=target.duration,
        prompt_id=sample.prompt.key,
        index=sample.index,
    )
