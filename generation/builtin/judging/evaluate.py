"""How often the built-in model does what its prompt asks, by rule, with and without guidance.

``python -m generation.builtin.judging.evaluate`` prints one line per attribute: the share of asked attributes that
the score has, for every guidance scale, with bootstrap intervals over prompts, and the difference between
the last scale and the first. Genre and mood are told by a recogniser and not counted in ``all``. The
composer's own pieces against their true captions are the ceiling.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Literal

import numpy as np
import torch

from generation.builtin.judging.listening import adherence
from generation.builtin.judging.recognition import Recogniser, fit
from generation.builtin.model.checkpoints import CheckpointRefused, load
from generation.builtin.model.network import Network, text_prefix
from generation.builtin.model.sampling import write
from generation.builtin.model.tokens import decode
from generation.builtin.music.composer import compose
from generation.builtin.music.piece import to_score
from generation.builtin.music.score import Score
from generation.builtin.text.captions import caption, mentioned
from generation.builtin.text.lexicon import Concept
from generation.builtin.text.prompt_reading import read
from generation.decoding import DecodingOptions, DecodingRefused, clip_generators

_BATCH = 32
_RESAMPLES = 2000
ALL = "all"
RECOGNISED: tuple[Literal["genre", "mood"], ...] = ("genre", "mood")
"""Judged by a fitted recogniser and not by rule; not counted in ``ALL``."""

Verdicts = Mapping[str, Sequence[bool]]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over prompts with its 95 % bootstrap interval; ``prompts`` is how many asked."""

    mean: float
    low: float
    high: float
    prompts: int

    def __str__(self) -> str:
        return f"{self.mean:6.3f} [{self.low:6.3f}, {self.high:6.3f}]"


def held_out(seed: int, count: int) -> tuple[list[str], list[Score]]:
    """Prompts without noise, and the composed pieces they describe; training never sees either."""
    prompts, scores = [], []
    for index in range(count):
        random = Random(f"evaluation {seed} piece {index}")
        piece = compose(random)
        prompts.append(caption(mentioned(piece, random, noise=0.0), random))
        scores.append(to_score(piece))
    return prompts, scores


def sampled(network: Network, prompts: Sequence[str], options: DecodingOptions, seed: int) -> list[Score]:
    """One score per prompt; clip ``i`` is drawn from seed ``seed + i``."""
    scores = []
    for start in range(0, len(prompts), _BATCH):
        part = prompts[start : start + _BATCH]
        generators = clip_generators(range(seed + start, seed + start + len(part)))
        prefixes = [text_prefix(read(prompt).concepts) for prompt in part]
        scores += [to_score(decode(tokens)) for tokens in write(network, prefixes, options, generators)]
    return scores


def judged(
    prompts: Sequence[str], scores: Sequence[Score], ears: Mapping[str, Recogniser] | None = None
) -> list[Verdicts]:
    """The verdicts of every clip on what its prompt asked; ``ears`` add their groups."""
    return [
        _verdicts(read(prompt).concepts, score, ears or {})
        for prompt, score in zip(prompts, scores, strict=True)
    ]


def _verdicts(concepts: Sequence[Concept], score: Score, ears: Mapping[str, Recogniser]) -> Verdicts:
    verdicts = adherence(score, concepts)
    for group, ear in ears.items():
        asked = {value for name, value in concepts if name == group}
        if asked:
            verdicts[group] = [ear.hear(score) in asked]
    return verdicts


def shares(verdicts: Sequence[Verdicts], group: str) -> list[float | None]:
    """Per clip, the share of what was asked in a group (or ``ALL``) that is met; None where nothing was."""
    result: list[float | None] = []
    for verdict in verdicts:
        met = [ok for name, oks in verdict.items() if _counts(name, group) for ok in oks]
        result.append(sum(met) / len(met) if met else None)
    return result


def _counts(name: str, group: str) -> bool:
    return name == group or (group == ALL and name not in RECOGNISED)


