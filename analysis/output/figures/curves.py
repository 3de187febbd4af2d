"""Curves: what a study of each size can find, and how a monitored contrast moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.output.figures.canvas import SMALL, Drawing, headed, plot_area
from analysis.output.figures.palette import FIRST, INK, MUTED, SECOND
from analysis.stats.sample_size import Plan
from analysis.stats.sequential import Monitor

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TOP, HEIGHT, BOTTOM, LEFT = 36.0, 140.0, 28.0, 32.0  # points


def planning_curve(plans: list[Plan], chosen: Plan) -> Drawing:
    """Smallest win rate that is found against the number of prompts; `plans` in order of their prompts."""
    return Drawing(
        "What a study of each size can find",
        "Win rate found with the wanted power, by prompts.",
        lambda width: _paint_plans(width, plans, chosen),
    )


def _paint_plans(width: float, plans: list[Plan], chosen: Plan) -> Figure:
    subtitle = "solid: this design; dashed: endless ratings by the same people"
    figure, axes = _framed(width, "Smallest win rate that is found", subtitle, "prompts")
    across = [plan.prompts for plan in plans]
    found = [min(0.5 + plan.detectable, 1.0) for plan in plans]
    axes.plot(across, found, color=FIRST, linewidth=1.6)
    axes.plot(
        across, [min(0.5 + plan.floor, 1.0) for plan in plans], color=MUTED, linewidth=1.2, dashes=(3, 3)
    )
    axes.plot([chosen.prompts], [min(0.5 + chosen.detectable, 1.0)], "o", color=SECOND, markersize=6)
    axes.set_xlim(0, max(across))
    axes.set_ylim(0.5, max(0.6, *found))
    axes.yaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f}%")
    axes.locator_params(nbins=6)
    return figure


def monitor_curve(found: Monitor, threshold: float, label: str) -> Drawing | None:
    """Evidence against even preference after each rater, on a log scale; None before the first."""
    if found.blocks == 0:
        return None
    return Drawing(
        f"Evidence, {label}",
        "e-value after each rater, log scale.",
        lambda width: _paint_evidence(width, np.maximum(found.path, 1e-6), threshold, label),
    )


def _paint_evidence(width: float, path: np.ndarray, threshold: float, label: str) -> Figure:
    subtitle = f"above the dashed line (1 : {threshold:g}) you may stop; valid at every look"
    figure, axes = _framed(width, f"Evidence, {label}", subtitle, "raters")
    axes.set_yscale("log")
    axes.axhline(threshold, color=SECOND, linewidth=1.2, dashes=(3, 3))
    axes.plot(
        np.arange(1, path.size + 1), path, color=INK, linewidth=1.6, marker="o" if path.size == 1 else None
    )
    axes.set_xlim(0, path.size)
    axes.set_ylim(min(0.1, float(path.min())), max(threshold**1.2, float(path.max())))
    axes.minorticks_off()
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    return figure


def _framed(width: float, title: str, subtitle: str, across: str) -> tuple[Figure, Axes]:
    figure = headed(width, TOP + HEIGHT + BOTTOM, title, subtitle)
    axes = plot_area(figure, TOP, BOTTOM, left=LEFT)
    axes.set_xlabel(across, size=SMALL, color=MUTED, loc="right", labelpad=1)
    return figure, axes
