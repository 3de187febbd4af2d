"""From what was seen to a verdict: can system or side be told better than by a coin? Pure.

Two questions are asked of each group of features.

*system*: given the two systems of a pair, which of them is A? A logistic regression on the difference of the sides
with weights for each system: log odds = (w_s - w_t) . (x_A - x_B), so that guessing is right half of the time.
*side*: is the pair swapped? A logistic regression on the features of A, of B and of the page.

Accuracy is that of prompts that the fit never saw. The p-value comes from turning the truth of whole units (all
rows of a prompt, or of an assignment) round at random; Holm's correction is over all questions of the table.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from analysis.stats.multiple import holm
from dashboard.audit.classifier import Ints, fit, flips, folds_of, held_out_accuracy
from dashboard.audit.encoding import Columns, Floats, beside
from dashboard.audit.features import Group, Row, groups_of, rows_of
from dashboard.audit.seen import Seen

LEVEL = 0.01  # of the whole table: one false alarm in a hundred audits
EXACT_LEVEL = 0.05  # of what must be equal: it does not vary by chance, so that less evidence is enough
TIMES = 1999
Z = 1.959963984540054
Question = Literal["system", "side"]
Outcome = Literal["chance", "LEAK", "equal", "heard", "too few"]
WORDS: dict[Outcome, str] = {
    "chance": "at chance",
    "LEAK": "LEAK",
    "equal": "the same everywhere",
    "heard": "part of the music, not counted",
    "too few": "too few prompts to tell",
}


class TooLittleSeen(ValueError):
    """Fewer than two prompts, or a single system: there is nothing to guess and nothing to hold out."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the table. ``strongest`` names the column that weighs most; numbers are nan without variation."""

    group: str
    question: Question
    outcome: Outcome
    accuracy: float = math.nan
    low: float = math.nan
    high: float = math.nan
    p: float = math.nan
    adjusted: float = math.nan
    strongest: str = ""


def judge(seen: Sequence[Seen], *, generator: np.random.Generator, times: int = TIMES) -> list[Finding]:
    """All findings. Raises TooLittleSeen."""
    rows = rows_of(seen)
    truth = _Truth(rows)
    if len(truth.prompts) < 2:
        raise TooLittleSeen(f"{len(truth.prompts)} prompts were seen; allowed are 2 or more")
    raw = [
        (group, _finding(group, question, truth, generator.spawn(1)[0], times))
        for group in groups_of(rows)
        for question in _asked(group)
    ]
    counted = [math.nan if group.heard else finding.p for group, finding in raw]
    tests = sum(not math.isnan(p) for p in counted)
    adjusted = holm(np.array(counted))
    return [
        _settled(group, finding, float(p), truth.smallest_p(group) * tests)
        for (group, finding), p in zip(raw, adjusted, strict=True)
    ]


def _asked(group: Group) -> tuple[Question, ...]:
    """What belongs to no side cannot say which system is on which."""
    return ("system", "side") if group.first.names else ("side",)


