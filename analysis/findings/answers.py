"""The answer first: one sentence per pair of systems, with its numbers, told from the side of the one that won more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.findings.criterion import CriterionResult
from analysis.findings.names import Names
from analysis.findings.verdicts import HEADLINES, Verdict, Verdicts
from analysis.stats.cluster import FEW_CLUSTERS


@dataclass(frozen=True)
class Answer:
    """What was found for two systems on one criterion. `leader` won half of the ratings or more, ties split.

    All numbers are the leader's: every sentence, table and figure shows a pair this way round. nan: no such number.
    """

    criterion: str
    leader: str
    other: str
    verdict: Verdict
    planned: bool
    index: int  # of the pair among those of the criterion
    flipped: bool  # the leader is the first of the two in the alphabet
    n: int
    raters: int
    prompts: int
    wins: int
    ties: int
    losses: int
    win_rate: float
    low: float
    high: float
    p_value: float  # adjusted
    mean: float
    mean_low: float
    mean_high: float
    share: str  # "58% [53, 63]"
    headline: str  # "Raters preferred merged to base for musicality: 58% [53, 63]"
    detail: str  # "303 ratings by 61 raters on 101 prompts, adjusted p = 0.003"

    @property
    def decided(self) -> bool:
        """Whether the verdict says something about the systems, and not about the size of the study."""
        return self.verdict in {Verdict.PREFERRED, Verdict.EQUIVALENT}

    @property
    def text(self) -> str:
        """The whole sentence."""
        return f"{self.headline}; {self.detail}."


def answers_of(
    criteria: Mapping[str, CriterionResult], verdicts: Mapping[str, Verdicts], names: Names, margin: float
) -> tuple[Answer, ...]:
    """Criterion by criterion: preferred first, then equivalent, undecided, too few; in each the farthest from even."""
    order = list(Verdict)
    found = []
    for name in names.in_order(criteria):
        result = criteria[name]
        answers = [
            _answer(result, verdicts[name], index, names, margin) for index in range(len(result.pairs.pairs))
        ]
        found += sorted(
            answers, key=lambda answer: (order.index(answer.verdict), -answer.win_rate, answer.index)
        )
    return tuple(found)


def _answer(result: CriterionResult, verdicts: Verdicts, index: int, names: Names, margin: float) -> Answer:
    table, rate, mean = result.pairs, result.pairs.judged, result.pairs.preference
    a, b = table.pairs[index]
    flipped = bool(rate.value[index] < 0.5)
    leader, other = (a, b) if flipped else (b, a)
    win_rate, low, high = _turned(rate.value[index], rate.low[index], rate.high[index], 1.0, flipped=flipped)
    mean_value, mean_low, mean_high = _turned(
        mean.value[index], mean.low[index], mean.high[index], 0.0, flipped=flipped
    )
    wins = (int(table.wins_b[index]), int(table.wins_a[index]))
    verdict, share = verdicts.words[index], percent_interval(win_rate, low, high)
    headline = HEADLINES[verdict].format(
        leader=names.system(leader),
        other=names.system(other),
        criterion=names.criterion(result.criterion),
        share=share,
        margin=f"{100 * margin:g}",
    )
    return Answer(
        criterion=result.criterion,
        leader=leader,
        other=other,
        verdict=verdict,
        planned=bool(result.planned[index]),
        index=index,
        flipped=flipped,
        n=int(table.n[index]),
        raters=int(table.raters[index]),
        prompts=int(table.prompts[index]),
        wins=wins[flipped],
        ties=int(table.ties[index]),
        losses=wins[not flipped],
        win_rate=win_rate,
        low=low,
        high=high,
        p_value=float(verdicts.p_value[index]),
        mean=mean_value,
        mean_low=mean_low,
        mean_high=mean_high,
        share=share,
        headline=headline,
        detail=_detail(result, verdicts, index),
    )


def _turned(
    value: float, low: float, high: float, whole: float, *, flipped: bool
) -> tuple[float, float, float]:
    """The same estimate from the other system's side."""
    return (whole - value, whole - high, whole - low) if flipped else (float(value), float(low), float(high))


def _detail(result: CriterionResult, verdicts: Verdicts, index: int) -> str:
    table, p_value = result.pairs, float(verdicts.p_value[index])
    ratings, raters, prompts = (
        counted_words(int(count[index]), noun)
        for count, noun in ((table.n, "rating"), (table.raters, "rater"), (table.prompts, "prompt"))
    )
    counted = f"{ratings} by {raters} on {prompts}, {_p_words(p_value, adjusted=verdicts.family[index] > 1)}"
    few = not np.isnan(p_value) and min(table.raters[index], table.prompts[index]) < FEW_CLUSTERS
    return f"{counted}; few raters or prompts, so a rough guide" if few else counted


def counted_words(n: int, noun: str) -> str:
    """`1 rater`, `1,200 raters`."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def percent_interval(value: float, low: float, high: float) -> str:
    """`58% [53, 63]`, or `58%` where there is no interval."""
    if np.isnan(low):
        return f"{100 * value:.0f}%"
    return f"{100 * value:.0f}% [{100 * low:.0f}, {100 * high:.0f}]"


def _p_words(p: float, *, adjusted: bool) -> str:
    if np.isnan(p):
        return "no interval can be given"
    name = "adjusted p" if adjusted else "p"
    if p < 0.001:
        return f"{name} < 0.001"
    return f"{name} = {p:.3f}" if p < 0.1 else f"{name} = {p:.2f}"


def planned_answers(answers: Sequence[Answer]) -> tuple[Answer, ...]:
    """Those that were declared before anybody rated."""
    return tuple(answer for answer in answers if answer.planned)
