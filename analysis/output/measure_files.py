"""`metrics.csv` and `prediction_powered.csv`: what automatic measures are worth beside people."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.findings.measure_worth import MeasureWorth
from analysis.output.csv_files import Cell, csv_bytes
from analysis.stats.cluster import Interval
from analysis.table.dictionary import METRICS


def metric_files(worths: Sequence[MeasureWorth]) -> dict[str, bytes]:
    """Both files; only their header where nothing could be compared."""
    return {
        "metrics.csv": csv_bytes(tuple(METRICS["metrics.csv"]), [metric_row(worth) for worth in worths]),
        "prediction_powered.csv": csv_bytes(
            tuple(METRICS["prediction_powered.csv"]), [row for worth in worths for row in powered_rows(worth)]
        ),
    }


def metric_row(worth: MeasureWorth) -> Sequence[Cell]:
    """One row of `metrics.csv`."""
    agreement, ceiling, tau, by_system = worth.agreement, worth.ceiling, worth.tau, worth.by_system
    return (
        worth.measure,
        worth.criterion,
        float(agreement.interval.value),
        float(agreement.interval.low),
        float(agreement.interval.high),
        *((None,) * 3 if ceiling is None else numbers_of(ceiling.interval)),
        *((None,) * 3 if tau is None else (tau.value, tau.low, tau.high)),
        *(
            (None,) * 4
            if by_system is None
            else (by_system.value, by_system.low, by_system.high, by_system.n)
        ),
        agreement.n,
        agreement.raters,
        agreement.prompts,
        conclusion(worth),
    )


def powered_rows(worth: MeasureWorth) -> list[Sequence[Cell]]:
    """The rows of `prediction_powered.csv` of one measure and criterion."""
    return [
        (
            worth.criterion,
            pair.system_a,
            pair.system_b,
            worth.measure,
            *numbers_of(pair.mean.powered),
            float(pair.mean.powered.se),
            *numbers_of(pair.mean.human),
            float(pair.mean.human.se),
            pair.mean.weight,
            pair.mean.rated_prompts,
            pair.mean.measured_prompts,
            pair.mean.gain,
        )
        for pair in worth.powered
    ]


def numbers_of(interval: Interval) -> tuple[float, float, float]:
    """Value and bounds as plain numbers."""
    return float(interval.value), float(interval.low), float(interval.high)


def conclusion(worth: MeasureWorth) -> str:
    """One sentence: what may be concluded from this measure about this criterion."""
    if not worth.differs:
        return "It is the same on both sides of every pair, so it says nothing about what raters prefer."
    value, low, high = numbers_of(worth.agreement.interval)
    shares = f"{value:.0%} of the ratings" + ("" if np.isnan(low) else f" [{low:.0%}, {high:.0%}]")
    if np.isnan(low):
        return f"It orders pairs as raters do in {shares}; there is too little data for an interval."
    if low <= 0.5 <= high:
        return (
            f"It orders pairs as raters do in {shares}: not shown to say anything about what raters prefer."
        )
    lower = value < 0.5
    said = f"{'Raters prefer its lower values: it contradicts them' if lower else 'It orders pairs as raters do'} in "
    said += f"{1 - value:.0%} of the ratings [{1 - high:.0%}, {1 - low:.0%}]" if lower else shares
    if worth.ceiling is None:
        return f"{said}. No pair was judged by two raters, so it is not known how well raters agree."
    ceiling = float(worth.ceiling.interval.value)
    reached = abs(value - 0.5) / (ceiling - 0.5) if ceiling > 0.5 else np.inf
    part = (
        "as often as raters agree with each other"
        if reached >= 1
        else f"{reached:.0%} of the way from chance to the agreement between raters"
    )
    return f"{said}, where two raters say the same in {ceiling:.0%}: {part}. It does not replace ratings."
