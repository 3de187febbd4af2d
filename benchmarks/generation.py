"""What does the worker cost beside the model alone, and what does planning cost as a study grows?

    OMP_NUM_THREADS=1 python -m benchmarks.generation [--clips 200] [--batch 10] [--turns 4] [--plan 100 100000]

Three ways to the same clips of the built-in model, in turns in one process: the **bare loop** (`generate` at the same
batch, the sound thrown away), the **worker** (claims, checks, loudness, storing, rows; SQLite and a folder) and the
**naive script** (one clip at a time, written with soundfile). The worker's time goes from the claim to clips that are
ready for raters: waiting for the last clips at the end of every turn, and fixing the study's loudness, are in it. The
built-in model needs the same CPU cores as the finishing; so the same is measured with a stand-in for a card, which
takes its time and no CPU. On a real card, MusicGen-small's true shape with random weights is measured too, ours against
transformers' own `generate`; elsewhere the program says that it was not.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Self

FOLDER = tempfile.TemporaryDirectory(prefix="earwitness-generation-")
os.environ |= {
    "EARWITNESS_VAR": FOLDER.name,
    "DATABASE_URL": "",
    "STORAGE_URL": "",
    "LOG_LEVEL": "ERROR",
    "DJANGO_SETTINGS_MODULE": "config.settings",
}

import django  # noqa: E402 - the environment comes first

django.setup()

import soundfile  # noqa: E402
import torch  # noqa: E402
from django.core.management import call_command  # noqa: E402

from benchmarks.generation_musicgen import musicgen  # noqa: E402
from generation.backends.base import Backend, Capabilities, Clip, SampleRequest  # noqa: E402
from generation.backends.registry import prepare  # noqa: E402
from generation.making.mastering import master_study  # noqa: E402
from generation.making.memory import MIB, Budget, meter_of  # noqa: E402
from generation.making.targets import target_of  # noqa: E402
from generation.making.workbench import Loaded, Workbench  # noqa: E402
from generation.making.worker import make_batch  # noqa: E402
from generation.queue import steering  # noqa: E402
from generation.queue.planning import plan_samples  # noqa: E402
from studies import services as studies  # noqa: E402
from studies.models import Study  # noqa: E402
from studies.services import apply_study  # noqa: E402
from studies.spec import parse_study  # noqa: E402

SYSTEM = {"backend": "builtin", "checkpoint": "base", "guidance_scale": 3.0}
WORDS = ("calm piano", "fast rock with drums", "sad strings", "happy jazz", "dark electronic", "slow blues")
Turn = Callable[[int], None]


def study_of(slug: str, prompts: int, seconds: float) -> Study:
    """A draft with two systems; the first one is what is measured."""
    listed = ", ".join(
        f'{{id: p{number}, text: "{WORDS[number % len(WORDS)]} {number}"}}' for number in range(prompts)
    )
    text = f"""
study: {{slug: {slug}, title: Benchmark, seed: 1}}
prompts: [{listed}]
systems:
  a: {{backend: builtin, checkpoint: base, guidance_scale: 3.0}}
  b: {{backend: builtin, checkpoint: base}}
