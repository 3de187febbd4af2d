"""The CPU's part of a clip, done beside the card's next batch: shape, check, measure, store, write the row."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from django.db import connection

from generation.audio import AudioRejected, AudioTarget, measure, pack_raw, reachable_loudness, shape
from generation.backends.base import Clip
from generation.files import storage
from generation.models import Sample
from generation.queue import services
from generation.queue.leases import Held
from generation.queue.retrying import insisting
from generation.queue.services import Failure, Rendered

log = logging.getLogger(__name__)

Given = TypeVar("Given")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Made:
    """A clip as its system made it, not yet looked at."""

    sample: Sample
    clip: Clip
    target: AudioTarget
    provenance: Mapping[str, object]


class Finisher:
    """Finishes batches in ``threads`` threads, one batch behind the card. 0: at once, in the thread that asks."""

    def __init__(self, held: Held, *, threads: int) -> None:
        self._held = held
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="finish") if threads else None
        self._pending: list[tuple[Sample, Future[None]]] = []

    def hand_over(self, batch: Sequence[Made]) -> None:
        """Returns once the batch before this one is finished, so that no more than one waits in memory."""
        self.wait()
        if self._pool is None:
            for made in batch:
                self._finish(made)
        else:
            jobs = [(made.sample, self._pool.submit(_on_its_own, self._finish, made)) for made in batch]
            self._pending = jobs

    def wait(self) -> None:
        """Until everything handed over is finished. What went wrong unforeseen fails its own sample, and is logged."""
        pending, self._pending = self._pending, []
        for sample, future in pending:
            if error := future.exception():
                log.error("sample %s could not be finished", sample.key, exc_info=error)
                failure = Failure(Sample.Owner.OURS, "finishing_failed", repr(error), transient=True)
                fail_all([sample], failure)

    def each(self, action: Callable[[Given], Answer], items: Iterable[Given]) -> list[Answer]:
        """The action's answers, in order, computed by all threads at once."""
        if self._pool is None:
            return [action(item) for item in items]
        return [
            future.result() for future in [self._pool.submit(_on_its_own, action, item) for item in items]
        ]

    def close(self) -> None:
        self.wait()
        if self._pool is not None:
            self._pool.shutdown()

    def _finish(self, made: Made) -> None:
        try:
            finish(made)
        finally:
            self._held.drop(made.sample)


def _on_its_own(action: Callable[[Given], Answer], item: Given) -> Answer:
    """In a thread of the pool: with a database connection that is given back afterwards."""
    try:
        return action(item)
    finally:
        connection.close()


def raw_of(clip: Clip, target: AudioTarget) -> tuple[bytes, float]:
    """The bytes to store, and the loudness they can reach.

    Raises:
        AudioRejected: no rater should hear this clip.
    """
    shaped = shape(clip.audio, clip.sample_rate, target)
    reachable = reachable_loudness(measure(shaped, target.sample_rate), target)
    return pack_raw(shaped, target.sample_rate), reachable


def finish(made: Made) -> None:
    """Store the clip and say so in its row, or say there why not."""
    sample = made.sample
    try:
        raw, reachable = raw_of(made.clip, made.target)
        digest = insisting(lambda: storage.put(raw), f"sample {sample.key}: storage_failed")
    except AudioRejected as rejected:
        fail_all([sample], Failure(Sample.Owner.SPEC, rejected.code, str(rejected)))
    except storage.StorageFailed as failed:
        fail_all([sample], Failure(Sample.Owner.OPERATOR, "storage_failed", str(failed), transient=True))
    else:
        _write(sample, Rendered(digest, reachable, made.provenance))


def _write(sample: Sample, rendered: Rendered) -> None:
    if not insisting(
        lambda: services.finish(sample=sample, rendered=rendered), f"sample {sample.key}: database_failed"
    ):
        log.warning("sample %s: the claim was lost before it was finished; nothing was written", sample.key)


def fail_all(samples: Sequence[Sample], failure: Failure) -> None:
    for sample in samples:
        log.warning("sample %s: %s: %s", sample.key, failure.code, failure.text)
        _fail(sample, failure)


def _fail(sample: Sample, failure: Failure) -> None:
    insisting(lambda: services.fail(sample=sample, failure=failure), f"sample {sample.key}: database_failed")
