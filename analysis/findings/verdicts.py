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
from analysis.stats import verdicts
from analysis.stats.multiple import holm
from analysis.stats.votes import Floats
from analysis.stats.winrates import PairTable


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
    Verdict.TOO_FEW: f"fewer than {verdicts.FEWEST} raters or prompts, or so few that even "
    "votes all for one system could not have decided",
}


@dataclass(frozen=True)
class Verdicts:
    """Of one criterion's pairs, all [P]. `p_value` is adjusted within the pair's family of `family` tests.

    `words` are told from the leader's side, `oriented` from the side of the pair's order. `low` and `high` hold for
    the whole family at once, and hold one half exactly where no preference is decided.
    """

    words: tuple[Verdict, ...]
    oriented: tuple[verdicts.Verdict, ...]
    p_value: Floats
    equivalence_p: Floats
    family: Floats
    low: Floats
    high: Floats


def verdicts_of(criteria: Mapping[str, CriterionResult], settings: Settings) -> dict[str, Verdicts]:
    """Criterion -> the verdicts on its pairs."""
    p_value, family = _adjusted(
        {name: result.pairs.judged.p_value for name, result in criteria.items()}, criteria
    )
    equivalence_p, _ = _adjusted(
        {name: result.pairs.equivalence_p for name, result in criteria.items()}, criteria
    )
    return {
        name: _verdicts(result.pairs, p_value[name], equivalence_p[name], family[name], settings)
        for name, result in criteria.items()
    }


def _adjusted(
    p_values: Mapping[str, Floats], criteria: Mapping[str, CriterionResult]
) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """Holm-adjusted p-values, planned contrasts among themselves, and the number of tests in each one's family."""
    planned = {name: result.planned for name, result in criteria.items()}
    declared = np.concatenate([np.zeros(0), *(p[planned[name]] for name, p in p_values.items())])
    among, tests = iter(holm(declared)), float((~np.isnan(declared)).sum())
    adjusted, family = {}, {}
    for name, p in p_values.items():
        adjusted[name] = holm(p)
        adjusted[name][planned[name]] = [next(among) for _ in range(int(planned[name].sum()))]
        family[name] = np.where(planned[name], tests, float((~np.isnan(p)).sum()))
    return adjusted, family


def _verdicts(
    pairs: PairTable, p_value: Floats, equivalence_p: Floats, family: Floats, settings: Settings
) -> Verdicts:
    oriented = verdicts.verdicts(
        pairs.judged.value,
        p_value,
        equivalence_p,
        fewest=np.minimum(pairs.raters, pairs.prompts),
        effective=pairs.means.effective,
        confidence=settings.confidence,
    )
    decided = np.array([word.startswith("preferred") for word in oriented], dtype=np.bool_)
    wide = pairs.judged_at(1 - (1 - settings.confidence) / np.maximum(family, 1.0))
    low, high = verdicts.simultaneous(wide, decided)
    words = tuple(Verdict(word.removesuffix("_a").removesuffix("_b")) for word in oriented)
    return Verdicts(words, oriented, p_value, equivalence_p, family, low, high)