audio: {{duration: {seconds}}}
"""
    return apply_study(loaded=parse_study(text, folder=Path(), builtin=("base",)))


def requests(study: Study, start: int, count: int) -> list[SampleRequest]:
    rows = study.samples.filter(system__name="a").select_related("prompt").order_by("id")
    duration = target_of(study).duration
    return [
        SampleRequest(row.key, row.prompt.text, row.seed, duration) for row in rows[start : start + count]
    ]


class Card:
    """Stands in for a card: a clip takes ``seconds`` in which no CPU is used. Its sounds are noise."""

    capabilities = Capabilities()

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    @classmethod
    def prepare(cls, config: Mapping[str, object], *, folder: Path, device: str) -> Self:
        return cls(0.0)

    def provenance(self) -> Mapping[str, object]:
        return {"backend": "card"}

    def generate(self, requests: Sequence[SampleRequest]) -> list[Clip]:
        time.sleep(self.seconds * len(requests))
        return [Clip(_noise(request), 32_000) for request in requests]

    def release(self) -> None:
        """Nothing is held."""


def _noise(request: SampleRequest) -> torch.Tensor:
    generator = torch.Generator().manual_seed(request.seed)
    return 0.1 * torch.randn((2, round(32_000 * request.duration)), generator=generator)


class Ways:
    """The three ways, each continuing where its last turn ended."""

    def __init__(self, study: Study, backend: Backend, each: int, batch: int, threads: int) -> None:
        self.study, self.backend, self.each, self.batch = study, backend, each, batch
        self.bench = Workbench(device="cpu", first=batch, threads=threads)
        system = study.systems.get(name="a").pk
        self.bench.loaded = Loaded(system, backend, Budget(batch, batch), 0.0)
        self.out = Path(FOLDER.name) / study.slug
        self.out.mkdir()

    def all(self) -> Mapping[str, Turn]:
        return {"bare loop": self.bare, "worker": self.worker, "naive script": self.naive}

    def bare(self, turn: int) -> None:
        for asked in self._batches(turn, self.batch):
            self.backend.generate(asked)

    def worker(self, turn: int) -> None:
        for _ in self._batches(turn, self.batch):
            make_batch(self.bench, study=self.study)
        self.bench.finisher.wait()

    def naive(self, turn: int) -> None:
        for (asked,) in self._batches(turn, 1):
            clip = self.backend.generate([asked])[0]
            soundfile.write(self.out / f"{asked.key}.wav", clip.audio.T.numpy(), clip.sample_rate)

    def _batches(self, turn: int, size: int) -> Iterator[list[SampleRequest]]:
        for start in range(turn * self.each, (turn + 1) * self.each, size):
            yield requests(self.study, start, size)


def ways(name: str, backend: Backend, wishes: argparse.Namespace, turns: int) -> None:
    """Time the three ways in turns, and print them."""
    clips, batch, seconds = wishes.clips, wishes.batch, wishes.seconds
    study = studies.freeze(study=study_of(name, clips + batch, seconds))
    plan_samples(study=study)
    found = Ways(study, backend, clips // turns, batch, wishes.threads)
    make_batch(found.bench, study=study)  # warms up; its clips are not counted
    found.bench.finisher.wait()
    found.backend.generate(requests(study, 0, 1))
    taken = dict.fromkeys(found.all(), 0.0)
    for turn in range(turns):
        for how, way in found.all().items():
            started = time.perf_counter()
            way(turn)
            taken[how] += time.perf_counter() - started
    steering.cancel(study=study)  # what is beyond the turns
    started = time.perf_counter()
    ready = master_study(study=study, finisher=found.bench.finisher)
    taken["worker"] += time.perf_counter() - started
    assert ready >= found.each * turns, f"{ready} clips are ready"
    made = found.each * turns
    print(f"{name}: {made} clips of {seconds:g} s, batch {batch}, {turns} turns, {wishes.threads} finishing threads, "
          f"torch on {torch.get_num_threads()}, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")  # fmt: skip
    print("| way | clips a minute | of the bare loop |\n|---|---|---|")
    for how, spent in taken.items():
        print(f"| {how} | {60 * made / spent:.0f} | {taken['bare loop'] / spent:.2f} |")
    found.bench.close()


def planning(sizes: list[int]) -> None:
    print("| samples | seconds to plan | ms a sample | memory grown, MiB |\n|---|---|---|---|")
    meter = meter_of("cpu")
    for size in sizes:
        study = studies.freeze(study=study_of(f"plan-{size}", size // 2, 10.0))
        meter.start()
        before, started = meter.read().peak, time.perf_counter()
        count = plan_samples(study=study)
        spent = time.perf_counter() - started
        grown = (meter.read().peak - before) / MIB
        print(f"| {count:,} | {spent:.2f} | {1000 * spent / count:.3f} | {grown:.0f} |")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--clips", type=int, default=200)
    parser.add_argument("--batch", type=int, default=10)
    parser.add_argument("--turns", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=10.0, help="of a clip")
    parser.add_argument("--threads", type=int, default=2, help="that finish clips")
    parser.add_argument("--card", type=float, default=0.2, help="seconds a clip of the stand-in for a card")
    parser.add_argument("--plan", type=int, nargs="*", default=[100, 1000, 10_000, 100_000], help="samples")
    parser.add_argument("--tiny", action="store_true", help="try the MusicGen part on the CPU, tiny")
    wishes = parser.parse_args()
    call_command("migrate", verbosity=0)
    if wishes.clips:
        ways("built-in", prepare(SYSTEM, folder=Path(), device="cpu"), wishes, wishes.turns)
        ways("card", Card(wishes.card), wishes, 1)  # a wait is not disturbed by others: no turns
    planning(wishes.plan)
    musicgen(Path(FOLDER.name), tiny=wishes.tiny)


if __name__ == "__main__":
    main()
