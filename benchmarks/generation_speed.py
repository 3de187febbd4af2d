"""How fast the built-in model makes clips: batches, guidance, the cache, and the sound, in one run.

    python -m benchmarks.generation_speed [--clips 32] [--rounds 3] [--out var/benchmarks/generation_speed.md]

On the CPU one thread, processor time, best of the rounds, which take turns so that a busy machine slows all rows alike.
On a GPU, where there is one, the same code in bfloat16 by the clock, with the card's utilisation. The same prompts in
every row; what a token costs is comparable between rows, because guidance also changes how long pieces are.
"""

import argparse
import math
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import torch
from torch import Tensor

from generation.builtin.judging.evaluate import held_out
from generation.builtin.model.checkpoints import load
from generation.builtin.model.network import Cache, Network, text_prefix
from generation.builtin.model.sampling import write
from generation.builtin.model.tokens import decode
from generation.builtin.music.ending import performed
from generation.builtin.synth import render
from generation.builtin.text.prompt_reading import read
from generation.decoding import DecodingOptions, clip_generators

SECONDS = 10.0
SEED = 71
SCALE = 3.0


@dataclass(slots=True)
class Everything(Cache):
    """No cache: all that was read, to be read again at every step."""

    text: Tensor = field(default_factory=lambda: torch.empty(0))
    read: list[tuple[Tensor, Tensor]] = field(default_factory=list)

    def rows(self, chosen: Tensor) -> Self:
        return type(self)(
            self.keys, self.values, 0, self.text[chosen], [(t[chosen], p[chosen]) for t, p in self.read]
        )


class WithoutCache(Network):
    """The same network, read from the beginning for every token."""

    def new_cache(self, batch: int) -> Everything:
        return Everything(torch.empty(0), torch.empty(0))

    def read_text(self, text: Tensor, cache: Cache) -> None:
        assert isinstance(cache, Everything)
        cache.text = text

    def step(self, tokens: Tensor, places: Tensor, cache: Cache) -> Tensor:
        assert isinstance(cache, Everything)
        cache.read.append((tokens, places))
        tokens, places = (torch.stack(part, dim=1) for part in zip(*cache.read, strict=True))
        result: Tensor = self(cache.text, tokens, places)
        return result[:, -1]


@dataclass
class Case:
    """One row: how clips are sampled, and what the rounds took (seconds, tokens)."""

    device: str
    dtype: torch.dtype
    batch: int
    guided: bool
    cached: bool = True
    clips: int = 32
    took: list[tuple[float, int]] = field(default_factory=list)
    used: float | None = None

    @property
    def per_token(self) -> float:
        """Microseconds, the best round."""
        return min(1e6 * seconds / tokens for seconds, tokens in self.took)

    @property
    def per_clip(self) -> float:
        """Milliseconds, the best round."""
        return min(1e3 * seconds for seconds, _ in self.took) / self.clips


def cases(clips: int, *, gpu: bool) -> list[Case]:
    """The CPU in the precision that studies are made in and in the usual one; the GPU in bfloat16."""
    cpu = [
        Case("cpu", dtype, batch, guided, clips=clips)
        for dtype in (torch.float64, torch.float32)
        for batch in (1, 8, 32)
        for guided in (False, True)
    ]
    bare = [Case("cpu", torch.float64, batch, guided=False, cached=False, clips=8) for batch in (1, 8)]
    card = [
        Case("cuda", torch.bfloat16, batch, guided, clips=max(clips, batch))
        for batch in (1, 4, 16, 64, 256)
        for guided in (False, True)
    ]
    return cpu + bare + (card if gpu else [])


def network_of(case: Case, ready: dict[tuple[object, ...], Network]) -> Network:
    """The base checkpoint in the case's precision; loaded once."""
    key = (case.device, case.dtype, case.cached)
    if key not in ready:
        network = load("base", Path.cwd(), case.device, case.dtype).network
        if not case.cached:
            bare = WithoutCache(network.size).to(case.device, case.dtype).eval()
            bare.load_state_dict(network.state_dict())
            network = bare
        ready[key] = network
    return ready[key]


def sample(case: Case, network: Network, prefixes: Sequence[Sequence[int]]) -> list[list[int]]:
    """The case's clips, batch by batch."""
    options = DecodingOptions(guidance_scale=SCALE if case.guided else 1.0)
    chosen = [prefixes[index % len(prefixes)] for index in range(case.clips)]
    pieces: list[list[int]] = []
    for start in range(0, case.clips, case.batch):
        part = chosen[start : start + case.batch]
        pieces += write(
            network, part, options, clip_generators(range(SEED + start, SEED + start + len(part)))
        )
    return pieces


def measure(case: Case, network: Network, prefixes: Sequence[Sequence[int]]) -> list[list[int]]:
    """One round of a case."""
    on_gpu = case.device == "cuda"
    clock: Callable[[], float] = time.perf_counter if on_gpu else time.process_time
    with utilisation(on_gpu=on_gpu) as used:
        began = clock()
        pieces = sample(case, network, prefixes)
        case.took.append((clock() - began, sum(map(len, pieces))))
    case.used = statistics.fmean(used) if used else None
    return pieces