class _Truth:
    """The labels of the rows: 1 as in the alphabet, -1 swapped; and what belongs together."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.y: Floats = np.array([-1.0 if row.seen.swapped else 1.0 for row in rows]).reshape(-1, 1)
        self.prompts, self.prompt = _numbered([row.seen.prompt for row in rows])
        self.assignment = _numbered([row.seen.key for row in rows])[1]
        systems = sorted({name for row in rows for name in (row.seen.first, row.seen.second)})
        self.systems: Floats = np.zeros((len(rows), len(systems)))
        for place, row in enumerate(rows):
            low, high = sorted((row.seen.first, row.seen.second))
            self.systems[place, [systems.index(low), systems.index(high)]] = 1, -1

    def units(self, group: Group) -> Ints:
        return self.prompt if group.unit == "prompt" else self.assignment

    def smallest_p(self, group: Group) -> float:
        """Of all ways to turn units round, the truth and its mirror image may be guessed as well."""
        return 2.0 ** -int(self.units(group).max())


def _numbered(values: Sequence[str]) -> tuple[list[str], Ints]:
    names = sorted(set(values))
    places = {name: place for place, name in enumerate(names)}
    return names, np.array([places[value] for value in values])


def _finding(
    group: Group, question: Question, truth: _Truth, generator: np.random.Generator, times: int
) -> Finding:
    columns = _of_systems(group, truth) if question == "system" else _of_sides(group)
    if not columns.names:
        return Finding(group.name, question, "equal")
    units = truth.units(group)
    y = truth.y * flips(units, times, generator)
    accuracy = held_out_accuracy(columns.values, y, folds_of(truth.prompt, generator))
    # Sums of the same guesses in another order may differ in the last bit: as good is as good.
    p = float(np.mean(accuracy >= accuracy[0] - 1e-9))
    low, high = wilson(float(accuracy[0]), int(units.max()) + 1)
    weights = np.abs(fit(columns.values, truth.y))
    strongest = columns.names[int(weights.argmax())]
    return Finding(group.name, question, "chance", float(accuracy[0]), low, high, p, math.nan, strongest)


def _of_systems(group: Group, truth: _Truth) -> Columns:
    """Differences of the sides, once for each system, signed by whether it is the earlier of its pair."""
    parts = _telling(Columns(group.first.names, group.first.values - group.second.values), center=False)
    values = (truth.systems[:, :, None] * parts.values[:, None, :]).reshape(len(truth.y), -1)
    return Columns(parts.names * truth.systems.shape[1], values)


def _of_sides(group: Group) -> Columns:
    """A, B and the page, and a constant."""
    a, b = (
        Columns(tuple(f"{letter}: {name}" for name in side.names), side.values)
        for letter, side in (("A", group.first), ("B", group.second))
    )
    parts = _telling(beside(a, b, group.page), center=True)
    return beside(parts, Columns(("constant",), np.ones((len(a.values), 1)))) if parts.names else parts


def _telling(columns: Columns, *, center: bool) -> Columns:
    """The columns that vary, on one scale."""
    values = columns.values - columns.values.mean(0) if center else columns.values
    size = np.sqrt(np.mean(values**2, axis=0))
    keep = size > 1e-9
    names = tuple(name for name, kept in zip(columns.names, keep, strict=True) if kept)
    return Columns(names, values[:, keep] / size[keep])


def wilson(share: float, units: int) -> tuple[float, float]:
    """Wilson's 95% interval of a share of ``units`` independent guesses."""
    middle = (share + Z**2 / (2 * units)) / (1 + Z**2 / units)
    half = Z / (1 + Z**2 / units) * math.sqrt(share * (1 - share) / units + Z**2 / (4 * units**2))
    return middle - half, middle + half


def _settled(group: Group, finding: Finding, adjusted: float, smallest: float) -> Finding:
    """What must be equal and is not, where prompts are too few for a test, is taken for a leak."""
    outcome = finding.outcome
    unequal = group.exact and group.sides_differ
    level = EXACT_LEVEL if unequal else LEVEL
    if group.heard and outcome != "equal":
        outcome = "heard"
    elif adjusted <= level:
        outcome = "LEAK"
    elif outcome != "equal" and smallest > level:
        outcome = "LEAK" if unequal else "too few"
    return replace(finding, adjusted=adjusted, outcome=outcome)


def leaks(findings: Sequence[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.outcome == "LEAK"]


def table(findings: Sequence[Finding]) -> Iterator[str]:
    """The lines of a table that a person can read."""
    line = "{:<12} {:<9} {:>8}  {:<13} {:>6} {:>6}  {}"
    yield line.format("what is seen", "guessed", "accuracy", "95% interval", "p", "Holm", "verdict")
    for one in findings:
        interval = f"{one.low:.2f} to {one.high:.2f}"
        shown = (f"{one.accuracy:.2f}", interval, f"{one.p:.3f}", f"{one.adjusted:.3f}")
        known = ["-" if "nan" in text else text for text in shown]
        named = f": {one.strongest}" if one.outcome == "LEAK" else ""
        yield line.format(one.group, one.question, *known, WORDS[one.outcome] + named)
