"""Training of the built-in model: next-token prediction on fresh pieces, resumable, with a log of losses.

Hidden matrices are updated by Muon (Jordan et al., 2024), embeddings and gains by AdamW. The learning rate
warms up and then falls linearly to zero over the budget of steps or minutes.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from generation.builtin.model.checkpoints import save
from generation.builtin.model.network import Network, Size
from generation.builtin.model.tokens import PAD
from generation.builtin.training.corpus import Batch, batches, pool_at
from generation.learning import Panel, Record, placed
from generation.progress import Watch, tell

STATE = "training.pt"
PANELS = (Panel("nats a token", {"loss": "training", "validation": "held out"}),)
_WARM_UP = 40
DEFAULT_MINUTES = 55.0
DEFAULT_BATCH = 24


class TrainingRefused(ValueError):
    """These options cannot be trained with."""


@dataclass(frozen=True, slots=True)
class Options:
    """One training run. Exactly one of ``steps`` and ``minutes`` says when it ends."""

    out: Path
    seed: int = 0
    steps: int | None = None
    minutes: float | None = None
    batch: int = DEFAULT_BATCH
    hidden_rate: float = 6e-3
    other_rate: float = 4e-3
    report_every: int = 50
    save_every: int = 100
    size: Size = field(default_factory=Size)

    def __post_init__(self) -> None:
        if (self.steps is None) == (self.minutes is None):
            raise TrainingRefused("give either --steps or --minutes, not both and not neither")
        budget = self.steps if self.steps is not None else self.minutes
        if budget is None or not math.isfinite(budget) or budget <= 0:
            raise TrainingRefused(f"the budget is {budget}; it must be a positive number")
        if self.batch < 1:
            raise TrainingRefused(f"batch is {self.batch}; it must be 1 or more")


@dataclass(frozen=True, slots=True)
class Report:
    """One line of the log. Losses in nats a token."""

    step: int
    tokens: int
    seconds: float
    rate: float
    loss: float
    validation: float | None = None


class Trainer:
    """A run's network, optimisers and counters; everything that a resume needs."""

    def __init__(self, options: Options) -> None:
        torch.manual_seed(options.seed)
        self.options = options
        self.network = Network(options.size)
        named = list(self.network.named_parameters())
        hidden = [p for name, p in named if p.ndim == 2 and name.startswith("blocks.")]
        others = [p for name, p in named if p.ndim != 2 or not name.startswith("blocks.")]
        self.optimisers: list[torch.optim.Optimizer] = [
            torch.optim.Muon(hidden, weight_decay=0.05, adjust_lr_fn="match_rms_adamw"),
            torch.optim.AdamW(others, betas=(0.9, 0.95), weight_decay=0.0),
        ]
        self.step, self.tokens, self.seconds = 0, 0, 0.0

    def load(self, path: Path) -> None:
        """Go on where a killed run was last saved. Raises TrainingRefused for another run's state."""
        state = torch.load(path, weights_only=True)
        if state["seed"] != self.options.seed or state["batch"] != self.options.batch:
            raise TrainingRefused(
                f"{path} belongs to seed {state['seed']}, batch {state['batch']}; "
                f"asked for seed {self.options.seed}, batch {self.options.batch}"
            )
        self.network.load_state_dict(state["network"])
        for optimiser, saved in zip(self.optimisers, state["optimisers"], strict=True):
            optimiser.load_state_dict(saved)
        self.step, self.tokens, self.seconds = state["step"], state["tokens"], state["seconds"]

    def save(self, path: Path) -> None:
        """The whole state; a kill leaves the old one or the new one."""
        state = {
            "network": self.network.state_dict(),
            "optimisers": [optimiser.state_dict() for optimiser in self.optimisers],
            "step": self.step,
            "tokens": self.tokens,
            "seconds": self.seconds,
            "seed": self.options.seed,
            "batch": self.options.batch,
        }
        with placed(path) as fresh:
            torch.save(state, fresh)

    def fraction(self) -> float:
        """How much of the budget is used, 0 to 1."""
        if self.options.steps is not None:
            return min(1.0, self.step / self.options.steps)
        return min(1.0, self.seconds / (60.0 * (self.options.minutes or 1.0)))

    def learn(self, batch: Batch) -> float:
        """One update. Returns the loss."""
        pace = min(1.0, (self.step + 1) / _WARM_UP) * (1.0 - self.fraction())
        for optimiser, rate in zip(
            self.optimisers, (self.options.hidden_rate, self.options.other_rate), strict=True
        ):
            for group in optimiser.param_groups:
                group["lr"] = rate * pace
        loss = loss_of(self.network, batch)
        loss.backward()  # type: ignore[no-untyped-call] # torch does not annotate it
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        for optimiser in self.optimisers:
            optimiser.step()
            optimiser.zero_grad()
        self.step += 1
        self.tokens += batch.written()
        return loss.item()


