"""A backend that breaks in a way nobody foresaw: three tries, and the healthy systems get their clips."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

import pytest
import torch

from generation.backends.base import Capabilities, Clip, SampleRequest
from generation.making.memory import Budget
from generation.making.workbench import Loaded, Workbench
from generation.making.worker import CardBroken, make_batch, make_samples
from generation.models import Worker
from studies.backends import BACKENDS
from studies.models import Study
from tests.cast import launched, noise, study_text

pytestmark = pytest.mark.django_db


class Noise:
    """Makes noise, unless the study file asks it for an error: then every batch raises."""

    capabilities = Capabilities(sampling_filters=True)

    def __init__(self, error: str = "") -> None:
        self.error = error

    @classmethod
    def prepare(cls, config: Mapping[str, object], *, folder: Path, device: str) -> Self:
        options = config.get("options")
        return cls(str(options["error"]) if isinstance(options, Mapping) and "error" in options else "")

    def provenance(self) -> Mapping[str, object]:
        return {"backend": "noise"}

    def generate(self, requests: Sequence[SampleRequest]) -> list[Clip]:
        if self.error:
            raise RuntimeError(self.error)
        return [Clip(noise(request.seed % 1000), 32_000) for request in requests]

    def release(self) -> None:
        """Nothing is held."""


@pytest.fixture
def study(monkeypatch: pytest.MonkeyPatch) -> Study:
    """Two systems: the one whose name comes first is broken."""
    monkeypatch.setitem(BACKENDS, "noise", f"{__name__}:Noise")
    broken = "base: {backend: noise, options: {error: broken}}"
    text = study_text(prompts=2).replace("base: {backend: builtin, checkpoint: base}", broken)
    return launched(
        text.replace(
            "cfg: {backend: builtin, checkpoint: base, guidance_scale: 3.0}", "cfg: {backend: noise}"
        )
    )


def test_a_broken_system_fails_by_name_after_three_tries_and_the_healthy_one_is_made(study: Study) -> None:
    bench = Workbench(device="cpu")
    assert make_samples(bench, study=study) == 2 + 3 * 2
    rows = set(study.samples.values_list("system__name", "state", "attempts", "error_code"))
    assert rows == {("base", "failed", 3, "backend_failed"), ("cfg", "ready", 1, "")}


def test_the_healthy_system_does_not_wait_for_the_tries_of_the_broken_one(study: Study) -> None:
    bench = Workbench(device="cpu", first=1)
    for _ in range(2):
        make_batch(bench, study=study)
    assert study.samples.get(state="rendered").system.name == "cfg"


def test_after_a_cuda_error_nothing_is_claimed_again_by_this_process(study: Study) -> None:
    """The claims go back whole: it is the process that is broken, not the samples."""

    class Dead(Noise):
        def generate(self, requests: Sequence[SampleRequest]) -> list[Clip]:
            raise torch.AcceleratorError("CUDA error: device-side assert triggered")

    bench = Workbench(device="cpu")
    system = study.systems.get(name="cfg").pk
    bench.loaded = Loaded(system, Dead(), Budget(8, 8), 0.0)
    bench.troubled.add(study.systems.get(name="base").pk)
    with pytest.raises(CardBroken, match="device-side assert"):
        make_batch(bench, study=study)
    assert set(study.samples.values_list("state", "attempts")) == {("planned", 0)}


def test_a_worker_says_what_it_does_and_signs_out(study: Study) -> None:
    bench = Workbench(device="cpu")
    bench.troubled.add(study.systems.get(name="base").pk)
    make_batch(bench, study=study)
    worker = Worker.objects.get()
    assert (worker.activity, worker.system and worker.system.name) == ("generating", "cfg")
    assert 0 < worker.memory_used < worker.memory_total
    bench.close()
    assert not Worker.objects.exists()


def test_what_the_source_was_like_is_kept_beside_the_clip(study: Study) -> None:
    bench = Workbench(device="cpu")
    bench.troubled.add(study.systems.get(name="base").pk)
    make_batch(bench, study=study)
    sample = study.samples.filter(state="rendered")[0]
    assert sample.source_mono is False
    assert sample.source_clipped_share == 0
    assert sample.source_offset == pytest.approx(0, abs=0.005)
    assert sample.silent_share == 0


def test_a_clip_is_mastered_when_it_comes_and_is_ready_as_soon_as_the_loudness_is_fixed(study: Study) -> None:
    bench = Workbench(device="cpu")
    bench.troubled.add(study.systems.get(name="base").pk)
    make_batch(bench, study=study)
    assert {sample.mastered_loudness for sample in study.samples.filter(state="rendered")} == {-23.0}
