"""The quality-diversity plane: systems with intervals both ways, the Pareto front, and how sure it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.findings.names import Names
from analysis.findings.planes import NamedPlane
from analysis.output.figures.canvas import MARGIN, SMALL, TEXT, Drawing, fitted, headed, plot_area
from analysis.output.figures.palette import INK, MUTED, PAPER, SECOND
from analysis.output.figures.rows import padded
from analysis.stats.pareto import on_front

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TOP, LINE = 36.0, 12.0  # points


def plane_figure(named: NamedPlane, names: Names) -> Drawing:
    """Bradley-Terry scores: quality to the right, diversity upwards; filled = on the front."""
    across, up = names.criterion(named.quality), names.criterion(named.diversity)
    return Drawing(
        f"{across} and {up}",
        "Bradley-Terry scores with intervals; filled: on the Pareto front. Percentages: probability of being on it.",
        lambda width: _paint(width, named, names, across, up),
    )


def _paint(width: float, named: NamedPlane, names: Names, across: str, up: str) -> Figure:
    plane = named.plane
    side, legend = width * 72 - 4 * MARGIN, LINE * len(plane.systems) + 4
    height = TOP + min(side, 260) + 16 + legend
    figure = headed(
        width, height, f"{across} → and {up} ↑", "Bradley-Terry scores (log odds), average system = 0"
    )
    axes = plot_area(figure, TOP, 16 + legend, left=3 * MARGIN)
    quality, diversity = plane.quality, plane.diversity
    axes.set_xlim(*padded([*quality.low, *quality.high, *quality.value]))
    axes.set_ylim(*padded([*diversity.low, *diversity.high, *diversity.value]))
    axes.locator_params(nbins=6)
    front = on_front(quality.value, diversity.value)
    for index, system in enumerate(plane.systems):
        x, y, colour = quality.value[index], diversity.value[index], SECOND if front[index] else INK
        if not np.isnan(quality.low[index]):
            axes.plot([quality.low[index], quality.high[index]], [y, y], color=colour, linewidth=1.5)
        if not np.isnan(diversity.low[index]):
            axes.plot([x, x], [diversity.low[index], diversity.high[index]], color=colour, linewidth=1.5)
        face = colour if front[index] else PAPER
        axes.plot([x], [y], "o", markersize=6, color=colour, markerfacecolor=face, markeredgewidth=1.5)
        axes.annotate(f"{index + 1}", (x, y), (5, 5), textcoords="offset points", size=TEXT)
        words = (
            f"{index + 1}  {names.system(system)}: on the front with {100 * plane.probability[index]:.0f}%"
        )
        line = (legend - LINE * (index + 1) + 2) / height
        figure.text(MARGIN / (width * 72), line, fitted(words, width, SMALL), size=SMALL, color=MUTED)
    return figure
