"""Adherence against diversity: guidance, sampling, distillation, the diversity reward and merging, on held-out prompts.

    python -m benchmarks.quality_diversity [--prompts 40] [--samples 8] [--out var/benchmarks/quality_diversity]

Per prompt, adherence is the share of what was asked that rules find in the notes, and diversity the mean distance
between its clips: once by the embedding that the reward used, once by counts of hashed token trigrams, which the
reward never saw. Intervals: 95 %, bootstrap over prompts; differences are paired by prompt. Nobody listened.
"""

import argparse
import json
import statistics
import sys
import time
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import matplotlib as mpl
import torch
from matplotlib.axes import Axes
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from torch import Tensor

from generation.builtin.judging.evaluate import (
    ALL,
    Estimate,
    difference,
    estimate,
    held_out,
    judged,
    shares,
)
from generation.builtin.model.checkpoints import Checkpoint, Recipe, load, load_merged
from generation.builtin.model.network import text_prefix
from generation.builtin.model.sampling import write
from generation.builtin.model.tokens import decode
from generation.builtin.music.piece import LEAD_REST, Piece, to_score
from generation.builtin.music.theory import SCALES
from generation.builtin.text.prompt_reading import read
from generation.builtin.training.embedding import embed, load_embedding
from generation.decoding import DecodingOptions, clip_generators
from generation.finetuning.objectives import cosine_distances, rewards

mpl.use("svg")
from matplotlib import pyplot as plt

_BUCKETS = 4096
_PLACES = [
    (side * (5 + abs(up) / 2), up) for up in (4, -11, 18, -25, 32, -39, 46, -53, 60) for side in (1, -1)
]
_BATCH = 32
MEASURES = ("adherence", "diversity", "trigrams", "in_scale", "home", "tokens")
"""``in_scale``: share of the melody inside the plan's mode; ``home``: the piece ends on the tonic chord."""


@dataclass(frozen=True)
class System:
    """How one row of the table samples. ``line``: which curve of the picture it lies on."""

    name: str
    weights: str | Recipe
    options: DecodingOptions
    line: str

    def load(self) -> Checkpoint:
        """The weights in single precision."""
        if isinstance(self.weights, Recipe):
            return load_merged(self.weights, Path.cwd())
        return load(self.weights, Path.cwd())


def systems(quality: str, diversity: str) -> list[System]:
    """Every row. ``quality`` and ``diversity`` name the two fine-tuned checkpoints."""
    plain = DecodingOptions()
    merged = [
        System(f"merged {weight:g}", Recipe(quality, diversity, weight), plain, "merged")
        for weight in (0.25, 0.5, 0.75)
    ]
    return [
        System("base", "base", plain, "guidance"),
        *(
            System(f"guidance {s:g}", "base", DecodingOptions(guidance_scale=s), "guidance")
            for s in (1.5, 2.0, 3.0, 5.0)
        ),
        *(
            System(f"temperature {t:g}", "base", DecodingOptions(temperature=t), "temperature")
            for t in (0.9, 0.7)
        ),
        *(System(f"top-p {p:g}", "base", DecodingOptions(top_p=p), "top-p") for p in (0.9, 0.7)),
        *(System(f"top-k {k}", "base", DecodingOptions(top_k=k), "top-k") for k in (16, 8, 3)),
        System("distilled", quality, plain, "merged"),
        *merged,
        System("diverse", diversity, plain, "merged"),
        System("spherical 0.5", Recipe(quality, diversity, 0.5, method="spherical"), plain, "spherical"),
    ]


@dataclass(frozen=True)
class Row:
    """A system's figures: one number a prompt for each measure, and what a clip cost in CPU milliseconds."""

    name: str
    line: str
    per_prompt: Mapping[str, Sequence[float | None]]
    milliseconds: float
    passes: int

    def estimate(self, measure: str) -> Estimate | None:
        """The mean over prompts with its interval."""
        return estimate(self.per_prompt[measure])


def trigrams(tokens: Sequence[int]) -> Tensor:
    """Counts of hashed trigrams of the whole piece, plan and all: ``[4096]``."""
    counts = torch.zeros(_BUCKETS)
    for triple in zip(tokens, tokens[1:], tokens[2:], strict=False):
        counts[zlib.crc32(repr(triple).encode()) % _BUCKETS] += 1
    return counts


