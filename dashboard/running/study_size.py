"""How large a study must be, or what a given size can find: `study plan` and the console's planning pages."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analysis.output.figures.curves import planning_curve
from analysis.stats.plan_simulation import rehearse
from analysis.stats.sample_size import (
    Components,
    Effort,
    Layout,
    Plan,
    Unreachable,
    effort,
    plan_for_effect,
    plan_for_prompts,
)
from raters.answering.criterion_passes import hearings
from raters.entering.session_length import SECONDS_TO_JUDGE, seconds_per_task, session_length
from studies.design import totals
from studies.spec import StudySpec

COMPONENTS = Components()
POINTS = 60
REHEARSALS = 200
LARGEST_REHEARSED = 5000  # ratings of a pair


@dataclass(frozen=True)
class Wish:
    """A design, and what one hopes to find with it. ``win_rate`` above one half; ``pay`` per hour, 0 = unpaid."""

    pairs: int
    prompts: int
    samples_per_prompt: int = 1
    ratings_per_comparison: int = 3
    tasks: int = 20
    seconds_per_task: float = 40.0
    win_rate: float = 0.6
    power: float = 0.8
    confidence: float = 0.95
    pay: float = 0.0


@dataclass(frozen=True)
class Answer:
    """A plan with its effort, in numbers a page can print."""

    plan: Plan
    effort: Effort

    @property
    def found(self) -> float | None:
        """Smallest win rate that is found with the wanted power; None where none is."""
        rate = 0.5 + self.plan.detectable
        return rate if rate < 1 else None

    @property
    def percent(self) -> int:
        """Rounded up: the plan must hold what it says."""
        return math.ceil(100 * (self.found or 1) - 1e-9)


class Planner:
    """Both directions of one wish."""

    def __init__(self, wish: Wish) -> None:
        self.wish = wish

    @property
    def _layout(self) -> Layout:
        wish = self.wish
        return Layout(wish.pairs, wish.ratings_per_comparison, wish.tasks, wish.samples_per_prompt)

    def at(self, prompts: int) -> Plan:
        """What a study with this many prompts can find."""
        wish = self.wish
        return plan_for_prompts(
            prompts,
            self._layout,
            COMPONENTS,
            confidence=wish.confidence,
            power=wish.power,
            contrasts=wish.pairs,
        )

    def answer(self, plan: Plan) -> Answer:
        needed = effort(plan, seconds_per_task=self.wish.seconds_per_task, pay_per_hour=self.wish.pay)
        return Answer(plan, needed)

    @cached_property
    def as_designed(self) -> Answer:
        return self.answer(self.at(self.wish.prompts))

    @cached_property
    def needed(self) -> Answer | None:
        """The smallest study that finds the wanted win rate; None where no affordable one does."""
        wish = self.wish
        try:
            plan = plan_for_effect(
                wish.win_rate - 0.5,
                self._layout,
                COMPONENTS,
                confidence=wish.confidence,
                power=wish.power,
                contrasts=wish.pairs,
            )
        except Unreachable:
            return None
        return self.answer(plan)

    @cached_property
    def rehearsed(self) -> float | None:
        """Share of simulated studies of the needed size that find the wanted win rate; None where there is no size, or
        one that takes long to simulate.
        """
        wish = self.wish
        if self.needed is None or self.needed.plan.ratings_per_pair > LARGEST_REHEARSED:
            return None
        return rehearse(
            self.needed.plan,
            wish.win_rate,
            confidence=wish.confidence,
            contrasts=wish.pairs,
            studies=REHEARSALS,
            generator=np.random.default_rng(1),
        )

    def figure(self) -> str:
        """The curve of sizes, as SVG for a page; the dot is the design as it stands."""
        chosen = self.as_designed.plan
        largest = 2 * max(chosen.prompts, 12, min(self.needed.plan.prompts, 2000) if self.needed else 0)
        steps = sorted({max(2, round(largest * step / POINTS)) for step in range(1, POINTS + 1)})
        return planning_curve([self.at(prompts) for prompts in steps], chosen).inline("planning")


def wish_of(spec: StudySpec, *, win_rate: float = 0.6) -> Wish:
    """The design of a study file: its one-against-one comparisons, not its sets."""
    return Wish(
        pairs=len(spec.pairs()),
        prompts=len(spec.prompts),
        samples_per_prompt=spec.design.samples_per_prompt,
        ratings_per_comparison=spec.design.ratings_per_comparison,
        tasks=spec.raters.tasks,
        seconds_per_task=2 * hearings(spec) * spec.audio.duration + SECONDS_TO_JUDGE,
        win_rate=win_rate,
        confidence=spec.analysis.confidence,
    )


def plan_text(spec: StudySpec) -> str:
    """Samples, comparisons, raters and hours of the design as it stands; what it can find, and what would find more."""
    size = totals(spec)
    # Practice, gold and repeats take a rater's time too, and are paid for.
    tasks = session_length(spec) + spec.raters.training
    each = tasks * seconds_per_task(spec) / 60
    hours = size.ratings * tasks / size.tasks_per_session * seconds_per_task(spec) / 3600
    return "\n".join(
        [
            f"{spec.study.slug}: {len(spec.systems)} systems, {len(spec.prompts)} prompts, {spec.scale}",
            f"  samples      {size.samples} of {spec.audio.duration:g} s",
            f"  comparisons  {size.comparisons}, {size.ratings} ratings in all",
            f"  raters       at least {size.sessions}, {tasks} tasks each, about {each:.0f} min",
            f"  listening    about {hours:.1f} hours of people's time in all",
            *_power_lines(Planner(wish_of(spec))),
        ]
    )


def _power_lines(planner: Planner) -> list[str]:
    """Both directions, in the words of the console's page."""
    wish, needed = planner.wish, planner.needed
    pairs = "1 pair" if wish.pairs == 1 else f"{wish.pairs} pairs"
    asked = f"power {100 * wish.power:.0f}%, confidence {100 * wish.confidence:g}% over {pairs}"
    return [
        f"  finds        {finds(planner.as_designed)} ({asked})",
        f"  to find {100 * wish.win_rate:.0f}%  "
        + (_size(needed) if needed else "no affordable study is enough"),
        *_rehearsed(planner),
    ]


def _rehearsed(planner: Planner) -> list[str]:
    if planner.rehearsed is None:
        return []
    return [
        f"  rehearsed    found in {100 * planner.rehearsed:.0f}% of {REHEARSALS} simulated studies of that size"
    ]


def _size(answer: Answer) -> str:
    plan, hours = answer.plan, answer.effort.hours
    return (
        f"{plan.prompts} prompts, {plan.raters} raters, {plan.tasks} ratings in all, about {hours:.1f} hours"
    )


def finds(answer: Answer) -> str:
    """The smallest preference a size can be trusted to find."""
    if answer.found is None:
        return "no preference for certain: there are too few prompts or raters"
    return f"a win rate of {answer.percent}% against {100 - answer.percent}%"
