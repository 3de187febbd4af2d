"""How many raters, prompts and ratings? Var(win rate) = error / N + rater / R + prompt / P.

The rater and prompt terms set a floor that more ratings by the same people on the same prompts cannot lower, so a plan
names raters *and* prompts. Power follows the interval that the report uses: t on min(R, P) - 1 degrees of freedom.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from analysis.stats.votes import Floats, Votes

MOST_PROMPTS = 100_000


@dataclass(frozen=True)
class Components:
    """Variances of one rating's score (0, one half or 1): within rater and prompt, between raters, between prompts.

    The defaults are those of a five-point preference with one tie in seven, and tastes of .35 logits among raters and
    among prompts.
    """

    error: float = 0.19
    rater: float = 0.012
    prompt: float = 0.012


@dataclass(frozen=True)
class Layout:
    """The parts of a study that are decided before its size."""

    pairs: int  # of systems, all compared on every prompt
    ratings_per_comparison: int
    tasks_per_rater: int
    samples_per_prompt: int = 1


@dataclass(frozen=True)
class Plan:
    """A size, and what it can tell. `detectable`: distance of a win rate from one half found with the wanted power."""

    raters: int
    prompts: int
    ratings_per_pair: int
    tasks: int
    detectable: float
    floor: float  # the same with endlessly many ratings by these raters on these prompts


@dataclass(frozen=True)
class Effort:
    """What a plan asks of people."""

    hours: float
    cost: float


class Unreachable(ValueError):
    """No affordable size finds so small an effect: the message says what to change."""


def standard_error(components: Components, ratings: float, raters: float, prompts: float) -> float:
    """Of one pair's win rate; at most one rater per rating."""
    raters = min(raters, ratings)
    return float(
        np.sqrt(components.error / ratings + components.rater / raters + components.prompt / prompts)
    )


def detectable(
    components: Components,
    ratings: float,
    raters: float,
    prompts: float,
    *,
    confidence: float,
    power: float,
    contrasts: int,
) -> float:
    """Smallest distance from one half that a two-sided test finds with `power`, at Holm's first step over
    `contrasts`.
    """
    df = min(raters, ratings, prompts) - 1
    if df < 1:
        return np.inf
    level = 1 - (1 - confidence) / (2 * contrasts)
    reach = float(stdtrit(df, level) + stdtrit(df, power))
    return reach * standard_error(components, ratings, raters, prompts)


def plan_for_prompts(
    prompts: int,
    layout: Layout,
    components: Components,
    *,
    confidence: float,
    power: float,
    contrasts: int = 1,
) -> Plan:
    """The other way round: what a study with this many prompts can find."""
    per_pair = prompts * layout.samples_per_prompt * layout.ratings_per_comparison
    tasks = per_pair * layout.pairs
    # A rater never gets a comparison twice, so a comparison needs as many raters as it has ratings.
    raters = max(-(-tasks // layout.tasks_per_rater), layout.ratings_per_comparison)
    found = detectable(
        components, per_pair, raters, prompts, confidence=confidence, power=power, contrasts=contrasts
    )
    floor = detectable(
        components, np.inf, raters, prompts, confidence=confidence, power=power, contrasts=contrasts
    )
    return Plan(raters, prompts, per_pair, tasks, found, floor)


def plan_for_effect(
    effect: float,
    layout: Layout,
    components: Components,
    *,
    confidence: float,
    power: float,
    contrasts: int = 1,
) -> Plan:
    """The smallest number of prompts whose study finds a win rate `effect` away from one half (0.1: 60%
    against 40%).
    """
    if not 0 < effect < 0.5:
        raise ValueError(f"effect: got {effect}; allowed: above 0 and below 0.5")
    low, high = 1, 2

    def enough(prompts: int) -> bool:
        plan = plan_for_prompts(
            prompts, layout, components, confidence=confidence, power=power, contrasts=contrasts
        )
        return plan.detectable <= effect

    while not enough(high):
        low, high = high, high * 2
        if high > MOST_PROMPTS:
            raise Unreachable(
                f"an effect of {effect} needs more than {MOST_PROMPTS} prompts; allow a larger effect or less power"
            )
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return plan_for_prompts(high, layout, components, confidence=confidence, power=power, contrasts=contrasts)


def effort(plan: Plan, *, seconds_per_task: float, pay_per_hour: float) -> Effort:
    """Hours of listening and what they cost, in the currency of the pay."""
    hours = plan.tasks * seconds_per_task / 3600
    return Effort(hours, hours * pay_per_hour)


def estimate_components(votes: Votes) -> Components:
    """Components from a pilot, pooled over pairs: mean products of residuals that share a rater, or a prompt, only.

    Negative estimates are reported as zero. Raises ValueError where no two ratings of a pair share only a
    rater or prompt.
    """
    score = votes.outcome / 2
    n = votes.outcomes.sum(axis=1)
    residual = score - (np.bincount(votes.pair, score, votes.n_pairs) / n)[votes.pair]
    cell = _squares(votes, residual, votes.cell)
    rater = _shared(_squares(votes, residual, votes.rater), cell)
    prompt = _shared(_squares(votes, residual, votes.prompt), cell)
    total = float((residual**2).sum() / max(votes.n - votes.n_pairs, 1))
    return Components(max(total - rater - prompt, 0.0), rater, prompt)


def _squares(
    votes: Votes, residual: Floats, cluster: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> tuple[float, float]:
    """(sum of squared residual sums, sum of squared sizes) over clusters of one pair."""
    codes = np.unique(cluster * votes.n_pairs + votes.pair, return_inverse=True)[1]
    return float((np.bincount(codes, residual) ** 2).sum()), float(
        (np.bincount(codes).astype(float) ** 2).sum()
    )


def _shared(cluster: tuple[float, float], cell: tuple[float, float]) -> float:
    couples = cluster[1] - cell[1]
    if couples <= 0:
        raise ValueError("the pilot has no two ratings of one pair that share only a rater, or only a prompt")
    return max((cluster[0] - cell[0]) / couples, 0.0)
