"""The worker's work: claim a batch of one system, generate it outside any transaction, hand it on to be finished.

The checkpoint stays loaded while its system has work and its turn lasts.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence

import torch

from generation.audio import AudioRejected, AudioTarget
from generation.backends.base import OUT_OF_MEMORY, BackendRefused, SampleRequest
from generation.backends.http import ServerUnavailable
from generation.making.finishing import Made, fail_all
from generation.making.mastering import master_study
from generation.making.memory import forget_cached
from generation.making.provenance import of_batch, of_clip
from generation.making.retrying import retried
from generation.making.stopping import Stopped
from generation.making.targets import likely_loudness, target_of
from generation.making.workbench import Loaded, Workbench
from generation.models import Sample, Worker
from generation.queue import claims
from generation.queue.outcomes import Failure
from generation.selectors import studies_to_master
from studies.models import Study

log = logging.getLogger(__name__)

# How torch's libraries say "out of memory" in errors that are not of that type.
OUT_OF_MEMORY_WORDS = ("DefaultCPUAllocator", "CUBLAS_STATUS_ALLOC_FAILED", "CUDNN_STATUS_ALLOC_FAILED")


class CardBroken(Exception):
    """After a CUDA error no call of this process succeeds any more: only a new process helps."""


def make_samples(
    bench: Workbench, *, study: Study | None = None, after_batch: Callable[[], None] = lambda: None
) -> int:
    """Work until no sample is left to make, of all studies or of one, and master what is complete.

    Returns how many samples were claimed.

    Raises:
        Stopped: told to stop; claims of the batch under way are given back, and what was made before is finished.
        CardBroken: this process has to be started anew. Its claims are given back.
    """
    made, loads = 0, bench.loads
    try:
        while claimed := make_batch(bench, study=study):
            made += claimed
            after_batch()
            if bench.loads > loads:
                # Another system's turn: a study before it may be complete, and must not wait for the end of all.
                loads = bench.loads
                _master_complete(bench, study)
        _master_complete(bench, study)
    finally:
        bench.finisher.wait()
        bench.begin(Worker.Activity.IDLE)
    return made


def _master_complete(bench: Workbench, study: Study | None) -> None:
    for complete in studies_to_master(study):
        bench.begin(Worker.Activity.MASTERING)
        master_study(study=complete, finisher=bench.finisher, stop=bench.stop)


def make_batch(bench: Workbench, *, limit: int | None = None, study: Study | None = None) -> int:
    """Claim and make one batch, of at most ``limit``. Returns how many samples were claimed; 0: nothing is left.

    What was made is finished beside the next batch; after a 0 all of it is.

    Raises:
        Stopped, CardBroken: as ``make_samples``.
    """
    if bench.stop.asked:
        raise Stopped
    samples = retried(lambda: _claim_batch(bench, limit, study), "claiming a batch")
    if not samples:
        bench.finisher.wait()
        return 0
    bench.held.add(samples)
    try:
        bench.finisher.hand_over(_generate_all(bench, samples, target_of(samples[0].study)))
    except (Stopped, CardBroken, KeyboardInterrupt):
        _give_back(bench, samples)
        raise
    except BaseException:
        # A defect of ours: nobody renews these leases any more, so they run out, and the sweep counts the attempt.
        for sample in bench.held.unfinished(samples):
            bench.held.remove(sample)
        raise
    return len(samples)


def _claim_batch(bench: Workbench, limit: int | None, study: Study | None) -> list[Sample]:
    first, at_hand = min(bench.first, bench.most), bench.at_hand
    if limit is not None:
        first = min(first, limit)
        at_hand = at_hand and at_hand.up_to(limit)
    return claims.claim(limit=first, loaded=at_hand, study=study, troubled=bench.troubled)


def _give_back(bench: Workbench, samples: Sequence[Sample]) -> None:
    left = bench.held.unfinished(samples)
    count = retried(lambda: claims.give_back(samples=left), "giving back")
    for sample in left:
        bench.held.remove(sample)
    log.info("told to stop: %d of %d claims are given back", count, len(samples))


def _generate_all(bench: Workbench, samples: Sequence[Sample], target: AudioTarget) -> list[Made]:
    """What came of the samples. Those that failed are written as failed, and missing here."""
    parts: Sequence[Sequence[Sample]] = []
    try:
        return _generate(bench, bench.load(samples[0]), samples, target)
    except (BackendRefused, AudioRejected) as refused:
        # One of the batch cannot be made: find out which, so that the others do not suffer for it.
        parts = [[sample] for sample in samples]
        failure = Failure(Sample.Owner.SPEC, refused.code, str(refused))
    except ServerUnavailable as error:
        failure = Failure(Sample.Owner.OPERATOR, "server_unavailable", str(error), transient=True)
    except Exception as error:
        if isinstance(error, torch.AcceleratorError):
            raise CardBroken(str(error)) from error
        if out_of_memory(error):
            half = len(samples) // 2
            parts = [part for part in (samples[:half], samples[half:]) if part]
            text = f"not even one clip, or the checkpoint itself, fits into memory: {error!s:.500}"
            failure = Failure(Sample.Owner.OPERATOR, "out_of_memory", text)
        else:
            # Whatever went wrong in the model: the rows say it, another try may help, and the log gets the trace.
            log.exception("%s could not generate a batch", samples[0].system.name)
            failure = Failure(Sample.Owner.OURS, "backend_failed", repr(error), transient=True)
            bench.troubled.add(samples[0].system_id)
    # Here the error is gone, and with it the tensors that its traceback held.
    if failure.code == "backend_failed":
        bench.release()
    if len(parts) < 2 or bench.loaded is None:
        fail_all(samples, failure)
        for sample in samples:
            bench.held.remove(sample)
        return []
    if failure.code == "out_of_memory":
        log.warning("a batch of %d did not fit into memory; it is made in two halves", len(samples))
        bench.loaded.budget.refused(clips=len(samples))
        forget_cached(bench.device)
    return [made for part in parts for made in _generate_all(bench, part, target)]


def _generate(bench: Workbench, loaded: Loaded, samples: Sequence[Sample], target: AudioTarget) -> list[Made]:
    bench.begin(Worker.Activity.GENERATING)
    requests = [request_of(sample, target) for sample in samples]
    bench.meter.start()
    started = time.perf_counter()
    with bench.stop.interruptible():
        clips = loaded.backend.generate(requests)
    seconds, reading = time.perf_counter() - started, bench.meter.read()
    loaded.budget.learn(clips=len(samples), reading=reading)
    shared = of_batch(loaded.backend, bench.device, samples, seconds, reading)
    loudness = likely_loudness(samples[0].study, target)
    return [
        Made(sample, clip, target, loudness, of_clip(sample, shared, clip.notes))
        for sample, clip in zip(samples, clips, strict=True)
    ]


def out_of_memory(error: Exception) -> bool:
    """Whether a smaller batch may help."""
    return isinstance(error, (*OUT_OF_MEMORY, MemoryError)) or any(
        word in str(error) for word in OUT_OF_MEMORY_WORDS
    )


def request_of(sample: Sample, target: AudioTarget) -> SampleRequest:
    """What a backend is asked for."""
    return SampleRequest(
        key=sample.key,
        prompt=sample.prompt.text,
        seed=sample.seed,
        duration=target.duration,
        prompt_id=sample.prompt.key,
        index=sample.index,
    )
