"""Training of the embedding: about a minute on one thread, resumable, with a log of losses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from generation.builtin.training.embedding import (
    Embedding,
    contrastive_loss,
    matched,
    recognised,
    save_embedding,
)
from generation.builtin.training.trainer import TrainingRefused
from generation.learning import Panel, Record, placed
from generation.progress import Watch

STATE = "embedding.pt"
DEFAULT_STEPS, DEFAULT_BATCH = 500, 64
PANELS = (
    Panel("contrastive loss, nats", {"loss": "loss"}),
    Panel("share of unseen pieces whose halves find each other", {"recognised": "found"}),
)
_RATE = 3e-3
_HELD_OUT = 200


@dataclass(frozen=True, slots=True)
class EmbeddingOptions:
    """One run. The rate falls linearly to zero over ``steps``. Raises TrainingRefused."""

    out: Path
    seed: int = 1
    steps: int = DEFAULT_STEPS
    batch: int = DEFAULT_BATCH
    report_every: int = 50

    def __post_init__(self) -> None:
        if self.steps < 1 or self.batch < 2:
            raise TrainingRefused(
                f"steps is {self.steps}, batch is {self.batch}; allowed are 1 and 2 or more"
            )

    def identity(self) -> dict[str, int]:
        """What a saved state must agree on to be resumed."""
        return {"seed": self.seed, "steps": self.steps, "batch": self.batch}


@dataclass(frozen=True, slots=True)
class EmbeddingReport:
    """``loss`` in nats; ``recognised``: the share of 200 unseen pieces whose halves find each other."""

    step: int
    loss: float
    recognised: float


class EmbeddingTrainer:
    """The embedding, its optimiser and the step; everything that a resume needs."""

    def __init__(self, options: EmbeddingOptions) -> None:
        torch.manual_seed(options.seed)
        self.options, self.step = options, 0
        self.embedding = Embedding()
        self.optimiser = torch.optim.AdamW(self.embedding.parameters(), lr=_RATE)

    def load(self, path: Path) -> None:
        """Go on where a killed run was last saved. Raises TrainingRefused for another run's state."""
        state = torch.load(path, weights_only=True)
        if state["options"] != self.options.identity():
            raise TrainingRefused(
                f"{path} belongs to another run, with {state['options']}; asked for is {self.options.identity()}"
            )
        self.embedding.load_state_dict(state["embedding"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.step = state["step"]

    def save(self, path: Path) -> None:
        """The whole state; a kill leaves the old one or the new one."""
        state = {
            "embedding": self.embedding.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "step": self.step,
            "options": self.options.identity(),
        }
        with placed(path) as fresh:
            torch.save(state, fresh)

    def learn(self) -> float:
        """One update on fresh pieces. Returns the loss."""
        options = self.options
        self.optimiser.param_groups[0]["lr"] = _RATE * (1.0 - self.step / options.steps)
        self.step += 1
        loss = contrastive_loss(
            *matched(self.embedding, options.seed, self.step * options.batch, options.batch)
        )
        self.optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call] # torch does not annotate it
        self.optimiser.step()
        return loss.item()


def train_embedding(options: EmbeddingOptions, watch: Watch = lambda _: None) -> Iterator[EmbeddingReport]:
    """Train to the end, resuming what ``out`` holds; writes ``out/embedding.safetensors``."""
    trainer = EmbeddingTrainer(options)
    record = Record(options.out, "Training of the embedding", PANELS)
    state = options.out / STATE
    if state.exists():
        trainer.load(state)
    record.go_on(trainer.step)
    losses: list[float] = []
    while trainer.step < options.steps:
        losses.append(trainer.learn())
        watch(trainer.step / options.steps)
        if trainer.step % options.report_every == 0 or trainer.step == options.steps:
            report = _report(trainer, losses)
            record.add(asdict(report))
            _export(trainer)
            trainer.save(state)
            losses = []
            yield report


def _export(trainer: EmbeddingTrainer) -> None:
    made = {name: str(value) for name, value in trainer.options.identity().items()}
    save_embedding(trainer.embedding, trainer.options.out / "embedding.safetensors", made)


def _report(trainer: EmbeddingTrainer, losses: list[float]) -> EmbeddingReport:
    found = recognised(trainer.embedding, trainer.options.seed, _HELD_OUT)
    return EmbeddingReport(trainer.step, sum(losses) / len(losses), found)


def line(report: EmbeddingReport) -> str:
    """A report for a person."""
    return f"step {report.step}  loss {report.loss:.4f}  halves matched among 200: {report.recognised:.0%}"
