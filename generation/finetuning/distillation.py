"""The student learns, on what it writes itself, to write in one pass what guidance writes in two."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from generation.finetuning.objectives import (
    advantages,
    divergence,
    diversity_surrogate,
    guided_log_probabilities,
    legal_log_probabilities,
    log_likelihood,
    rewards,
)
from generation.finetuning.seam import Model, Samples

_AT_ONCE = 8


class FinetuningRefused(ValueError):
    """These options cannot be fine-tuned with."""


@dataclass(frozen=True, slots=True)
class Objective:
    """What is minimised: KL(student || teacher guided by ``scale``) a sample - ``beta`` * mean distance.

    ``ramp``: over how many steps the scale rises from 1 (0: at once). Raises FinetuningRefused.
    """

    scale: float = 3.0
    beta: float = 0.0
    ramp: int = 0

    def __post_init__(self) -> None:
        _check("scale", self.scale, "a finite number above 0", ok=self.scale > 0)
        _check("beta", self.beta, "a finite number of 0 or more", ok=self.beta >= 0)
        _check("ramp", self.ramp, "a whole number of steps, 0 or more", ok=self.ramp >= 0)

    def scale_at(self, step: int) -> float:
        """The scale of a step: a straight line from 1."""
        if step >= self.ramp:
            return self.scale
        return 1.0 + (self.scale - 1.0) * step / self.ramp


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one batch came to: divergence in nats, all samples together; how far apart they are (0 to 2)."""

    divergence: float
    distance: float | None
    samples: int
    tokens: int


def descend(
    student: Model, teacher: Model, samples: Samples, objective: Objective, step: int, apart: Tensor | None
) -> Outcome:
    """Add the objective's gradient to the student's parameters, a few samples at a time.

    ``apart`` [G, K, K]: how far the samples of each prompt are from each other; needed for a beta above 0.
    """
    count = len(samples.tokens)
    weights = None if apart is None else advantages(apart).flatten()
    total = 0.0
    for chosen in samples.by_length(_AT_ONCE):
        part = samples.rows(chosen)
        kl, likelihood = _read(student, teacher, part, objective.scale_at(step))
        loss = kl.mean()
        if weights is not None and objective.beta > 0:
            loss = loss - objective.beta * diversity_surrogate(weights[chosen], likelihood)
        (loss * (len(chosen) / count)).backward()  # type: ignore[no-untyped-call] # torch does not annotate it
        total += kl.sum().item()
    mean = None if apart is None else rewards(apart).mean().item()
    return Outcome(total, mean, count, int(samples.counted.sum()))


def _read(student: Model, teacher: Model, samples: Samples, scale: float) -> tuple[Tensor, Tensor]:
    """Each sample's divergence summed over its positions, and its log-likelihood: ``[B]`` both."""
    own = legal_log_probabilities(student.logits(samples, conditional=True), samples.legal)
    with torch.no_grad():
        conditional = teacher.logits(samples, conditional=True)
        unconditional = teacher.logits(samples, conditional=False)
        taught = guided_log_probabilities(conditional, unconditional, scale, samples.legal)
    at = divergence(own, taught).masked_fill(~samples.counted, 0.0)
    return at.flatten(1).sum(dim=1), log_likelihood(own, samples.tokens, samples.counted)


def draw(student: Model, prompts: Sequence[str], group: int, seed: int) -> Samples:
    """``group`` samples of each prompt, side by side; sample i is drawn from seed ``seed + i``."""
    each = [prompt for prompt in prompts for _ in range(group)]
    generators = [torch.Generator().manual_seed(seed + index) for index in range(len(each))]
    return student.sample(each, generators)


def _check(name: str, value: float, allowed: str, *, ok: bool) -> None:
    if not math.isfinite(value) or not ok:
        raise FinetuningRefused(f"{name} is {value}; allowed is {allowed}")
