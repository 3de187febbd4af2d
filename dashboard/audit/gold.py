"""Can a gold task be told from another one without hearing it? Pure.

Each gold task is set beside another task of the same session, drawn at random, and the fit says which of the two is
the gold one. It is tried on sessions that it never saw, as somebody would who was told about the gold of others. Where
a task has a place in its session (`3 of 12`), the page's words hold it too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from dashboard.audit.classifier import Ints, fit, flips, folds_of, held_out_accuracy
from dashboard.audit.encoding import Columns, Floats
from dashboard.audit.features import Group, groups_of, rows_of
from dashboard.audit.findings import Finding, Guess, telling, wilson
from dashboard.audit.observations import Seen

# Its cards are compared as sides already; around them a page says the place in the session, which differs.
NOT_EXACT = frozenset({"page"})


def gold_guesses(seen: Sequence[Seen], *, generator: np.random.Generator, times: int) -> Iterator[Guess]:
    """One guess for each group of features; nothing where no gold was seen beside other tasks."""
    duels = list(_duels(seen, generator))
    if not duels:
        return
    rows = rows_of([gold for gold, _ in duels] + [other for _, other in duels])
    sessions = sorted({gold.visit for gold, _ in duels})
    units = np.array([sessions.index(gold.visit) for gold, _ in duels])
    for group in groups_of(rows):
        yield _guess(group, units, generator.spawn(1)[0], times)


def _duels(seen: Sequence[Seen], generator: np.random.Generator) -> Iterator[tuple[Seen, Seen]]:
    """Pairs only: a set of clips has other features."""
    single = [one for one in seen if len(one.a) == 1]
    for gold in (one for one in single if one.role == "gold"):
        others = [one for one in single if one.visit == gold.visit and one.role == "main"]
        if others:
            yield gold, others[int(generator.integers(len(others)))]


def _guess(group: Group, units: Ints, generator: np.random.Generator, times: int) -> Guess:
    columns = telling(_differences(group), center=False)
    unequal = group.exact and group.name not in NOT_EXACT and bool(columns.names)
    smallest = 2.0 ** -int(units.max())
    if not columns.names:
        return Guess(Finding(group.name, "gold", "equal"), smallest, unequal=False, heard=group.heard)
    # Which of the two comes first is a coin's choice: the sign of a difference says nothing by itself.
    truth = generator.choice([-1.0, 1.0], size=(len(units), 1))
    y = truth * flips(units, times, generator)
    accuracy = held_out_accuracy(columns.values * truth, y, folds_of(units, generator))
    p = float(np.mean(accuracy >= accuracy[0] - 1e-9))
    low, high = wilson(float(accuracy[0]), int(units.max()) + 1)
    strongest = columns.names[int(np.abs(fit(columns.values * truth, truth)).argmax())]
    found = Finding(group.name, "gold", "chance", float(accuracy[0]), low, high, p, strongest=strongest)
    return Guess(found, smallest, unequal, group.heard)


def _differences(group: Group) -> Columns:
    """Gold minus the other task: of both sides together, of how far they lie apart, and of the page."""
    a, b, page = group.first.values, group.second.values, group.page.values
    values: Floats = np.hstack([a + b, np.abs(a - b), page])
    names = (
        *(f"both: {name}" for name in group.first.names),
        *(f"apart: {name}" for name in group.first.names),
        *group.page.names,
    )
    half = len(values) // 2
    return Columns(names, values[:half] - values[half:])
