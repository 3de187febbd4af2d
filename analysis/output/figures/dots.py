"""One estimate per criterion on a shared axis: agreement, position bias and the like."""

from dataclasses import dataclass

import numpy as np

from analysis.output.figures.forest import LABEL, LEFT, RIGHT, ROW, TOP
from analysis.output.figures.scale import Scale, axis, round_ticks
from analysis.output.figures.svg import FAINT, INK, Drawing, shorten


@dataclass(frozen=True)
class Dot:
    """A row: its label, estimate and interval; nan bounds draw no interval."""

    label: str
    value: float
    low: float
    high: float


def dots(
    rows: list[Dot], title: str, subtitle: str, limits: tuple[float, float], reference: float | None
) -> Drawing | None:
    """A dot with its interval per row, a dashed line at `reference`; None without a row that has a number."""
    rows = [row for row in rows if not np.isnan(row.value)]
    if not rows:
        return None
    bottom = TOP + ROW * len(rows)
    drawing = Drawing(bottom + 26, title, subtitle)
    low = min([limits[0], *(row.low for row in rows if not np.isnan(row.low))])
    scale = Scale(low, limits[1], LEFT, RIGHT)
    axis(drawing, scale, TOP - 6, bottom, {v: f"{v:g}" for v in round_ticks(scale.low, scale.high)})
    if reference is not None:
        drawing.line(scale(reference), TOP - 6, scale(reference), bottom, stroke=FAINT, width=1.5, dash="2 4")
    drawing.text(LEFT, 18, title, weight="600", size=14)
    drawing.text(LEFT, 34, subtitle, size=11, fill=FAINT)
    for place, row in enumerate(rows):
        _row(drawing, row, TOP + ROW * place, scale)
    return drawing


def _row(drawing: Drawing, row: Dot, top: float, scale: Scale) -> None:
    drawing.text(LEFT, top + 12, shorten(row.label, LABEL))
    bounds = "" if np.isnan(row.low) else f" [{row.low:.2f}, {row.high:.2f}]"
    drawing.text(RIGHT, top + 12, f"{row.value:.2f}{bounds}", anchor="end", weight="600")
    if not np.isnan(row.low):
        drawing.line(scale(row.low), top + 25, scale(row.high), top + 25, stroke=INK, width=3)
    drawing.dot(scale(row.value), top + 25, colour=INK, filled=True)
