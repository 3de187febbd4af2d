"""The losses of a run as an SVG file: one panel a unit, steps to the right, right in light and dark.

A small writer of its own: the analysis draws with more care, and nothing here may import it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

Line = Mapping[str, Any]
Point = tuple[float, float]

WIDTH, PANEL, GAP = 640, 170, 62
_LEFT, _RIGHT, _TOP = 64, 500, 58
_COLOURS, _FAINT = ("a", "b"), ' class="q"'
_STYLE = (
    "<style>svg{background:#fffdfa;font:12.5px system-ui,sans-serif;fill:#221e19}.q{fill:#625a4e}.r{stroke:#dcd5c8}"
    "polyline{fill:none;stroke-width:2}.a{stroke:#2a6db0}.b{stroke:#c2620a}text.a{fill:#2a6db0;stroke:none}text.b{fill:#c2620a;stroke:none}"
    "@media(prefers-color-scheme:dark){svg{background:#1c1e22;fill:#efece6}.q{fill:#aba69c}.r{stroke:#33363d}"
    ".a{stroke:#6fabea}.b{stroke:#f0a04b}text.a{fill:#6fabea}text.b{fill:#f0a04b}}</style>"
)


@dataclass(frozen=True, slots=True)
class Panel:
    """At most two curves in one unit: keys of the log, and what each is called."""

    unit: str
    curves: Mapping[str, str]


def figure(title: str, panels: Sequence[Panel], lines: Sequence[Line]) -> str:
    """The whole file. Panels without a value, and values that are null, are left out."""
    known = [(panel, _points(panel, lines)) for panel in panels]
    shown = [(panel, curves) for panel, curves in known if any(curves.values())]
    height = _TOP + len(shown) * (PANEL + GAP)
    parts = [
        _panel(panel, curves, _TOP + row * (PANEL + GAP), max(line["step"] for line in lines))
        for row, (panel, curves) in enumerate(shown)
    ]
    words = f"<title>{escape(title)}</title>" + _text(16, 24, title, more=' font-weight="600"')
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" role="img">'
    )
    return "\n".join([head, _STYLE + words, *parts, "</svg>"]) + "\n"


def _points(panel: Panel, lines: Sequence[Line]) -> dict[str, list[Point]]:
    return {
        name: [(line["step"], line[key]) for line in lines if line.get(key) is not None]
        for key, name in panel.curves.items()
    }


def _panel(panel: Panel, curves: Mapping[str, Sequence[Point]], top: float, last: int) -> str:
    values = [value for points in curves.values() for _, value in points]
    area = _Area(top, last, min(values), max(values))
    ends = _apart([area.place(*points[-1])[1] if points else top for points in curves.values()])
    drawn = zip(curves.items(), _COLOURS, ends, strict=False)
    return "\n".join(
        (
            _text(16, top - 14, panel.unit, more=_FAINT),
            *_grid(area),
            *(_curve(area, name, points, colour, end) for (name, points), colour, end in drawn if points),
        )
    )


@dataclass(frozen=True, slots=True)
class _Area:
    """Where a panel's values lie."""

    top: float
    last: int
    low: float
    high: float

    def place(self, step: float, value: float) -> Point:
        share = (self.high - value) / ((self.high - self.low) or 1.0)
        return _LEFT + (_RIGHT - _LEFT) * step / self.last, self.top + PANEL * share


def _grid(area: _Area) -> Iterator[str]:
    for value in (area.low, (area.low + area.high) / 2, area.high):
        y = area.place(0, value)[1]
        yield f'<line class="r" x1="{_LEFT}" x2="{_RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield _text(_LEFT - 8, y + 4, f"{value:.3g}", more=_FAINT + ' text-anchor="end"')
    for x, words in ((_LEFT, "0"), ((_LEFT + _RIGHT) / 2, "step"), (_RIGHT, str(area.last))):
        yield _text(x, area.top + PANEL + 18, words, more=_FAINT + ' text-anchor="middle"')


def _curve(area: _Area, name: str, points: Sequence[Point], colour: str, end: float) -> str:
    path = " ".join("{:.1f},{:.1f}".format(*area.place(step, value)) for step, value in points)
    label = _text(_RIGHT + 8, end + 4, f"{name} {points[-1][1]:.3g}", more=f' class="{colour}"')
    return f'<polyline class="{colour}" points="{path}"/>{label}'


def _apart(heights: list[float]) -> list[float]:
    """The same, the second moved away where two labels would lie on each other."""
    if len(heights) < 2 or abs(heights[1] - heights[0]) >= 16:
        return heights
    return [heights[0], heights[0] + (16 if heights[1] >= heights[0] else -16)]


def _text(x: float, y: float, words: str, *, more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}"{more}>{escape(words)}</text>'
