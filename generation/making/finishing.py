"""The CPU's part of a clip, done beside the card's next batch: shape, check, measure, master, store, write the row."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import TypeVar

from django.db import connection
from torch import Tensor

from generation.audio import (
    AudioRejected,
    AudioTarget,
    master,
    measure,
    pack_raw,
    reachable_loudness,
    shape,
    verify,
)
from generation.audio.levels import clipped_share
from generation.backends.base import Clip
from generation.files import storage
from generation.making.retrying import retried
from generation.models import Sample
from generation.queue import outcomes
from generation.queue.leases import HeldClaims
from generation.queue.outcomes import Failure, Mastered, Rendered, SourceLevels

log = logging.getLogger(__name__)

# A step of 16-bit audio: less difference between two channels than this is none.
SAME_CHANNELS = 2.0**-15
Given = TypeVar("Given")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Made:
    """A clip as its system made it, not yet looked at. ``loudness``: what the study's clips will probably share."""

    sample: Sample
    clip: Clip
    target: AudioTarget
    loudness: float
    provenance: Mapping[str, object]


class Finisher:
    """Finishes batches in ``threads`` threads, one batch behind the card. 0: at once, in the thread that asks."""

    def __init__(self, held: HeldClaims, *, threads: int) -> None:
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
            self._pending = [
                (made.sample, self._pool.submit(_with_own_connection, self._finish, made)) for made in batch
            ]

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
        futures = [self._pool.submit(_with_own_connection, action, item) for item in items]
        return [future.result() for future in futures]

    def close(self) -> None:
        self.wait()
        if self._pool is not None:
            self._pool.shutdown()

    def _finish(self, made: Made) -> None:
        try:
            finish(made)
        finally:
            self._held.remove(made.sample)


def _with_own_connection(action: Callable[[Given], Answer], item: Given) -> Answer:
    """In a thread of the pool: with a database connection that is given back afterwards."""
    try:
        return action(item)
    finally:
        connection.close()


def finish(made: Made) -> None:
    """Store the clip and say so in its row, or say there why not."""
    sample = made.sample
    try:
        shaped = shape(made.clip.audio, made.clip.sample_rate, made.target)
        measured = measure(shaped, made.target.sample_rate)
        reachable = reachable_loudness(measured, made.target)
        raw = store(pack_raw(shaped, made.target.sample_rate), sample)
        # A clip that cannot reach that loudness lowers the whole study's: then all are mastered at the end.
        mastered = (
            master_and_store(shaped, made.loudness, made.target, sample)
            if reachable >= made.loudness
            else None
        )
    except AudioRejected as rejected:
        fail_all([sample], Failure(Sample.Owner.SPEC, rejected.code, str(rejected)))
    except storage.StorageFailed as failed:
        fail_all([sample], Failure(Sample.Owner.OPERATOR, "storage_failed", str(failed), transient=True))
    else:
        levels = source_levels(made.clip.audio, silent_share=measured.silence_share)
        rendered = Rendered(raw, reachable, made.provenance, mastered, levels)
        written = retried(
            lambda: outcomes.finish(sample=sample, rendered=rendered),
            f"sample {sample.key}: database_failed",
        )
        if not written:
            log.warning(
                "sample %s: the claim was lost before it was finished; nothing was written", sample.key
            )


def source_levels(audio: Tensor, *, silent_share: float) -> SourceLevels:
    """Of ``[channels, frames]`` as the system made it."""
    audio = audio.detach().cpu().float()
    difference = float((audio - audio[:1]).abs().max())
    return SourceLevels(
        silent_share=silent_share,
        clipped_share=clipped_share(audio),
        offset=float(audio.mean(-1).abs().max()),
        mono=difference <= SAME_CHANNELS,
    )


def master_and_store(shaped: Tensor, loudness: float, target: AudioTarget, sample: Sample) -> Mastered:
    """The bytes that raters hear, measured again after writing and stored.

    Raises:
        AudioRejected: the clip does not hold its levels at that loudness.
        storage.StorageFailed: the store did not take it at any try.
    """
    wav = master(shaped, loudness=loudness, target=target)
    measures = asdict(verify(wav, loudness=loudness, target=target))
    return Mastered(store(wav, sample), loudness, measures)


def store(data: bytes, sample: Sample) -> str:
    """The digest under which the store took the bytes. Raises storage.StorageFailed after the last try."""
    return retried(lambda: storage.put(data), f"sample {sample.key}: storage_failed")


def fail_all(samples: Sequence[Sample], failure: Failure) -> None:
    """Write and log why each of the samples failed."""
    for sample in samples:
        log.warning("sample %s: %s: %s", sample.key, failure.code, failure.text)
        retried(
            lambda sample=sample: outcomes.fail(sample=sample, failure=failure),  # type: ignore[misc] # mypy cannot type a lambda's default
            f"sample {sample.key}: database_failed",
        )
