"""How strongly raters preferred: one stacked bar per pair, the leader's answers at the left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from analysis.findings.answers import Answer
from analysis.findings.names import Names
from analysis.output.figures.canvas import SMALL, Drawing, headed
from analysis.output.figures.palette import FIRST, FIRST_SOFT, INK, MUTED, PAPER, SECOND, SECOND_SOFT
from analysis.output.figures.rows import MOST_ROWS, ROW, TOP, rows_area, write_row
from analysis.stats.votes import Floats, Votes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SMALLEST_LABELLED = 0.07  # a share that has room for its percentage
BAR = 10.0  # points


def preference_figure(
    votes: Votes, answers: Sequence[Answer], levels: tuple[int, ...], names: Names, criterion: str
) -> Drawing:
    """Shares of every answer, from "the first-named, strongly" at the left to "the second-named, strongly"."""
    counts = votes.levels.sum(axis=2)[:, [level + votes.reach for level in levels]]
    shown = answers[:MOST_ROWS]
    # Levels rise towards the pair's second system; the leader's answers come first.
    shares = [
        (counts[answer.index] if answer.flipped else counts[answer.index][::-1]) / answer.n
        for answer in shown
    ]
    labels = [f"{names.system(answer.leader)} vs {names.system(answer.other)}" for answer in shown]
    numbers = [f"{answer.n:,} ratings" for answer in shown]
    return Drawing(
        f"Answers for {criterion}",
        "Share of each answer per pair of systems: at the left those for the first-named system, the stronger the "
        "darker; white: no preference; at the right those for the second-named.",
        lambda width: _paint(width, labels, numbers, shares, levels[::-1], criterion),
    )


def _paint(
    width: float,
    labels: list[str],
    numbers: list[str],
    shares: list[Floats],
    levels: tuple[int, ...],
    criterion: str,
) -> Figure:
    subtitle = "blue: first-named; white: no preference; orange: second"
    figure = headed(width, TOP + ROW * len(labels) + 4, f"Answers, {criterion}", subtitle)
    axes = rows_area(figure, len(labels), 4)
    axes.set_xlim(0, 1)
    axes.set_xticks([])
    for place, (label, number, share) in enumerate(zip(labels, numbers, shares, strict=True)):
        write_row(axes, place, width, label, number)
        left = np.cumsum(share) - share
        middle = ROW * place + 18
        for level, start, part in zip(levels, left, share, strict=True):
            if part == 0:
                continue
            fill, letters = _colours(level, max(levels))
            axes.barh(middle, part, BAR, left=start, color=fill, edgecolor=MUTED, linewidth=0.4)
            if part >= SMALLEST_LABELLED:
                axes.text(
                    start + part / 2, middle, f"{100 * part:.0f}%",
                    size=SMALL, color=letters, ha="center", va="center_baseline",
                )  # fmt: skip
    return figure


def _colours(level: int, reach: int) -> tuple[str, str]:
    """(filling, letters): full for the stronger half of a side's answers, soft for the weaker half."""
    strong = abs(level) * 2 > reach
    if level == 0:
        return PAPER, INK
    if level > 0:
        return (FIRST, PAPER) if strong else (FIRST_SOFT, INK)
    return (SECOND, PAPER) if strong else (SECOND_SOFT, INK)