def loss_of(network: Network, batch: Batch) -> Tensor:
    """Mean cross entropy in nats over the tokens that are not padding."""
    logits = network(batch.text, batch.tokens[:, :-1], batch.places[:, :-1])
    return functional.cross_entropy(logits.flatten(0, 1), batch.tokens[:, 1:].flatten(), ignore_index=PAD)


@torch.no_grad()
def validation_loss(network: Network, seed: int, batch: int) -> float:
    """The loss on pieces that training never sees."""
    held_out = pool_at("validation", seed, 0, batch)
    losses = [(loss_of(network, b).item(), b.written()) for b in held_out]
    return sum(loss * written for loss, written in losses) / sum(written for _, written in losses)


def train(options: Options, clock: Callable[[], float], watch: Watch = lambda _: None) -> Iterator[Report]:
    """Train to the end of the budget, resuming what ``out`` holds; yields the reports as they are logged."""
    trainer = Trainer(options)
    record = Record(options.out, "Training of the base model", PANELS)
    state = options.out / STATE
    if state.exists():
        trainer.load(state)
    record.go_on(trainer.step)
    losses: list[float] = []
    fresh = batches("train", options.seed, trainer.step, options.batch)
    while trainer.fraction() < 1.0:
        began = clock()
        losses.append(trainer.learn(next(fresh)))
        trainer.seconds += clock() - began
        watch(trainer.fraction())
        ended = trainer.fraction() >= 1.0
        report = None
        if ended or trainer.step % options.report_every == 0:
            report = _report(
                trainer, losses, validate=ended or trainer.step % (4 * options.report_every) == 0
            )
            record.add(asdict(report))
            losses = []
        if ended or trainer.step % options.save_every == 0:
            _export(trainer)
            trainer.save(state)
        if report is not None:
            yield report


def _export(trainer: Trainer) -> None:
    made = {"step": trainer.step, "tokens": trainer.tokens, "seconds": round(trainer.seconds)}
    options = {"seed": trainer.options.seed, "batch": trainer.options.batch}
    save(trainer.network, trainer.options.out / "base.safetensors", {**made, **options})


def _report(trainer: Trainer, losses: list[float], *, validate: bool) -> Report:
    seed, batch = trainer.options.seed, trainer.options.batch
    return Report(
        step=trainer.step,
        tokens=trainer.tokens,
        seconds=round(trainer.seconds, 1),
        rate=trainer.fraction(),
        loss=sum(losses) / len(losses),
        validation=validation_loss(trainer.network, seed, batch) if validate else None,
    )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command line, also those of ``manage.py train``."""
    parser.add_argument("--out", type=Path, help="folder for state, log and weights (var/training/base)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, help="how many updates (default: as many as --minutes allow)")
    parser.add_argument("--minutes", type=float, help=f"how long (default: {DEFAULT_MINUTES:g})")
    parser.add_argument("--batch", type=int, help=f"pieces an update (default: {DEFAULT_BATCH})")


def options_from(given: Mapping[str, Any]) -> Options:
    """The options that a command line gave. Raises TrainingRefused."""
    minutes = given["minutes"]
    if minutes is None and given["steps"] is None:
        minutes = DEFAULT_MINUTES
    out = given["out"] or Path("var/training/base")
    batch = DEFAULT_BATCH if given["batch"] is None else given["batch"]
    return Options(out, given["seed"], given["steps"], minutes, batch)


def line(report: Report) -> str:
    """A report for a person."""
    held_out = "" if report.validation is None else f"  held out {report.validation:.4f}"
    return f"step {report.step}  {report.tokens:,} tokens  {report.seconds:.0f} s  loss {report.loss:.4f}{held_out}"


def main(arguments: list[str] | None = None) -> int:
    """``python -m generation.builtin.training.trainer --out DIR --minutes 55``."""
    parser = argparse.ArgumentParser(prog="python -m generation.builtin.training.trainer")
    add_arguments(parser)
    given = vars(parser.parse_args(arguments))
    try:
        options = options_from(given)
        tell(sys.stdout, "training", lambda watch: map(line, train(options, time.monotonic, watch)))
    except TrainingRefused as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
