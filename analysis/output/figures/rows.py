"""The layout that most figures share: one row per estimate, its name and number above, its interval below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from analysis.output.figures.canvas import SMALL, TEXT, fitted, headed, plot_area
from analysis.output.figures.palette import INK, MUTED, PAPER

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_ROWS = 40
ROW, TOP, BOTTOM, NOTE = 27.0, 36.0, 16.0, 10.0  # points
Mark = Literal["filled", "hollow", "diamond", "cross"]
SHAPES = {"filled": "o", "hollow": "o", "diamond": "D", "cross": "x"}


@dataclass(frozen=True)
class Row:
    """One estimate. nan bounds draw no interval. The mark differs in shape or filling, never in colour alone."""

    label: str
    number: str
    value: float
    low: float
    high: float
    mark: Mark = "filled"
    colour: str = INK


@dataclass(frozen=True)
class Axis:
    """The shared axis. `reference`: where a dashed line stands. `percent`: ticks as percentages."""

    low: float
    high: float
    reference: float | None = None
    percent: bool = False


def paint_rows(
    width: float, rows: Sequence[Row], axis: Axis, title: str, subtitle: str, notes: Sequence[str] = ()
) -> Figure:
    """The figure at this width (inches)."""
    bottom = BOTTOM + NOTE * len(notes)
    figure = headed(width, TOP + ROW * len(rows) + bottom, title, subtitle)
    axes = rows_area(figure, len(rows), bottom)
    axes.set_xlim(axis.low, axis.high)
    if axis.percent:
        axes.xaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f}%")
    axes.locator_params(axis="x", nbins=6)
    if axis.reference is not None:
        axes.axvline(axis.reference, color=MUTED, linewidth=1.0, dashes=(2, 3))
    for place, row in enumerate(rows):
        write_row(axes, place, width, row.label, row.number)
        middle = ROW * place + 18
        if not np.isnan(row.low):
            axes.plot(
                [row.low, row.high], [middle, middle], color=row.colour, linewidth=2, solid_capstyle="butt"
            )
        face = row.colour if row.mark in {"filled", "diamond"} else PAPER
        axes.plot(
            [row.value], [middle], SHAPES[row.mark], markersize=6, color=row.colour, markerfacecolor=face,
            markeredgewidth=1.5, clip_on=False,
        )  # fmt: skip
    height = figure.get_size_inches()[1] * 72
    for place, note in enumerate(reversed(notes)):
        figure.text(
            8 / (width * 72), (4 + NOTE * place) / height, fitted(note, width, SMALL), size=SMALL, color=MUTED
        )
    return figure


def rows_area(figure: Figure, count: int, bottom: float) -> Axes:
    """Axes whose vertical unit is the point, downwards, with room for `count` rows."""
    axes = plot_area(figure, TOP, bottom)
    axes.set_ylim(ROW * count, 0)
    axes.set_yticks([])
    return axes


def write_row(axes: Axes, place: int, width: float, label: str, number: str) -> None:
    """A row's name at the left and its number at the right."""
    share = 1 - (0.58 * TEXT * (len(number) + 2)) / (width * 72 - 16)
    across, behind = axes.get_yaxis_transform(), {"facecolor": PAPER, "edgecolor": "none", "pad": 0.6}
    axes.text(0, ROW * place + 9, fitted(label, width, TEXT, share), transform=across, size=TEXT, bbox=behind)
    axes.text(1, ROW * place + 9, number, transform=across, size=TEXT, ha="right", bbox=behind)


def padded(values: Sequence[float], include: Sequence[float] = ()) -> tuple[float, float]:
    """Limits around the finite values and `include`, with a margin."""
    finite = [value for value in (*values, *include) if np.isfinite(value)] or [0.0]
    low, high = min(finite), max(finite)
    margin = 0.06 * (high - low) or 0.5
    return low - margin, high + margin
