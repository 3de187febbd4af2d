"""Axes: data to user units, round tick values."""

from dataclasses import dataclass

import numpy as np

from analysis.output.figures.svg import FAINT, RULE, Drawing


@dataclass(frozen=True)
class Scale:
    """A linear axis from `low` at `left` to `high` at `right`."""

    low: float
    high: float
    left: float
    right: float

    def __call__(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return self.left + min(max(share, 0.0), 1.0) * (self.right - self.left)


def round_ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Round values within [low, high]."""
    span = max(high - low, 1e-9)
    magnitude = 10 ** np.floor(np.log10(span / about))
    step = next(m * magnitude for m in (1, 2, 2.5, 5, 10) if span / (m * magnitude) <= about + 1)
    first = np.ceil(low / step - 1e-9) * step
    return [round(float(value), 10) + 0.0 for value in np.arange(first, high + step * 1e-6, step)]


def axis(drawing: Drawing, scale: Scale, top: float, bottom: float, ticks: dict[float, str]) -> None:
    """Vertical rules with labels under them."""
    for value, label in ticks.items():
        drawing.line(scale(value), top, scale(value), bottom, stroke=RULE)
        drawing.text(scale(value), bottom + 15, label, size=11, anchor="middle", fill=FAINT)


def padded(values: np.ndarray[tuple[int], np.dtype[np.float64]], include: float = 0.0) -> tuple[float, float]:
    """Limits around the finite values and `include`, with a margin."""
    finite = np.append(values[np.isfinite(values)], include)
    low, high = float(finite.min()), float(finite.max())
    margin = 0.06 * (high - low) or 0.5
    return low - margin, high + margin
