"""Pre-declared exclusion rules: which raters a rule excludes. Pure; the study file says which rules apply.

A rule looks at everything a rater did and excludes all of it or none. It never looks at which system won.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

FEWEST_ANSWERS = 10
SAME_BUTTON = 0.95
FEWEST_REPEATS = 2


@dataclass(frozen=True, slots=True)
class Judged:
    """One rating. ``preference`` as presented; ``swapped`` says that system_b was side A."""

    rater: str
    comparison: str
    criterion: str
    role: str
    preference: int
    swapped: bool

    @property
    def favours(self) -> int:
        """-1: system_a, 1: system_b, 0: neither."""
        sign = (self.preference > 0) - (self.preference < 0)
        return -sign if self.swapped else sign


def straight_lining(rows: Iterable[Judged]) -> set[str]:
    """Raters with 10 main ratings or more of which 95% or more are the same button, whatever was presented."""
    answers: dict[str, Counter[int]] = defaultdict(Counter)
    for row in rows:
        if row.role == "main":
            answers[row.rater][row.preference] += 1
    return {rater for rater, counts in answers.items() if _one_button(counts)}


def _one_button(counts: Counter[int]) -> bool:
    total = counts.total()
    return total >= FEWEST_ANSWERS and counts.most_common(1)[0][1] >= SAME_BUTTON * total


def inconsistent_repeats(rows: Iterable[Judged]) -> set[str]:
    """Raters who answered 2 repeated questions or more for one side both times, and mostly for the other system."""
    rows = list(rows)
    first = {(row.rater, row.comparison, row.criterion): row.favours for row in rows if row.role == "main"}
    decided, turned = Counter[str](), Counter[str]()
    for row in rows:
        before = first.get((row.rater, row.comparison, row.criterion), 0) if row.role == "repeat" else 0
        if before and row.favours:
            decided[row.rater] += 1
            turned[row.rater] += before != row.favours
    return {rater for rater, n in decided.items() if n >= FEWEST_REPEATS and turned[rater] > n / 2}


RULES: Mapping[str, Callable[[Iterable[Judged]], set[str]]] = MappingProxyType(
    {"straight_lining": straight_lining, "inconsistent_repeats": inconsistent_repeats}
)


def excluded_raters(rows: Sequence[Judged], rules: Iterable[str]) -> dict[str, str]:
    """Rater -> the code of the first of the declared rules, in the alphabet, that excludes them."""
    excluded: dict[str, str] = {}
    for rule in sorted(rules):
        for rater in RULES[rule](rows):
            excluded.setdefault(rater, rule)
    return excluded
