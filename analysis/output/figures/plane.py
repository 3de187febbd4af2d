"""The quality-diversity plane: systems with intervals both ways, the Pareto front, and how sure it is."""

import numpy as np

from analysis.findings.planes import NamedPlane
from analysis.output.figures.forest import LEFT, RIGHT
from analysis.output.figures.scale import Scale, padded, round_ticks
from analysis.output.figures.svg import FAINT, INK, ORANGE, RULE, Drawing, shorten
from analysis.stats.pareto import on_front

TOP, SIDE = 44.0, 330.0


def plane_figure(named: NamedPlane) -> Drawing:
    """Bradley-Terry scores: quality to the right, diversity upwards; filled = on the front."""
    plane = named.plane
    across, up = named.quality.replace("_", " "), named.diversity.replace("_", " ")
    drawing = Drawing(
        TOP + SIDE + 40 + 20 * len(plane.systems),
        f"{across} and {up}",
        "Bradley-Terry scores with intervals; filled: on the Pareto front. Percentages: probability of being on it.",
    )
    x = Scale(*padded(np.concatenate([plane.quality.low, plane.quality.high])), LEFT + 24, RIGHT)
    y = Scale(*padded(np.concatenate([plane.diversity.low, plane.diversity.high])), TOP + SIDE, TOP)
    _frame(drawing, x, y, across, up)
    front = on_front(plane.quality.value, plane.diversity.value)
    for index, system in enumerate(plane.systems):
        _system(drawing, named, index, x, y, on=bool(front[index]))
        line = f"{index + 1}  {shorten(system, 30)}: on the front with {100 * plane.probability[index]:.0f}%"
        drawing.text(LEFT, TOP + SIDE + 52 + 20 * index, line, size=12)
    return drawing


def _frame(drawing: Drawing, x: Scale, y: Scale, across: str, up: str) -> None:
    drawing.text(LEFT, 18, f"{across} → and {up} ↑", weight="600", size=14)
    drawing.text(LEFT, 34, "Bradley-Terry scores (log odds), average system = 0", size=11, fill=FAINT)
    for value in round_ticks(x.low, x.high):
        drawing.line(x(value), TOP, x(value), TOP + SIDE, stroke=RULE)
        drawing.text(x(value), TOP + SIDE + 15, f"{value:g}", size=11, anchor="middle", fill=FAINT)
    for value in round_ticks(y.low, y.high):
        drawing.line(x.left, y(value), x.right, y(value), stroke=RULE)
        drawing.text(x.left - 6, y(value) + 4, f"{value:g}", size=11, anchor="end", fill=FAINT)


def _system(drawing: Drawing, named: NamedPlane, index: int, x: Scale, y: Scale, *, on: bool) -> None:
    quality, diversity = named.plane.quality, named.plane.diversity
    across, up = x(quality.value[index]), y(diversity.value[index])
    colour = ORANGE if on else INK
    if not np.isnan(quality.low[index]):
        drawing.line(x(quality.low[index]), up, x(quality.high[index]), up, stroke=colour, width=2)
    if not np.isnan(diversity.low[index]):
        drawing.line(
            across, y(diversity.low[index]), across, y(diversity.high[index]), stroke=colour, width=2
        )
    drawing.dot(across, up, colour=colour, filled=on)
    drawing.text(across + 9, up - 8, f"{index + 1}", weight="600")