@contextmanager
def utilisation(*, on_gpu: bool) -> Iterator[list[float]]:
    """Percent of the time that the card had a kernel running, asked five times a second by nvidia-smi."""
    seen: list[float] = []
    program = shutil.which("nvidia-smi") if on_gpu else None
    if program is None:
        yield seen
        return
    question = ["--query-gpu=utilization.gpu", "--format=csv,noheader,nounits", "-lms", "200"]
    with subprocess.Popen([program, *question], stdout=subprocess.PIPE, text=True) as asked:
        yield seen
        asked.terminate()
        said, _ = asked.communicate()
    seen += [float(line) for line in said.split()]


def rendering(pieces: Sequence[Sequence[int]]) -> float:
    """Milliseconds of processor time a clip of sound, the samples of struck notes at hand."""
    scores = [performed(decode(tokens), SECONDS) for tokens in pieces]
    best = math.inf
    for _ in range(2):
        generators = clip_generators(range(len(scores)))
        began = time.process_time()
        for score, generator in zip(scores, generators, strict=True):
            render(score, seconds=SECONDS, generator=generator)
        best = min(best, time.process_time() - began)
    return 1e3 * best / len(scores)


def table(done: Sequence[Case], sound: float) -> str:
    """Markdown. ``of twice``: guidance over twice the plain row beside it, a token each."""
    heads = ("device", "precision", "batch", "guidance", "cache", "clips/s", "ms a clip", "us a token")
    more = ("against batch 1", "of twice", "utilisation")
    lines = [f"| {' | '.join((*heads, *more))} |", "|---" * (len(heads) + len(more)) + "|"]
    lines += [_row(case, done) for case in done]
    if not any(case.device == "cuda" for case in done):
        lines.append("| cuda | bfloat16 | 1 to 256 | both | yes |" + " not measured here |" * 6)
    plain = next(case for case in done if case.batch == 8 and not case.guided)
    bare = [case for case in done if not case.cached]
    lines += [
        "",
        f"- Rendering {SECONDS:g} s of stereo: {sound:.0f} ms a clip; sampling it as studies do, in",
    ]
    lines[-1] += f" batches of 8: {plain.per_clip:.0f} ms."
    for case in bare:
        kept = next(other for other in done if other.cached and _beside(other, case))
        lines.append(
            f"- Without the cache, batch {case.batch}: {case.per_token / kept.per_token:.1f} times as long a token."
        )
    worst = max(_of_twice(case, done) or 0.0 for case in done)
    lines.append(f"- Guidance costs at most {worst:.2f} times twice the plain row.")
    return "\n".join(lines) + "\n"


def _beside(one: Case, other: Case) -> bool:
    same = (one.device, one.dtype, one.guided) == (other.device, other.dtype, other.guided)
    return same and one.batch == other.batch


def _of_twice(case: Case, done: Sequence[Case]) -> float | None:
    plain = [
        c
        for c in done
        if c.cached and not c.guided and (c.device, c.dtype, c.batch) == (case.device, case.dtype, case.batch)
    ]
    return case.per_token / (2 * plain[0].per_token) if case.guided else None


def _row(case: Case, done: Sequence[Case]) -> str:
    alone = [
        c
        for c in done
        if c.batch == 1
        and (c.device, c.dtype, c.guided, c.cached) == (case.device, case.dtype, case.guided, case.cached)
    ]
    share = _of_twice(case, done)
    cells = (
        case.device,
        str(case.dtype).removeprefix("torch."),
        str(case.batch),
        f"{SCALE:g}" if case.guided else "none",
        "yes" if case.cached else "no",
        f"{1000 / case.per_clip:.1f}",
        f"{case.per_clip:.0f}",
        f"{case.per_token:.0f}",
        f"{alone[0].per_token / case.per_token:.1f}",
        "-" if share is None else f"{share:.2f}",
        "-" if case.used is None else f"{case.used:.0f}%",
    )
    return f"| {' | '.join(cells)} |"


def main() -> int:
    """Exit code 0."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.generation_speed", description=__doc__)
    parser.add_argument("--clips", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=Path, default=Path("var/benchmarks/generation_speed.md"))
    given = parser.parse_args()
    torch.set_num_threads(1)
    prompts, _ = held_out(SEED, given.clips)
    prefixes = [text_prefix(read(prompt).concepts) for prompt in prompts]
    done = cases(given.clips, gpu=torch.cuda.is_available())
    ready: dict[tuple[object, ...], Network] = {}
    sounds: list[float] = []
    for turn in range(given.rounds):
        for case in done:
            pieces = measure(case, network_of(case, ready), prefixes)
            if case is done[0]:
                sounds.append(rendering(pieces))
        sys.stderr.write(f"round {turn + 1} of {given.rounds}\n")
    shown = table(done, min(sounds))
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(shown)
    sys.stdout.write(shown)
    return 0


if __name__ == "__main__":
    sys.exit(main())
