"""Curves: what a study of each size can find, and how a monitored contrast moved."""

import numpy as np

from analysis.output.figures.forest import LEFT, RIGHT
from analysis.output.figures.scale import Scale, round_ticks
from analysis.output.figures.svg import BLUE, FAINT, INK, ORANGE, Drawing
from analysis.stats.sample_size import Plan
from analysis.stats.sequential import Monitor

TOP, HEIGHT = 52.0, 220.0


def planning_curve(plans: list[Plan], chosen: Plan) -> Drawing:
    """Smallest win rate that is found against the number of prompts; `plans` in order of their prompts."""
    drawing = Drawing(
        TOP + HEIGHT + 40,
        "What a study of each size can find",
        "Win rate found with the wanted power, by prompts.",
    )
    drawing.text(LEFT, 18, "Smallest win rate that is found", weight="600", size=14)
    drawing.text(
        LEFT,
        34,
        "solid: this design; dashed: endless ratings by the same people",
        size=11,
        fill=FAINT,
    )
    x = Scale(0, max(plan.prompts for plan in plans), LEFT + 30, RIGHT)
    found = np.array([min(0.5 + plan.detectable, 1.0) for plan in plans])
    y = Scale(0.5, max(0.6, float(found.max())), TOP + HEIGHT, TOP)
    _grid(drawing, x, y, "prompts")
    across = np.array([plan.prompts for plan in plans], dtype=float)
    drawing.path(_points(x, y, across, found), colour=BLUE)
    floor = np.array([min(0.5 + plan.floor, 1.0) for plan in plans])
    drawing.path(_points(x, y, across, floor), colour=FAINT, dash="4 4")
    drawing.dot(x(chosen.prompts), y(min(0.5 + chosen.detectable, 1.0)), colour=ORANGE, filled=True)
    return drawing


def monitor_curve(found: Monitor, threshold: float, label: str) -> Drawing | None:
    """Evidence against even preference after each rater, on a log scale; None before the first."""
    if found.blocks == 0:
        return None
    drawing = Drawing(TOP + HEIGHT + 40, f"Evidence, {label}", "e-value after each rater, log scale.")
    drawing.text(LEFT, 18, f"Evidence, {label}", weight="600", size=14)
    drawing.text(
        LEFT,
        34,
        f"above the dashed line (1 : {threshold:g}) you may stop; valid at every look",
        size=11,
        fill=FAINT,
    )
    logs = np.log10(np.maximum(found.path, 1e-6))
    x = Scale(0, found.blocks, LEFT + 30, RIGHT)
    y = Scale(
        min(-1.0, float(logs.min())), max(np.log10(threshold) * 1.2, float(logs.max())), TOP + HEIGHT, TOP
    )
    _grid(drawing, x, y, "raters", power=True)
    limit = y(float(np.log10(threshold)))
    drawing.line(x.left, limit, x.right, limit, stroke=ORANGE, width=1.5, dash="4 4")
    drawing.path(_points(x, y, np.arange(1.0, found.blocks + 1), logs), colour=INK)
    return drawing


def _grid(drawing: Drawing, x: Scale, y: Scale, across: str, *, power: bool = False) -> None:
    for value in round_ticks(x.low, x.high):
        drawing.text(x(value), TOP + HEIGHT + 16, f"{value:g}", size=11, anchor="middle", fill=FAINT)
    for value in round_ticks(y.low, y.high):
        if power and value % 1:
            continue  # whole decades only: half of one is no round number
        drawing.line(x.left, y(value), x.right, y(value))
        label = f"{10**value:g}" if power else f"{100 * value:.0f}%"
        drawing.text(x.left - 6, y(value) + 4, label, size=11, anchor="end", fill=FAINT)
    drawing.text(x.right, TOP + HEIGHT + 32, across, size=11, anchor="end", fill=FAINT)


def _points(
    x: Scale,
    y: Scale,
    across: np.ndarray[tuple[int], np.dtype[np.float64]],
    up: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> list[tuple[float, float]]:
    return [(x(float(one)), y(float(two))) for one, two in zip(across, up, strict=True)]
