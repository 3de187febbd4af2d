"""Forest plot of win rates, and the ranking: an estimate and its interval on every row."""

import numpy as np

from analysis.findings.answers import percent_interval
from analysis.output.figures.scale import Scale, axis, padded, round_ticks
from analysis.output.figures.svg import BLUE, FAINT, INK, ORANGE, WIDTH, Drawing, shorten
from analysis.stats.ranking import Ranking
from analysis.stats.votes import Floats
from analysis.stats.winrates import PairTable

MOST_ROWS = 40
ROW = 40.0
TOP = 44.0
LEFT, RIGHT = 18.0, WIDTH - 18.0
LABEL = 38


def forest(table: PairTable, label: str, confidence: float) -> Drawing:
    """Win rate of the second-named system of every pair; filled where the Holm-adjusted test decides."""
    shown = most_important(clearness(table))
    bottom = TOP + ROW * shown.size
    drawing = Drawing(
        bottom + 42,
        f"Win rates for {label}",
        f"Share of ratings won, ties split, with {100 * confidence:.0f}% intervals over raters and prompts.",
    )
    scale = Scale(0.0, 1.0, LEFT, RIGHT)
    axis(drawing, scale, TOP - 6, bottom, {0.0: "0%", 0.25: "25%", 0.5: "50%", 0.75: "75%", 1.0: "100%"})
    drawing.line(scale(0.5), TOP - 6, scale(0.5), bottom, stroke=FAINT, width=1.5, dash="2 4")
    drawing.text(LEFT, 18, f"Win rate, {label}", weight="600", size=14)
    drawing.text(LEFT, 34, "second-named system preferred → right of 50%", size=11, fill=FAINT)
    for row, index in enumerate(shown):
        _pair_row(
            drawing, table, int(index), TOP + ROW * row, scale, decided=table.p_holm[index] < 1 - confidence
        )
    _legend(drawing, bottom + 34, shown.size, len(table.pairs))
    return drawing


def clearness(table: PairTable) -> Floats:
    """How many standard errors each pair is from even, [P]; 0 where there is no standard error."""
    distance = np.abs(table.win_rate.value - 0.5) / table.win_rate.se
    return np.where(np.isnan(distance), 0.0, distance)


def most_important(
    importance: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """All rows in order, or the most important ones where a figure could not hold all."""
    if importance.size <= MOST_ROWS:
        return np.arange(importance.size)
    return np.sort(np.argsort(-importance, kind="stable")[:MOST_ROWS])


def _legend(drawing: Drawing, y: float, shown: int, total: int) -> None:
    note = (
        "filled: decided after Holm's correction; hollow: not"
        if shown == total
        else (f"the {shown} of {total} pairs told apart best; the rest are in the table")
    )
    drawing.text(LEFT, y, note, size=11, fill=FAINT)


def _pair_row(
    drawing: Drawing, table: PairTable, index: int, top: float, scale: Scale, *, decided: bool
) -> None:
    a, b = table.pairs[index]
    rate, low, high = (
        float(v[index]) for v in (table.win_rate.value, table.win_rate.low, table.win_rate.high)
    )
    colour = ORANGE if rate >= 0.5 else BLUE
    drawing.text(LEFT, top + 12, shorten(f"{a} vs {b}", LABEL))
    drawing.text(RIGHT, top + 12, percent_interval(rate, low, high), anchor="end", weight="600")
    if not np.isnan(low):
        drawing.line(scale(low), top + 25, scale(high), top + 25, stroke=colour, width=3)
    drawing.dot(scale(rate), top + 25, colour=colour, filled=decided)


def ranking_figure(ranking: Ranking, label: str, confidence: float) -> Drawing | None:
    """Bradley-Terry scores, best first, with intervals and ranges of ranks; None where systems cannot be ranked."""
    if np.isnan(ranking.score.value).any():
        return None
    order = np.argsort(-ranking.score.value, kind="stable")[:MOST_ROWS]
    bottom = TOP + ROW * order.size
    drawing = Drawing(
        bottom + 26,
        f"Ranking for {label}",
        f"Bradley-Terry scores with {100 * confidence:.0f}% intervals over raters and prompts.",
    )
    limits = np.concatenate([ranking.score.low, ranking.score.high, ranking.score.value])
    scale = Scale(*padded(limits), LEFT, RIGHT)
    axis(drawing, scale, TOP - 6, bottom, {v: f"{v:g}" for v in round_ticks(scale.low, scale.high)})
    drawing.text(LEFT, 18, f"Ranking, {label}", weight="600", size=14)
    drawing.text(LEFT, 34, "Bradley-Terry score (log odds), average system = 0", size=11, fill=FAINT)
    for row, index in enumerate(order):
        _system_row(drawing, ranking, int(index), TOP + ROW * row, scale)
    return drawing


def _system_row(drawing: Drawing, ranking: Ranking, index: int, top: float, scale: Scale) -> None:
    score = ranking.score
    drawing.text(LEFT, top + 12, shorten(ranking.systems[index], LABEL))
    drawing.text(RIGHT, top + 12, _ranks(ranking, index), anchor="end", fill=FAINT)
    if not np.isnan(score.low[index]):
        drawing.line(
            scale(score.low[index]), top + 25, scale(score.high[index]), top + 25, stroke=INK, width=3
        )
    drawing.dot(scale(score.value[index]), top + 25, colour=INK, filled=True)


def _ranks(ranking: Ranking, index: int) -> str:
    low, high = ranking.rank_low[index], ranking.rank_high[index]
    if np.isnan(low):
        return ""
    return f"rank {low:.0f}" if low == high else f"rank {low:.0f} to {high:.0f}"
