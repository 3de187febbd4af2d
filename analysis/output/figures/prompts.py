"""Win rates of each system on every prompt: does a system win everywhere, or on some prompts only?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from analysis.findings.names import Names
from analysis.findings.prompt_results import PromptSystem
from analysis.output.figures.canvas import Drawing, headed
from analysis.output.figures.palette import FIRST, MUTED
from analysis.output.figures.rows import BOTTOM, MOST_ROWS, ROW, TOP, rows_area, write_row

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_DOTS = 400  # a row: more are one blot


def prompt_figure(rows: Sequence[PromptSystem], names: Names, criterion: str) -> Drawing | None:
    """One dot a prompt, a row a system, best first; None where there is one prompt only."""
    systems: dict[str, list[float]] = {}
    for row in rows:
        systems.setdefault(row.system, []).append(row.win_rate)
    if max(map(len, systems.values()), default=0) < 2:
        return None
    order = sorted(systems, key=lambda system: -float(np.mean(systems[system])))[:MOST_ROWS]
    dots = [(names.system(system), np.sort(systems[system])) for system in order]
    return Drawing(
        f"Win rates by prompt for {criterion}",
        "Each dot is one prompt: the system's share of its ratings there, ties split. The bar is the mean of the dots.",
        lambda width: _paint(width, dots, criterion),
    )


def _paint(width: float, dots: Sequence[tuple[str, np.ndarray]], criterion: str) -> Figure:
    title, subtitle = (
        f"Win rate by prompt, {criterion}",
        "a dot a prompt, ties split; bar: their mean; dashed: 50%",
    )
    figure = headed(width, TOP + ROW * len(dots) + BOTTOM, title, subtitle)
    axes = rows_area(figure, len(dots), BOTTOM)
    axes.set_xlim(-0.02, 1.02)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
    axes.axvline(0.5, color=MUTED, linewidth=1.0, dashes=(2, 3))
    for place, (label, shares) in enumerate(dots):
        write_row(axes, place, width, label, f"{shares.size} prompts")
        shown = shares[np.unique(np.linspace(0, shares.size - 1, MOST_DOTS).astype(int))]
        # Dots alternate around the middle line, so that equal ones stay apart.
        heights = ROW * place + 18 + np.array([0.0, -3.0, 3.0, -1.5, 1.5])[np.arange(shown.size) % 5]
        axes.plot(shown, heights, "o", markersize=2.5, color=FIRST, alpha=0.5, markeredgewidth=0)
        mean = float(shares.mean())
        axes.plot([mean, mean], [ROW * place + 12.5, ROW * place + 23.5], color=MUTED, linewidth=2)
    return figure