def measured(system: System, prompts: Sequence[str], samples: int, seed: int) -> Row:
    """Sample and judge one system."""
    each = [prompt for prompt in prompts for _ in range(samples)]
    began = time.process_time()
    pieces = _written(system, each, seed)
    milliseconds = 1000 * (time.process_time() - began) / len(each)
    decoded = [decode(piece) for piece in pieces]
    adherence = shares(judged(each, [to_score(piece) for piece in decoded]), ALL)
    by_measure: dict[str, Sequence[float | None]] = {
        "adherence": _grouped(adherence, samples),
        "diversity": _spread(embed(load_embedding(), pieces), samples),
        "trigrams": _spread(torch.stack([trigrams(piece) for piece in pieces]), samples),
        "in_scale": _grouped([_in_scale(piece) for piece in decoded], samples),
        "home": _grouped([float(_chord_at_end(piece) == 0) for piece in decoded], samples),
        "tokens": _grouped([float(len(piece)) for piece in pieces], samples),
    }
    return Row(system.name, system.line, by_measure, milliseconds, 2 if system.options.guided else 1)


def _written(system: System, prompts: Sequence[str], seed: int) -> list[list[int]]:
    network = system.load().network
    pieces: list[list[int]] = []
    for start in range(0, len(prompts), _BATCH):
        part = prompts[start : start + _BATCH]
        generators = clip_generators(range(seed + start, seed + start + len(part)))
        pieces += write(network, [text_prefix(read(p).concepts) for p in part], system.options, generators)
    return pieces


def _grouped(values: Sequence[float | None], samples: int) -> list[float | None]:
    """The mean of each prompt's clips; None where its prompt asks for nothing that a rule can judge."""
    groups = [values[start : start + samples] for start in range(0, len(values), samples)]
    known = [[value for value in group if value is not None] for group in groups]
    return [statistics.fmean(group) if group else None for group in known]


def _spread(embeddings: Tensor, samples: int) -> list[float | None]:
    spread: list[float | None] = rewards(cosine_distances(embeddings, samples)).mean(dim=1).tolist()
    return spread


def _in_scale(piece: Piece) -> float | None:
    scale = SCALES[piece.plan.mode]
    notes = [note for bar in piece.bars for _, note in bar.lead if note != LEAD_REST]
    return statistics.fmean(note % 12 in scale for note in notes) if notes else None


def _chord_at_end(piece: Piece) -> int:
    return [chord.root for bar in piece.bars for _, chord in bar.chords][-1]


CONTRASTS = (
    ("guidance 3", "base"),
    ("distilled", "guidance 3"),
    ("distilled", "base"),
    ("diverse", "distilled"),
    ("diverse", "guidance 3"),
    ("merged 0.5", "distilled"),
    ("merged 0.5", "guidance 3"),
    ("merged 0.25", "guidance 2"),
    ("merged 0.5", "guidance 2"),
    ("merged 0.75", "guidance 2"),
    ("spherical 0.5", "merged 0.5"),
    ("diverse", "guidance 2"),
    ("diverse", "temperature 0.7"),
)
"""First minus second: each step of the paper's picture, then the question whether it beats a lower scale."""


def contrasts(rows: Sequence[Row]) -> dict[str, dict[str, Estimate | None]]:
    """Paired differences over prompts."""
    named = {row.name: row.per_prompt for row in rows}
    return {
        f"{first} - {second}": {m: difference(named[second][m], named[first][m]) for m in MEASURES[:3]}
        for first, second in CONTRASTS
    }


def _shown(value: Estimate | None, sign: str = "") -> str:
    return "-" if value is None else f"{value.mean:{sign}.3f} [{value.low:{sign}.3f}, {value.high:{sign}.3f}]"


def table(rows: Sequence[Row]) -> str:
    """Markdown: one line a system, then one line a contrast."""
    heads = ("adherence", "diversity (reward's)", "trigrams (held out)")
    names = ("system", *heads, "in scale", "ends home", "tokens", "passes", "CPU ms a clip")
    head = f"| {' | '.join(names)} |"
    lines = [head, "|---" * 9 + "|"]
    for row in rows:
        first = " | ".join(_shown(row.estimate(measure)) for measure in MEASURES[:3])
        rest = [row.estimate(measure) for measure in MEASURES[3:]]
        means = [value.mean if value else float("nan") for value in rest]
        lines.append(
            f"| {row.name} | {first} | {means[0]:.3f} | {means[1]:.3f} | {means[2]:.0f} | {row.passes} "
            f"| {row.milliseconds:.0f} |"
        )
    lines += ["", f"| difference | {' | '.join(heads)} |", "|---" * 4 + "|"]
    for name, values in contrasts(rows).items():
        lines.append(f"| {name} | " + " | ".join(_shown(values[m], "+") for m in MEASURES[:3]) + " |")
    return "\n".join(lines) + "\n"


