"""How strongly raters preferred: one stacked bar per pair."""

from analysis.output.figures.forest import LABEL, LEFT, RIGHT, ROW, TOP, clearness, most_important
from analysis.output.figures.svg import BLUE, FAINT, MIDDLE, ORANGE, PAPER, SOFT, Drawing, shorten
from analysis.stats.votes import Floats, Votes
from analysis.stats.winrates import PairTable


def preferences(votes: Votes, pairs: PairTable, levels: tuple[int, ...], label: str) -> Drawing:
    """Shares of every answer, from "strongly the first-named" at the left to "strongly the second-named"."""
    counts = votes.levels.sum(axis=2)[:, [level + votes.reach for level in levels]]
    shares = counts / counts.sum(axis=1, keepdims=True)
    shown = most_important(clearness(pairs))
    drawing = Drawing(
        TOP + ROW * shown.size + 6,
        f"Answers for {label}",
        "Share of each answer per pair of systems, oriented by system, not by side of the screen.",
    )
    drawing.text(LEFT, 18, f"Answers, {label}", weight="600", size=14)
    drawing.text(LEFT, 34, "← first-named preferred", size=11, fill=BLUE)
    drawing.text((LEFT + RIGHT) / 2, 34, "no preference", size=11, anchor="middle", fill=FAINT)
    drawing.text(RIGHT, 34, "second-named preferred →", size=11, anchor="end", fill=ORANGE)
    for row, index in enumerate(shown):
        a, b = (votes.systems[system] for system in votes.pairs[index])
        drawing.text(LEFT, TOP + ROW * row + 13, shorten(f"{a} vs {b}", LABEL))
        drawing.text(
            RIGHT, TOP + ROW * row + 13, f"{int(counts[index].sum())} ratings", anchor="end", fill=FAINT
        )
        _stack(drawing, shares[index], levels, TOP + ROW * row + 18)
    return drawing


def _stack(drawing: Drawing, shares: Floats, levels: tuple[int, ...], y: float) -> None:
    left, reach = LEFT, max(levels)
    for level, share in zip(levels, shares, strict=True):
        width = share * (RIGHT - LEFT)
        if share > 0:
            fill, opacity = _colour(level, reach)
            stroke = MIDDLE if level == 0 else "none"  # hollow, so that it stands out without colour too
            tip = f"{level:+d}: {100 * share:.0f}%"
            drawing.bar(left, y, max(width - 1, 0.5), 14, fill=fill, opacity=opacity, tip=tip, stroke=stroke)
        left += width


def _colour(level: int, reach: int) -> tuple[str, float]:
    """(colour, opacity): full for the stronger half of a side's answers, soft for the weaker half."""
    if level == 0:
        return PAPER, 1.0
    return (BLUE if level < 0 else ORANGE), (1.0 if abs(level) * 2 > reach else SOFT)
