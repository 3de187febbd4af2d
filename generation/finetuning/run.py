"""A run of fine-tuning: budget, resuming after a kill, a log. Free of clocks: the caller gives one."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch

from generation.finetuning.distillation import FinetuningRefused, Objective, Outcome, descend, draw
from generation.finetuning.seam import Distance, Model
from generation.learning import Panel, Record, placed
from generation.progress import Watch

STATE = "finetuning.pt"
PANELS = (
    Panel("divergence from the guided teacher, nats a token", {"kl": "KL"}),
    Panel("mean distance of two samples for one prompt", {"distance": "distance"}),
)
_WARM_UP = 10
_MOST_SAMPLES = 100_000

Prompts = Callable[[int, int], Sequence[str]]
"""The prompts of a step, and how many: a pure function, so that a resumed run sees the same."""


@dataclass(frozen=True, slots=True)
class Budget:
    """When a run ends: exactly one of ``steps`` and ``minutes``. Raises FinetuningRefused."""

    steps: int | None = None
    minutes: float | None = None

    def __post_init__(self) -> None:
        if (self.steps is None) == (self.minutes is None):
            raise FinetuningRefused("give either steps or minutes, not both and not neither")
        amount = self.steps if self.steps is not None else self.minutes
        if amount is None or not math.isfinite(amount) or amount <= 0:
            raise FinetuningRefused(f"the budget is {amount}; it must be a positive number")

    def fraction(self, step: int, seconds: float) -> float:
        """How much is used, 0 to 1."""
        used = step / self.steps if self.steps is not None else seconds / (60.0 * (self.minutes or 1.0))
        return min(1.0, used)


@dataclass(frozen=True, slots=True)
class Plan:
    """One run: ``prompts`` a step, ``group`` samples of each. A diversity reward needs two of each, three
    for its baseline. ``origin`` says which weights it starts from and which it learns from."""

    out: Path
    budget: Budget
    objective: Objective = field(default_factory=Objective)
    seed: int = 1
    prompts: int = 6
    group: int = 4
    rate: float = 1e-3
    report_every: int = 5
    save_every: int = 20
    origin: str = ""

    def __post_init__(self) -> None:
        fewest = 2 if self.objective.beta > 0 else 1
        for name, value, least in (("prompts", self.prompts, 1), ("group", self.group, fewest)):
            if value < least:
                raise FinetuningRefused(f"{name} is {value}; allowed is {least} or more")
        if not math.isfinite(self.rate) or self.rate <= 0:
            raise FinetuningRefused(f"rate is {self.rate}; allowed is a finite number above 0")

    def identity(self) -> dict[str, object]:
        """What a saved state must agree on to be resumed."""
        return {
            **asdict(self.objective),
            "seed": self.seed,
            "prompts": self.prompts,
            "group": self.group,
            "rate": self.rate,
            "origin": self.origin,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """One line of the log: means since the last line. ``kl`` in nats a token, ``kl_sample`` a sample."""

    step: int
    samples: int
    tokens: int
    seconds: float
    done: float
    scale: float
    kl: float
    kl_sample: float
    distance: float | None


class Run:
    """The student, its optimiser and the counters; everything that a resume needs."""

    def __init__(self, plan: Plan, student: Model, teacher: Model, distance: Distance | None) -> None:
        if plan.objective.beta > 0 and distance is None:
            raise FinetuningRefused("beta is above 0 and nothing says how far samples are apart")
        self.plan, self.student, self.teacher, self.distance = plan, student, teacher, distance
        self.optimiser = torch.optim.AdamW(
            student.network.parameters(), lr=plan.rate, betas=(0.9, 0.95), weight_decay=0.0
        )
        self.step, self.tokens, self.seconds = 0, 0, 0.0

    def load(self, path: Path) -> None:
        """Go on where a killed run was last saved. Raises FinetuningRefused for another run's state."""
        state = torch.load(path, weights_only=True)
        asked = self.plan.identity()
        other = {name: value for name, value in state["plan"].items() if value != asked[name]}
        if other:
            mine = {name: asked[name] for name in other}
            raise FinetuningRefused(f"{path} belongs to another run, with {other}; asked for is {mine}")
        self.student.network.load_state_dict(state["network"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.step, self.tokens, self.seconds = state["step"], state["tokens"], state["seconds"]

    def save(self, path: Path) -> None:
        """The whole state; a kill leaves the old one or the new one."""
        state = {
            "network": self.student.network.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "step": self.step,
            "tokens": self.tokens,
            "seconds": self.seconds,
            "plan": self.plan.identity(),
        }
        with placed(path) as fresh:
            torch.save(state, fresh)

    def done(self) -> float:
        """How much of the budget is used, 0 to 1."""
        return self.plan.budget.fraction(self.step, self.seconds)

    def learn(self, prompts: Sequence[str]) -> Outcome:
        """Draw, judge, update once."""
        plan = self.plan
        seed = (plan.seed * 1_000_003 + self.step) * _MOST_SAMPLES
        samples = draw(self.student, prompts, plan.group, seed)
        apart = None if self.distance is None else self.distance(samples, plan.group)
        outcome = descend(self.student, self.teacher, samples, plan.objective, self.step, apart)
        self._update()
        self.step += 1
        self.tokens += outcome.tokens
        return outcome

    def _update(self) -> None:
        pace = min(1.0, (self.step + 1) / _WARM_UP) * (1.0 - self.done())
        for group in self.optimiser.param_groups:
            group["lr"] = self.plan.rate * pace
        torch.nn.utils.clip_grad_norm_(self.student.network.parameters(), 1.0)
        self.optimiser.step()
        self.optimiser.zero_grad()


def finetune(
    run: Run,
    prompts: Prompts,
    clock: Callable[[], float],
    export: Callable[[Run], object],
    watch: Watch = lambda _: None,
) -> Iterator[Report]:
    """To the end of the budget, resuming what the plan's folder holds; yields the reports as they are logged.

    ``export`` is called before the state is saved, so that a finished run always has its weights.
    """
    plan, record = run.plan, Record(run.plan.out, _title(run.plan.objective), PANELS)
    state = plan.out / STATE
    if state.exists():
        run.load(state)
    record.go_on(run.step)
    outcomes: list[Outcome] = []
    while run.done() < 1.0:
        began = clock()
        outcomes.append(run.learn(prompts(run.step, plan.prompts)))
        run.seconds += clock() - began
        watch(run.done())
        ended = run.done() >= 1.0
        report = None
        if ended or run.step % plan.report_every == 0:
            report = _report(run, outcomes)
            record.add(asdict(report))
            outcomes = []
        if ended or run.step % plan.save_every == 0:
            export(run)
            run.save(state)
        if report is not None:
            yield report


def _title(objective: Objective) -> str:
    reward = f", diversity rewarded by {objective.beta:g}" if objective.beta else ""
    return f"Distilling guidance {objective.scale:g}{reward}"


def _report(run: Run, outcomes: Sequence[Outcome]) -> Report:
    apart = [outcome.distance for outcome in outcomes if outcome.distance is not None]
    total = sum(outcome.divergence for outcome in outcomes)
    return Report(
        step=run.step,
        samples=run.step * run.plan.prompts * run.plan.group,
        tokens=run.tokens,
        seconds=round(run.seconds, 1),
        done=run.done(),
        scale=run.plan.objective.scale_at(run.step - 1),
        kl=total / sum(outcome.tokens for outcome in outcomes),
        kl_sample=total / sum(outcome.samples for outcome in outcomes),
        distance=sum(apart) / len(apart) if apart else None,
    )