def picture(rows: Sequence[Row], path: Path) -> None:
    """Adherence against both diversities, intervals as crosses, one curve for each way of moving along."""
    plt.rcParams["svg.hashsalt"] = "quality-diversity"
    figure, axes = plt.subplots(1, 2, figsize=(14, 7))
    for axis, measure in zip(axes, MEASURES[1:3], strict=True):
        for number, line in enumerate(dict.fromkeys(row.line for row in rows)):
            _curve(axis, [row for row in rows if row.line == line], measure, f"C{number}", line)
        axis.margins(x=0.12, y=0.16)
        axis.set_ylabel("adherence: share of what was asked")
        seen = "the reward's embedding" if measure == "diversity" else "token trigrams, unseen by the reward"
        axis.set_xlabel(f"diversity: mean distance by {seen}")
    axes[0].legend(title="varied", frameon=False, loc="lower left")
    figure.tight_layout()
    for axis, measure in zip(axes, MEASURES[1:3], strict=True):
        _name(axis, [(row.name, row.estimate(measure), row.estimate("adherence")) for row in rows])
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def _curve(axis: Axes, rows: Sequence[Row], measure: str, colour: str, label: str) -> None:
    points = [(row.name, row.estimate(measure), row.estimate("adherence")) for row in rows]
    known = [(name, x, y) for name, x, y in points if x is not None and y is not None]
    axis.plot([x.mean for _, x, _ in known], [y.mean for _, _, y in known], color=colour, label=label)
    for _, x, y in known:
        spans = [[[v.mean - v.low], [v.high - v.mean]] for v in (x, y)]
        axis.errorbar(x.mean, y.mean, xerr=spans[0], yerr=spans[1], fmt="o", color=colour, alpha=0.7, lw=0.8)


def _name(axis: Axes, points: Sequence[tuple[str, Estimate | None, Estimate | None]]) -> None:
    """A label beside every point, at the nearest place where it covers no other."""
    axis.autoscale_view()
    dots = [axis.transData.transform((x.mean, y.mean)) for _, x, y in points if x and y]
    taken = [Bbox.from_extents(x - 4, y - 4, x + 4, y + 4) for x, y in dots]
    for name, x, y in points:
        if x is None or y is None:
            continue
        for right, up in _PLACES:
            label = axis.annotate(
                name,
                (x.mean, y.mean),
                xytext=(right, up),
                textcoords="offset points",
                ha="left" if right > 0 else "right",
                fontsize=8,
                arrowprops={"arrowstyle": "-", "lw": 0.4, "color": "0.5"} if abs(up) > 12 else None,
            )
            label.get_window_extent()  # puts the text where it will be drawn
            box = Text.get_window_extent(label).padded(1)
            if not any(box.overlaps(other) for other in taken):
                break
            label.remove()
        taken.append(box)


def _plain(rows: Sequence[Row]) -> dict[str, object]:
    def known(values: Mapping[str, Estimate | None]) -> dict[str, object]:
        return {name: asdict(value) if value else None for name, value in values.items()}

    return {
        "systems": {row.name: known({m: row.estimate(m) for m in MEASURES}) for row in rows},
        "cpu_milliseconds_a_clip": {row.name: row.milliseconds for row in rows},
        "contrasts": {name: known(values) for name, values in contrasts(rows).items()},
    }


def main() -> int:
    """Exit code 0."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality_diversity", description=__doc__)
    parser.add_argument("--prompts", type=int, default=40)
    parser.add_argument("--samples", type=int, default=8, help="clips of each prompt, 2 or more")
    parser.add_argument("--seed", type=int, default=23)
    parser.add_argument("--quality", default="distilled", help="a checkpoint's name or path")
    parser.add_argument("--diversity", default="diverse", help="a checkpoint's name or path")
    parser.add_argument("--out", type=Path, default=Path("var/benchmarks/quality_diversity"))
    given = parser.parse_args()
    torch.set_num_threads(1)
    prompts, _ = held_out(given.seed, given.prompts)
    rows = []
    for number, system in enumerate(systems(given.quality, given.diversity)):
        seed = (given.seed * 1_000 + number) * 1_000_003
        rows.append(measured(system, prompts, given.samples, seed))
        last = rows[-1]
        sys.stderr.write(f"{last.name}: {last.milliseconds:.0f} ms a clip\n")
    given.out.mkdir(parents=True, exist_ok=True)
    picture(rows, given.out / "quality_diversity.svg")
    (given.out / "quality_diversity.json").write_text(json.dumps(_plain(rows), indent=1))
    (given.out / "quality_diversity.md").write_text(table(rows))
    sys.stdout.write(table(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
