"""Does a plan keep what it says? Studies of its size are simulated and analysed as the report would."""

from dataclasses import replace

import numpy as np
from scipy.optimize import brentq

from analysis.stats.sample_size import Plan
from analysis.stats.simulation import Design, simulate, truth_of
from analysis.stats.winrates import compare_pairs

LARGEST_LEAD = 8.0  # log odds


def rehearse(
    plan: Plan,
    win_rate: float,
    *,
    confidence: float,
    contrasts: int,
    studies: int,
    generator: np.random.Generator,
) -> float:
    """Share of simulated studies of one pair in which a true `win_rate` is found, at Holm's first step.

    Raters and prompts have the tastes that the plan's default components describe. A rater's share of the pair's
    ratings is the plan's, rounded up to whole tasks for some and down for others.
    """
    design = _with_win_rate(_design(plan), win_rate)
    level = (1 - confidence) / contrasts
    found = 0
    for _ in range(studies):
        table = compare_pairs(simulate(design, generator), confidence=confidence)
        found += bool(table.win_rate.p_value[0] < level)
    return found / studies


def _design(plan: Plan) -> Design:
    """The pair's ratings spread over no more raters than there are ratings."""
    raters = min(plan.raters, plan.ratings_per_pair)
    tasks = max(1, round(plan.ratings_per_pair / raters))
    return Design((0.0, 0.0), max(2, round(plan.ratings_per_pair / tasks)), plan.prompts, tasks)


def _with_win_rate(design: Design, win_rate: float) -> Design:
    def miss(lead: float) -> float:
        return float(truth_of(replace(design, scores=(0.0, lead))).win_rate[0]) - win_rate

    return replace(design, scores=(0.0, float(brentq(miss, 0.0, LARGEST_LEAD))))
