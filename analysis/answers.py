"""The answer first: one sentence per contrast, with its numbers."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analysis.criterion import CriterionResult
from analysis.stats.winrates import PairTable


@dataclass(frozen=True)
class Answer:
    """What was found for two systems on one criterion. `decided`: the Holm-adjusted test rejects "no preference"."""

    criterion: str
    leader: str
    other: str
    decided: bool
    share: str  # "58% [53, 63]"
    text: str


def answers_of(criteria: Mapping[str, CriterionResult], confidence: float) -> tuple[Answer, ...]:
    """Per criterion, decided contrasts first, then by how far from even."""
    return tuple(
        answer
        for result in criteria.values()
        for answer in _criterion_answers(result.criterion, result.pairs, confidence)
    )


def _criterion_answers(criterion: str, table: PairTable, confidence: float) -> list[Answer]:
    decided = table.p_holm < 1 - confidence
    order = np.lexsort((-np.abs(table.win_rate.value - 0.5), ~decided))
    return [_answer(criterion, table, int(index), bool(decided[index])) for index in order]


def _answer(criterion: str, table: PairTable, index: int, decided: bool) -> Answer:
    a, b = table.pairs[index]
    rate = table.win_rate
    value, low, high = float(rate.value[index]), float(rate.low[index]), float(rate.high[index])
    if value < 0.5:
        a, b, value, low, high = b, a, 1 - value, 1 - high, 1 - low
    share = percent_interval(value, low, high)
    detail = f"{share}, {int(table.n[index])} ratings by {int(table.raters[index])} raters on {int(table.prompts[index])} prompts"
    label = criterion.replace("_", " ")
    if decided:
        text = f"Raters preferred {b} to {a} for {label}: {detail}{_p_text(table.p_holm[index])}."
    elif np.isnan(low):
        text = f"{b} won {detail} against {a} for {label}; no interval can be given."
    else:
        text = f"No clear preference between {b} and {a} for {label}: {b} won {detail}{_p_text(table.p_holm[index])}."
    return Answer(criterion, b, a, decided, share, text)


def percent_interval(value: float, low: float, high: float) -> str:
    """`58% [53, 63]`, or `58%` where there is no interval."""
    if np.isnan(low):
        return f"{100 * value:.0f}%"
    return f"{100 * value:.0f}% [{100 * low:.0f}, {100 * high:.0f}]"


def _p_text(p: float) -> str:
    if np.isnan(p):
        return ""
    return (
        ", adjusted p < 0.001"
        if p < 0.001
        else f", adjusted p = {p:.3f}"
        if p < 0.1
        else f", adjusted p = {p:.2f}"
    )