def estimate(values: Sequence[float | None], seed: int = 0) -> Estimate | None:
    """The mean of the values that exist, with a percentile interval (Efron, 1979); None without any."""
    known = np.array([value for value in values if value is not None])
    if not len(known):
        return None
    random = np.random.default_rng(seed)
    means = known[random.integers(0, len(known), (_RESAMPLES, len(known)))].mean(axis=1)
    low, high = np.percentile(means, (2.5, 97.5))
    return Estimate(float(known.mean()), float(low), float(high), len(known))


def difference(first: Sequence[float | None], last: Sequence[float | None]) -> Estimate | None:
    """The paired difference ``last - first`` over prompts."""
    return estimate([None if a is None or b is None else b - a for a, b in zip(first, last, strict=True)])


def table(systems: Mapping[str, Sequence[Verdicts]]) -> dict[str, dict[str, Estimate | None]]:
    """For every group and ``ALL``: each system's estimate, and ``difference`` of the last and the first."""
    groups = sorted({name for verdicts in systems.values() for verdict in verdicts for name in verdict})
    rows: dict[str, dict[str, Estimate | None]] = {}
    for group in (ALL, *groups):
        per_system = {name: shares(verdicts, group) for name, verdicts in systems.items()}
        first, last = next(iter(per_system.values())), list(per_system.values())[-1]
        rows[group] = {name: estimate(values) for name, values in per_system.items()}
        rows[group]["difference"] = difference(first, last)
    return rows


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0 when done, 2 for a refused checkpoint or option."""
    given = _parser().parse_args(arguments)
    torch.set_num_threads(given.threads)
    try:
        network = load(given.checkpoint, Path.cwd(), dtype=torch.float64).network
        options = {
            f"guidance {scale:g}": DecodingOptions(temperature=given.temperature, guidance_scale=scale)
            for scale in given.scales
        }
    except (CheckpointRefused, DecodingRefused) as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 2
    prompts, composed = held_out(given.seed, given.prompts)
    ears: dict[str, Recogniser] = {group: fit(group, given.seed, given.fitted_on) for group in RECOGNISED}
    systems = {
        name: judged(prompts, sampled(network, prompts, option, given.seed * 1_000_003 + 7919 * index), ears)
        for index, (name, option) in enumerate(options.items())
    }
    ceiling = {ALL: judged(prompts, composed, ears)}
    rows = table(systems)
    sys.stdout.write(_printed(rows, table(ceiling)))
    if given.json is not None:
        given.json.write_text(json.dumps(_plain(rows), indent=1))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m generation.builtin.judging.evaluate", description=__doc__
    )
    parser.add_argument("--checkpoint", default="base", help="a shipped name, or a path")
    parser.add_argument("--prompts", type=int, default=200)
    parser.add_argument("--scales", type=float, nargs="+", default=[1.0, 3.0])
    parser.add_argument("--temperature", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--fitted-on", type=int, default=1500, help="pieces for each recogniser")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json", type=Path)
    return parser


def _printed(
    rows: Mapping[str, Mapping[str, Estimate | None]], ceiling: Mapping[str, Mapping[str, Estimate | None]]
) -> str:
    names = list(rows[ALL])
    lines = [f"{'attribute':13} {'asked':>5} {'composer':>8}  " + "  ".join(f"{name:>23}" for name in names)]
    for group, estimates in rows.items():
        asked = next((estimate.prompts for estimate in estimates.values() if estimate), 0)
        top = ceiling.get(group, {}).get(ALL)
        cells = "  ".join(f"{estimate!s:>23}" for estimate in estimates.values())
        lines.append(f"{group:13} {asked:5} {top.mean if top else float('nan'):8.3f}  {cells}")
    return "\n".join(lines) + "\n"


def _plain(rows: Mapping[str, Mapping[str, Estimate | None]]) -> dict[str, dict[str, object]]:
    return {
        group: {name: asdict(estimate) if estimate else None for name, estimate in estimates.items()}
        for group, estimates in rows.items()
    }


if __name__ == "__main__":
    sys.exit(main())
