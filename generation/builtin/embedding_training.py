"""Training of the embedding: about a minute on one thread; killed, it starts over and comes to the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from generation.builtin.embedding import Embedding, contrastive_loss, matched, recognised, save_embedding
from generation.builtin.training import LOG, TrainingRefused

DEFAULT_STEPS, DEFAULT_BATCH = 500, 64
_RATE = 3e-3
_HELD_OUT = 200
_REPORT_EVERY = 50


@dataclass(frozen=True, slots=True)
class EmbeddingReport:
    """``loss`` in nats; ``recognised``: the share of 200 unseen pieces whose halves find each other."""

    step: int
    loss: float
    recognised: float


def train_embedding(out: Path, seed: int, steps: int, batch: int) -> Iterator[EmbeddingReport]:
    """Train on fresh pieces, write ``out/embedding.safetensors``. Raises TrainingRefused."""
    if steps < 1 or batch < 2:
        raise TrainingRefused(f"steps is {steps}, batch is {batch}; allowed are 1 and 2 or more")
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(seed)
    embedding = Embedding()
    optimiser = torch.optim.AdamW(embedding.parameters(), lr=_RATE)
    losses: list[float] = []
    for step in range(1, steps + 1):
        optimiser.param_groups[0]["lr"] = _RATE * (1.0 - (step - 1) / steps)
        losses.append(_learn(embedding, optimiser, seed, step * batch, batch))
        if step % _REPORT_EVERY == 0 or step == steps:
            yield _logged(out, embedding, seed, step, losses)
            losses = []
    made = {"seed": str(seed), "steps": str(steps), "batch": str(batch)}
    save_embedding(embedding, out / "embedding.safetensors", made)


def _learn(
    embedding: Embedding, optimiser: torch.optim.Optimizer, seed: int, start: int, batch: int
) -> float:
    loss = contrastive_loss(*matched(embedding, seed, start, batch))
    optimiser.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call] # torch does not annotate it
    optimiser.step()
    return loss.item()


def _logged(out: Path, embedding: Embedding, seed: int, step: int, losses: list[float]) -> EmbeddingReport:
    report = EmbeddingReport(step, sum(losses) / len(losses), recognised(embedding, seed, _HELD_OUT))
    with (out / LOG).open("a") as log:
        log.write(json.dumps(asdict(report)) + "\n")
    return report


def line(report: EmbeddingReport) -> str:
    """A report for a person."""
    return f"step {report.step}  loss {report.loss:.4f}  halves matched among 200: {report.recognised:.0%}"
