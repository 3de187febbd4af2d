"""What may be said of two systems: one table of verdicts, and the words of each.

The primary analysis is the win rate with its test. A contrast that was declared beforehand is adjusted with the other
declared ones, every other pair with the pairs of its criterion. What else is computed may not contradict these words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from analysis.findings.criterion import CriterionResult
from analysis.settings import Settings
from analysis.stats.multiple import holm
from analysis.stats.verdicts import FEWEST
from analysis.stats.votes import Floats


class Verdict(StrEnum):
    """One word for what the ratings say of two systems."""

    PREFERRED = "preferred"
    EQUIVALENT = "equivalent"
    UNDECIDED = "undecided"
    TOO_FEW = "too_few"


# Verdict -> headline. `share` is the leader's win rate with its interval.
HEADLINES: Mapping[Verdict, str] = {
    Verdict.PREFERRED: "Raters preferred {leader} to {other} for {criterion}: {share}",
    Verdict.EQUIVALENT: "{leader} and {other} are equivalent for {criterion}, within {margin} points of 50%: {share}",
    Verdict.UNDECIDED: "Not decided between {leader} and {other} for {criterion}: {leader} won {share}",
    Verdict.TOO_FEW: "Too few ratings to compare {leader} and {other} for {criterion}: {leader} won {share}",
}
# Verdict -> what it means, for whoever reads a list of them.
MEANINGS: Mapping[Verdict, str] = {
    Verdict.PREFERRED: "the adjusted test rejects that both win half of the ratings",
    Verdict.EQUIVALENT: "two one-sided tests show the win rate within {margin} points of 50%",
    Verdict.UNDECIDED: "neither is shown: not that the systems are alike",
    Verdict.TOO_FEW: f"fewer than {FEWEST} raters or prompts, or so few that not even a unanimous vote could decide",
}


@dataclass(frozen=True)
class Verdicts:
    """Of one criterion's pairs, all [P]. `p_value` is adjusted within the pair's family of `family` tests."""

    words: tuple[Verdict, ...]
    p_value: Floats
    family: Floats


def verdicts_of(criteria: Mapping[str, CriterionResult], settings: Settings) -> dict[str, Verdicts]:
    """Criterion -> the verdicts on its pairs."""
    planned_p = np.concatenate(
        [np.zeros(0), *(result.pairs.judged.p_value[result.planned] for result in criteria.values())]
    )
    planned = iter(holm(planned_p))
    tested = float((~np.isnan(planned_p)).sum())
    found = {}
    for name, result in criteria.items():
        p_value = result.pairs.p_holm.copy()
        p_value[result.planned] = [next(planned) for _ in range(int(result.planned.sum()))]
        family = np.where(result.planned, tested, float((~np.isnan(result.pairs.p_holm)).sum()))
        words = tuple(
            _planned_verdict(result, index, float(p), settings)
            if result.planned[index]
            else Verdict(result.pairs.verdict[index].removesuffix("_a").removesuffix("_b"))
            for index, p in enumerate(p_value)
        )
        found[name] = Verdicts(words, p_value, family)
    return found


def _planned_verdict(result: CriterionResult, index: int, p_value: float, settings: Settings) -> Verdict:
    """A declared contrast is preferred by its own family's test; the rest of the table is that of its criterion."""
    few = min(result.pairs.raters[index], result.pairs.prompts[index]) < FEWEST
    if p_value < 1 - settings.confidence and not few:
        return Verdict.PREFERRED
    word = result.pairs.verdict[index].removesuffix("_a").removesuffix("_b")
    return Verdict.UNDECIDED if word == Verdict.PREFERRED else Verdict(word)
