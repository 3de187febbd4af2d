"""How batches are sized, halved, interrupted and finished: a backend that runs out of memory on request."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from mmap import PAGESIZE, mmap
from pathlib import Path
from typing import Self

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from generation.backends.base import BatchTooLarge, Capabilities, Clip, SampleRequest
from generation.making.memory import MIB, Budget, Reading, meter_of
from generation.making.stopping import Stop, Stopped
from generation.making.workbench import Loaded, Workbench
from generation.making.worker import make_batch, out_of_memory
from generation.queue import claims
from generation.queue.claims import LoadedSystem
from studies.models import Study
from tests.cast import launched, noise, study_text

GIB = 1024 * MIB


class Small:
    """Room for ``room`` clips at once, and none for the prompts named."""

    capabilities = Capabilities()

    def __init__(self, room: int, never: Sequence[str] = (), before: Callable[[], object] = list) -> None:
        self.room, self.never, self.before = room, never, before
        self.batches: list[int] = []

    @classmethod
    def prepare(cls, config: Mapping[str, object], *, folder: Path, device: str) -> Self:
        return cls(1)

    def provenance(self) -> Mapping[str, object]:
        return {"backend": "small", "versions": {"small": "1"}}

    def generate(self, requests: Sequence[SampleRequest]) -> list[Clip]:
        self.before()
        if len(requests) > self.room or any(request.prompt_id in self.never for request in requests):
            raise BatchTooLarge(f"{len(requests)} clips")
        self.batches.append(len(requests))
        return [Clip(noise(request.seed % 1000), 32_000, {"heard": request.prompt}) for request in requests]

    def release(self) -> None:
        self.batches.clear()


def bench_with(study: Study, backend: Small, *, first: int = 8, stop: Stop | None = None) -> Workbench:
    bench = Workbench(device="cpu", first=first, stop=stop)
    first_system = study.systems.order_by("name")[0]
    bench.loaded = Loaded(first_system.pk, backend, Budget(first, 128), 0.0)
    return bench


@pytest.fixture
def study() -> Study:
    return launched(study_text(prompts=8))


@pytest.mark.django_db
def test_a_batch_that_is_too_large_is_made_in_halves(study: Study) -> None:
    backend = Small(room=3)
    assert make_batch(bench_with(study, backend), study=study) == 8
    assert backend.batches == [2, 2, 2, 2]
    assert study.samples.filter(state="rendered", attempts=1).count() == 8


@pytest.mark.django_db
def test_the_next_batch_is_no_larger_than_what_went_through(study: Study) -> None:
    bench = bench_with(study, Small(room=3), first=4)
    assert [make_batch(bench, study=study) for _ in range(3)] == [4, 2, 2]


@pytest.mark.django_db
def test_a_clip_that_fits_nowhere_fails_alone_and_by_its_code(study: Study) -> None:
    make_batch(bench_with(study, Small(room=8, never=["p5"])), study=study)
    failed = study.samples.get(state="failed")
    assert (failed.prompt.key, failed.error_code, failed.error_owner) == ("p5", "out_of_memory", "operator")
    assert study.samples.filter(state="rendered").count() == 7


@pytest.mark.django_db
def test_a_worker_that_is_told_to_stop_gives_its_batch_back_at_once(study: Study) -> None:
    stop = Stop()
    bench = bench_with(study, Small(room=8, before=stop.ask), stop=stop)
    with pytest.raises(Stopped):
        make_batch(bench, study=study)
    assert set(study.samples.values_list("state", "attempts")) == {("planned", 0)}


@pytest.mark.django_db
def test_whoever_asks_between_two_batches_interrupts_nothing(study: Study) -> None:
    stop = Stop()
    stop.ask()
    with pytest.raises(Stopped):
        make_batch(bench_with(study, Small(room=8), stop=stop), study=study)
    assert set(study.samples.values_list("state", "attempts")) == {("planned", 0)}


@pytest.mark.django_db
def test_what_made_a_clip_is_recorded_whatever_the_backend_says(study: Study) -> None:
    make_batch(bench_with(study, Small(room=8)), study=study)
    sample = study.samples.filter(state="rendered")[0]
    notes = sample.provenance
    assert notes["seed"] == sample.seed
    assert len(notes["batch"]) == 8
    assert notes["batch"][0] == sample.key
    assert notes["device"] == "cpu"
    assert notes["peak_memory"] > MIB
    assert {"python", "torch", "torchaudio", "small"} <= set(notes["versions"])


@pytest.mark.parametrize(
    ("grown", "free", "size"),
    [
        (GIB, 40 * GIB, 32),  # four times the last one, whatever would fit
        (4 * GIB, 16 * GIB, 24),  # 0.85 x 16 / 0.5 = 27, in eights
        (8 * GIB, 8 * GIB, 6),  # less than was tried: the card was nearly full
        (10 * GIB, GIB // 2, 1),
        (0, 40 * GIB, 8),  # a folder or a server: no card was used
    ],
)
def test_the_next_batch_follows_from_what_the_last_one_needed(grown: int, free: int, size: int) -> None:
    budget = Budget(first=8, most=128)
    budget.learn(clips=8, reading=Reading(grown, grown, free))
    assert budget.size == size


def test_the_rest_of_a_queue_teaches_nothing() -> None:
    budget = Budget(first=8, most=128)
    budget.learn(clips=2, reading=Reading(GIB, GIB, GIB))
    assert budget.size == 8


@given(st.lists(st.tuples(st.integers(1, 200), st.integers(0, 80 * GIB), st.integers(0, 80 * GIB))))
def test_a_batch_has_a_clip_at_least_and_never_more_than_allowed(turns: list[tuple[int, int, int]]) -> None:
    budget = Budget(first=8, most=64)
    for clips, grown, free in turns:
        budget.learn(clips=clips, reading=Reading(grown, grown, free))
        assert 1 <= budget.size <= 64
        if grown > free:
            budget.refused(clips=budget.size)


def test_after_a_refusal_no_batch_is_more_than_half_of_it() -> None:
    budget = Budget(first=8, most=128)
    budget.refused(clips=8)
    budget.learn(clips=4, reading=Reading(GIB, GIB, 80 * GIB))
    assert budget.size == 4


def test_the_peak_of_a_batch_is_its_own() -> None:
    meter = meter_of("cpu")
    meter.start()
    # A mapping of its own: an allocator may answer from what this process has held before.
    with mmap(-1, 50 * MIB) as held:
        for page in range(0, len(held), PAGESIZE):
            held[page] = 1
        high = meter.read().peak
    meter.start()
    assert high - meter.read().peak > 40 * MIB


@pytest.mark.parametrize(
    ("error", "answer"),
    [
        (BatchTooLarge("x"), True),
        (torch.OutOfMemoryError("x"), True),
        (MemoryError(), True),
        (RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory"), True),
        (RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling cublasCreate"), True),
        (RuntimeError("shapes do not match"), False),
    ],
)
def test_which_errors_a_smaller_batch_may_help(error: Exception, answer: bool) -> None:  # noqa: FBT001 - a table
    assert out_of_memory(error) is answer


@pytest.mark.django_db
def test_a_system_whose_need_is_unknown_begins_with_the_first_size(study: Study) -> None:
    second = study.systems.order_by("name")[1]
    assert len(claims.claim(limit=2, loaded=LoadedSystem(second.pk, 6))) == 6
    assert len(claims.claim(limit=2)) == 2
