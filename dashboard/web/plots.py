"""Small plots for the cards: marks only, coloured by the stylesheet, each with words for those who cannot see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT, GAP, THICKEST = 240.0, 40.0, 3.0, 10.0


@dataclass(frozen=True, slots=True)
class Part:
    """A length of a bar. ``style``: a class of the stylesheet."""

    count: float
    style: str
    words: str


def stacked(rows: Sequence[Sequence[Part]], says: str) -> str:
    """One bar a row, all rows of the same width; empty where there is nothing to show."""
    rows = [row for row in rows if sum(part.count for part in row)]
    if not rows:
        return ""
    thick = min(THICKEST, (HEIGHT - GAP * (len(rows) - 1)) / len(rows))
    shapes = [_bar(row, (thick + GAP) * place, thick) for place, row in enumerate(rows)]
    return _svg(shapes, says, (thick + GAP) * len(rows) - GAP)


def _bar(parts: Sequence[Part], top: float, thick: float) -> str:
    total, x, shapes = sum(part.count for part in parts), 0.0, []
    for part in parts:
        width = WIDTH * part.count / total
        if width:
            shapes.append(_rect(x, top, width, thick, part.style, part.words))
        x += width
    return "".join(shapes)


def columns(counts: Sequence[int], says: str, labels: Sequence[str]) -> str:
    """One column a count, side by side."""
    if not any(counts):
        return ""
    step, most = WIDTH / len(counts), max(counts)
    shapes = []
    for place, (count, label) in enumerate(zip(counts, labels, strict=True)):
        high = max(HEIGHT * count / most, 2.0)
        style = "mark" if count else "rest"
        shapes.append(_rect(step * place, HEIGHT - high, step - 2, high, style, f"{label}: {count}"))
    return _svg(shapes, says, HEIGHT)


def _rect(x: float, y: float, width: float, height: float, style: str, words: str) -> str:
    return (
        f'<rect class="{escape(style)}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="1.5">'
        f"<title>{escape(words)}</title></rect>"
    )


def _svg(shapes: Sequence[str], says: str, height: float) -> str:
    return (
        f'<svg class="plot" viewBox="0 0 {WIDTH:g} {height:.1f}" role="img" aria-label="{escape(says)}">'
        f"{''.join(shapes)}</svg>"
    )
