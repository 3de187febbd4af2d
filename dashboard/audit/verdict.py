"""Test whether system or side can be predicted above chance from what was observed. Pure.

Two questions are asked of each group of features, and a third where gold was seen.

*system*: given the two systems of a pair, which of them is A? A logistic regression on the difference of the sides
with weights for each system: log odds = (w_s - w_t) . (x_A - x_B), so that guessing is right half of the time.
*side*: is the pair swapped? A logistic regression on the features of A, of B and of the page.

*gold*: of a gold task and another one of the same session, which is the gold one? A logistic regression on the
difference of the two (``dashboard.audit.gold``).

Accuracy is that of prompts (for gold, of sessions) that the fit never saw. The p-value comes from turning the truth of
whole units (all rows of a prompt, of an assignment or of a session) round at random; Holm's correction is over all
questions of the table.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from analysis.stats.multiple import holm
from dashboard.audit.classifier import Ints, fit, flips, folds_of, held_out_accuracy
from dashboard.audit.encoding import Columns, Floats, beside
from dashboard.audit.features import Group, Row, groups_of, rows_of
from dashboard.audit.findings import Finding, Guess, Outcome, Question, telling, wilson
from dashboard.audit.gold import gold_guesses
from dashboard.audit.observations import Seen

LEVEL = 0.01  # of the whole table: one false alarm in a hundred audits
EXACT_LEVEL = 0.05  # of what must be equal: it does not vary by chance, so that less evidence is enough
TIMES = 1999
WORDS: dict[Outcome, str] = {
    "chance": "at chance",
    "LEAK": "LEAK",
    "equal": "the same everywhere",
    "heard": "part of the music, not counted",
    "too few": "too few to tell",
}


class TooLittleSeen(ValueError):
    """Fewer than two prompts, or a single system: there is nothing to guess and nothing to hold out."""


def judge(seen: Sequence[Seen], *, generator: np.random.Generator, times: int = TIMES) -> list[Finding]:
    """All findings. Raises TooLittleSeen."""
    rows = rows_of([one for one in seen if one.role == "main"])
    truth = _Truth(rows)
    if len(truth.prompts) < 2:
        raise TooLittleSeen(f"{len(truth.prompts)} prompts were seen; allowed are 2 or more")
    guesses = [
        _guess(group, question, truth, generator.spawn(1)[0], times)
        for group in groups_of(rows)
        for question in _asked(group)
    ]
    guesses += gold_guesses(seen, generator=generator.spawn(1)[0], times=times)
    counted = [math.nan if guess.heard else guess.finding.p for guess in guesses]
    tests = sum(not math.isnan(p) for p in counted)
    adjusted = holm(np.array(counted))
    return [
        _decide(guess, float(p), guess.smallest * tests) for guess, p in zip(guesses, adjusted, strict=True)
    ]


def _guess(
    group: Group, question: Question, truth: _Truth, generator: np.random.Generator, times: int
) -> Guess:
    finding = _finding(group, question, truth, generator, times)
    return Guess(finding, truth.smallest_p(group), group.exact and group.sides_differ, group.heard)


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
    parts = telling(Columns(group.first.names, group.first.values - group.second.values), center=False)
    values = (truth.systems[:, :, None] * parts.values[:, None, :]).reshape(len(truth.y), -1)
    return Columns(parts.names * truth.systems.shape[1], values)


def _of_sides(group: Group) -> Columns:
    """A, B and the page, and a constant."""
    a, b = (
        Columns(tuple(f"{letter}: {name}" for name in side.names), side.values)
        for letter, side in (("A", group.first), ("B", group.second))
    )
    parts = telling(beside(a, b, group.page), center=True)
    return beside(parts, Columns(("constant",), np.ones((len(a.values), 1)))) if parts.names else parts


def _decide(guess: Guess, adjusted: float, smallest: float) -> Finding:
    """What must be equal and is not, where there is too little for a test, is taken for a leak."""
    outcome = guess.finding.outcome
    level = EXACT_LEVEL if guess.unequal else LEVEL
    if guess.heard and outcome != "equal":
        outcome = "heard"
    elif adjusted <= level:
        outcome = "LEAK"
    elif outcome != "equal" and smallest > level:
        outcome = "LEAK" if guess.unequal else "too few"
    return replace(guess.finding, adjusted=adjusted, outcome=outcome)


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
