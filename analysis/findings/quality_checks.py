"""Quality checks: what each of them says about a rater. Pure.

A check looks at everything a rater did, and never at which system won. It passes, it fails, or it is unavailable:
what was never asked, or too seldom to tell, is not held against anybody. Checks only flag; who is left out is decided
by the rules that the study file declared beforehand (`excluded_raters`). Names and meanings are declared in
`studies.quality_checks`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from studies.quality_checks import ExclusionCode

FEWEST_ANSWERS = 10
SAME_BUTTON = 0.95
FEWEST_REPEATS = 2
WRONG_GOLD = 0.5
FEWEST_TASKS = 3
IMPLAUSIBLE = 0.2
LEAST_HEARD_MS = 500
TOLERANCE_MS, TOLERANCE_SHARE = 250, 0.01


class Verdict(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Finding:
    """``found`` of ``of`` speak against the rater: answers, pairs or tasks, as the check counts."""

    verdict: Verdict
    found: int = 0
    of: int = 0


UNAVAILABLE = Finding(Verdict.UNAVAILABLE)


@dataclass(frozen=True, slots=True)
class Judged:
    """One rating. ``preference`` as presented; ``swapped`` says that system_b was side A; ``right`` whether a known
    answer was given, ``None`` where no answer is known.
    """

    rater: str
    comparison: str
    criterion: str
    role: str
    preference: int
    swapped: bool
    right: bool | None = None

    @property
    def favours(self) -> int:
        """-1: system_a, 1: system_b, 0: neither."""
        sign = (self.preference > 0) - (self.preference < 0)
        return -sign if self.swapped else sign


@dataclass(frozen=True, slots=True)
class Timed:
    """One main task. ``passed_ms`` by the server's clock, from giving it out to taking it in; how long each side was
    played is what the browser said, in all its visits to the page.
    """

    rater: str
    passed_ms: float
    first_ms: int
    second_ms: int

    @property
    def implausible(self) -> bool:
        """A side was hardly played, or more was played than there was time for."""
        played = self.first_ms + self.second_ms
        too_much = played * (1 - TOLERANCE_SHARE) - TOLERANCE_MS > self.passed_ms
        return too_much or min(self.first_ms, self.second_ms) < LEAST_HEARD_MS


@dataclass(frozen=True, slots=True)
class Record:
    """Everything the checks look at. ``headphones``: rater -> whether the check was passed, for those who took it.
    ``simulated`` raters do not wait for the sound, so that their times say nothing.
    """

    raters: tuple[str, ...]
    answers: tuple[Judged, ...]
    tasks: tuple[Timed, ...] = ()
    headphones: Mapping[str, bool] = field(default_factory=dict)
    simulated: frozenset[str] = frozenset()


def straight_lining(record: Record) -> Iterator[tuple[str, Finding]]:
    """10 main ratings or more, 95% or more of them the same button, whatever was presented."""
    answers: dict[str, Counter[int]] = defaultdict(Counter)
    for row in record.answers:
        if row.role == "main":
            answers[row.rater][row.preference] += 1
    for rater, counts in answers.items():
        total, most = counts.total(), counts.most_common(1)[0][1]
        if total >= FEWEST_ANSWERS:
            yield rater, _finding(most, total, failed=most >= SAME_BUTTON * total)


def inconsistent_repeats(record: Record) -> Iterator[tuple[str, Finding]]:
    """2 repeated questions or more decided both times, and more than half of them for the other system."""
    rows = record.answers
    first = {(row.rater, row.comparison, row.criterion): row.favours for row in rows if row.role == "main"}
    decided, turned = Counter[str](), Counter[str]()
    for row in rows:
        before = first.get((row.rater, row.comparison, row.criterion), 0) if row.role == "repeat" else 0
        if before and row.favours:
            decided[row.rater] += 1
            turned[row.rater] += before != row.favours
    for rater, n in decided.items():
        if n >= FEWEST_REPEATS:
            yield rater, _finding(turned[rater], n, failed=turned[rater] > n / 2)


def failed_gold(record: Record) -> Iterator[tuple[str, Finding]]:
    """Half or more of the gold pairs not answered for the unbroken side."""
    given = [row for row in record.answers if row.role == "gold" and row.right is not None]
    total = Counter(row.rater for row in given)
    wrong = Counter(row.rater for row in given if not row.right)
    for rater, n in total.items():
        yield rater, _finding(wrong[rater], n, failed=wrong[rater] >= WRONG_GOLD * n)


def implausible_listening(record: Record) -> Iterator[tuple[str, Finding]]:
    """3 main tasks or more, and more than a fifth of them implausible: see ``Timed``."""
    tasks: dict[str, list[Timed]] = defaultdict(list)
    for task in record.tasks:
        if task.rater not in record.simulated:
            tasks[task.rater].append(task)
    for rater, done in tasks.items():
        found = sum(task.implausible for task in done)
        if len(done) >= FEWEST_TASKS:
            yield rater, _finding(found, len(done), failed=found > IMPLAUSIBLE * len(done))


def failed_headphone_check(record: Record) -> Iterator[tuple[str, Finding]]:
    """The headphone check at the beginning was not passed."""
    for rater, passed in record.headphones.items():
        yield rater, _finding(int(not passed), 1, failed=not passed)


def _finding(found: int, of: int, *, failed: bool) -> Finding:
    return Finding(Verdict.FAILED if failed else Verdict.PASSED, found, of)


CHECKS: Mapping[ExclusionCode, Callable[[Record], Iterable[tuple[str, Finding]]]] = MappingProxyType(
    {
        "failed_gold": failed_gold,
        "failed_headphone_check": failed_headphone_check,
        "implausible_listening": implausible_listening,
        "inconsistent_repeats": inconsistent_repeats,
        "straight_lining": straight_lining,
    }
)


def findings(record: Record) -> dict[ExclusionCode, dict[str, Finding]]:
    """Check -> rater -> finding, for every check and every rater."""
    return {
        code: dict.fromkeys(record.raters, UNAVAILABLE) | dict(check(record))
        for code, check in CHECKS.items()
    }


def failed_by(found: Mapping[ExclusionCode, Mapping[str, Finding]], rater: str) -> tuple[str, ...]:
    """Codes of the checks that this rater failed, declared or not, in the alphabet."""
    return tuple(code for code in sorted(found) if found[code][rater].verdict == Verdict.FAILED)


def excluded_raters(
    found: Mapping[ExclusionCode, Mapping[str, Finding]], rules: Iterable[ExclusionCode]
) -> dict[str, ExclusionCode]:
    """Rater -> the first of the declared rules, in the alphabet, that excludes them with all they did.

    A rule is the code of a check. What a check could not decide excludes nobody.
    """
    excluded: dict[str, ExclusionCode] = {}
    for rule in sorted(rules):
        for rater, finding in found[rule].items():
            if finding.verdict == Verdict.FAILED:
                excluded.setdefault(rater, rule)
    return excluded
