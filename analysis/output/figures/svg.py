"""A drawing as SVG text: presentation attributes only, so that it may be shown under a strict content security policy.

Colours are custom properties with fallbacks: a page sets them for light and dark; a file of its own carries both sets.
"""

import re
from dataclasses import dataclass, field
from html import escape as escape_html

WIDTH = 420  # user units; narrow, so that text stays readable on a phone
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif"

# The names are the console's tokens, so that a figure there looks like everything around it.
INK = "var(--text, #221e19)"
FAINT = "var(--muted, #625a4e)"
RULE = "var(--line, #dcd5c8)"
PAPER = "var(--surface, #fffdfa)"
BLUE = "var(--data-first, #2a6db0)"
ORANGE = "var(--data-second, #c2620a)"
MIDDLE = "var(--data-neutral, #8f877a)"
SOFT = 0.45  # opacity of the weaker answers

_STANDALONE_STYLE = (
    "<style>svg { background: #fffdfa; } @media (prefers-color-scheme: dark) { svg { background: #1c1e22; "
    "--text: #efece6; --muted: #aba69c; --line: #33363d; --surface: #1c1e22; --data-first: #6fabea; "
    "--data-second: #f0a04b; --data-neutral: #8a8d94; } }</style>"
)


# XML has no way to write these, however they are escaped.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def escape(text: str) -> str:
    """``text`` as an SVG file can hold it."""
    return escape_html(_CONTROLS.sub("\ufffd", text))


@dataclass
class Drawing:
    """Shapes in the order drawn. Coordinates in user units, y downwards."""

    height: float
    title: str
    description: str
    shapes: list[str] = field(default_factory=list)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = 12.5,
        anchor: str = "start",
        fill: str = INK,
        weight: str = "400",
    ) -> None:
        """One line of text, baseline at y."""
        self.shapes.append(
            f'<text x="{_n(x)}" y="{_n(y)}" font-size="{_n(size)}" font-weight="{weight}" '
            f'text-anchor="{anchor}" fill="{fill}" stroke="{PAPER}" stroke-width="3" paint-order="stroke">'
            f"{escape(words)}</text>"
        )

    def line(
        self,
        x1: float,
        y1: float,
        x2: float,
        y2: float,
        *,
        stroke: str = RULE,
        width: float = 1,
        dash: str = "",
    ) -> None:
        """A straight line."""
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self.shapes.append(
            f'<line x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}" stroke="{stroke}" '
            f'stroke-width="{_n(width)}" stroke-linecap="round"{dashes}/>'
        )

    def dot(self, x: float, y: float, *, colour: str, filled: bool, radius: float = 5) -> None:
        """A filled or hollow circle: the difference survives greyscale."""
        self.shapes.append(
            f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}" fill="{colour if filled else PAPER}" '
            f'stroke="{colour}" stroke-width="2"/>'
        )

    def path(self, points: list[tuple[float, float]], *, colour: str, dash: str = "") -> None:
        """A line through points."""
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        places = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
        self.shapes.append(
            f'<polyline points="{places}" fill="none" stroke="{colour}" stroke-width="2" '
            f'stroke-linejoin="round"{dashes}/>'
        )

    def bar(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: str,
        opacity: float,
        tip: str,
        stroke: str = "none",
    ) -> None:
        """A rectangle with a tooltip."""
        self.shapes.append(
            f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}" fill="{fill}" '
            f'fill-opacity="{_n(opacity)}" stroke="{stroke}"><title>{escape(tip)}</title></rect>'
        )

    def inline(self) -> str:
        """For a page that sets the colours."""
        return self._svg("")

    def standalone(self) -> bytes:
        """For a file of its own, correct in light and dark."""
        return ('<?xml version="1.0" encoding="UTF-8"?>\n' + self._svg(_STANDALONE_STYLE) + "\n").encode()

    def _svg(self, style: str) -> str:
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {_n(self.height)}" width="{WIDTH}" '
            f'height="{_n(self.height)}" role="img" aria-label="{escape(self.title)}" font-family="{escape(FONT)}">'
        )
        words = f"<title>{escape(self.title)}</title><desc>{escape(self.description)}</desc>"
        return "\n".join([head, words + style, *self.shapes, "</svg>"])


def shorten(words: str, most: int) -> str:
    """At most `most` characters, with an ellipsis."""
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
