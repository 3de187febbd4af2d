"""The answer first: one sentence per contrast, with its numbers."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analysis.findings.criterion import CriterionResult
from analysis.stats.cluster import FEW_CLUSTERS
from analysis.stats.multiple import holm
from analysis.stats.winrates import PairTable


@dataclass(frozen=True)
class Answer:
    """What was found for two systems on one criterion. `decided`: the Holm-adjusted test rejects "no preference"."""

    criterion: str
    leader: str
    other: str
    decided: bool
    share: str  # "58% [53, 63]"
    headline: str  # "Raters preferred merged to base for musicality: 58% [53, 63]"
    detail: str  # "303 ratings by 61 raters on 101 prompts, adjusted p = 0.003"

    @property
    def text(self) -> str:
        """The whole sentence."""
        return f"{self.headline}; {self.detail}."


def answers_of(criteria: Mapping[str, CriterionResult], confidence: float) -> tuple[Answer, ...]:
    """Per criterion, decided contrasts first, then by how far from even."""
    return tuple(answer for result in criteria.values() for answer in _of_criterion(result, confidence))


def planned_answers(criteria: Mapping[str, CriterionResult], confidence: float) -> tuple[Answer, ...]:
    """The contrasts that were declared beforehand, Holm-adjusted among themselves: what was explored does not count."""
    named = [(result, int(index)) for result in criteria.values() for index in np.flatnonzero(result.planned)]
    adjusted = holm(np.array([result.pairs.win_rate.p_value[index] for result, index in named]))
    return tuple(
        _answer(result.criterion, result.pairs, index, p_value=float(p), confidence=confidence)
        for (result, index), p in zip(named, adjusted, strict=True)
    )


def _of_criterion(result: CriterionResult, confidence: float) -> list[Answer]:
    table = result.pairs
    decided = table.p_holm < 1 - confidence
    order = np.lexsort((-np.abs(table.win_rate.value - 0.5), ~decided))
    return [
        _answer(
            result.criterion, table, int(index), p_value=float(table.p_holm[index]), confidence=confidence
        )
        for index in order
    ]


def _answer(criterion: str, table: PairTable, index: int, *, p_value: float, confidence: float) -> Answer:
    a, b = table.pairs[index]
    rate = table.win_rate
    value, low, high = float(rate.value[index]), float(rate.low[index]), float(rate.high[index])
    if value < 0.5:
        a, b, value, low, high = b, a, 1 - value, 1 - high, 1 - low
    decided = p_value < 1 - confidence
    share, label = percent_interval(value, low, high), criterion.replace("_", " ")
    if decided:
        headline = f"Raters preferred {b} to {a} for {label}: {share}"
    elif value == 0.5:
        headline = f"No preference between {b} and {a} for {label}: {share}"
    else:
        headline = f"No clear preference between {b} and {a} for {label}: {b} won {share}"
    return Answer(criterion, b, a, decided, share, headline, _detail(table, index, p_value))


def _detail(table: PairTable, index: int, p_value: float) -> str:
    counts = (table.n[index], table.raters[index], table.prompts[index])
    words = (_count(int(n), noun) for n, noun in zip(counts, ("rating", "rater", "prompt"), strict=True))
    ratings, raters, prompts = words
    few = not np.isnan(p_value) and min(table.raters[index], table.prompts[index]) < FEW_CLUSTERS
    caution = "; few raters or prompts, so a rough guide" if few else ""
    return f"{ratings} by {raters} on {prompts}, {_p_text(p_value)}{caution}"


def _count(n: int, noun: str) -> str:
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def percent_interval(value: float, low: float, high: float) -> str:
    """`58% [53, 63]`, or `58%` where there is no interval."""
    if np.isnan(low):
        return f"{100 * value:.0f}%"
    return f"{100 * value:.0f}% [{100 * low:.0f}, {100 * high:.0f}]"


def _p_text(p: float) -> str:
    if np.isnan(p):
        return "no interval can be given"
    if p < 0.001:
        return "adjusted p < 0.001"
    return f"adjusted p = {p:.3f}" if p < 0.1 else f"adjusted p = {p:.2f}"
