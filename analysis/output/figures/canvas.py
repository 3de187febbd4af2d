"""The one writer of figures: matplotlib, in the sizes of a paper's columns, as SVG, PDF and PNG.

SVG files hold plain attributes and letters as outlines, PDF files their font, so that both look the same everywhere.
There is one font in one weight (`letters`). On a page letters stay text. The same drawing gives the same bytes.
matplotlib is loaded with the first figure: processes that draw nothing start without it.
"""

from __future__ import annotations

import io
import re
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from xml.etree import ElementTree as ET

from analysis.output.figures.letters import FAMILIES, register_font
from analysis.output.figures.palette import INK, LINE, MUTED, NAMES, PAPER

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTHS = {
    "": 3.5,
    "-two-columns": 7.16,
}  # inches: one and two columns of a paper, by ending of the file's name
Kind = Literal["svg", "pdf", "png"]
KINDS: tuple[Kind, ...] = ("svg", "pdf", "png")
POINTS = 72.0  # an inch
DOTS_PER_INCH = 300
MARGIN = 8.0  # points
TITLE, TEXT, SMALL = 9.0, 8.0, 7.0  # points
SVG = "{http://www.w3.org/2000/svg}"
LINKS = "{http://www.w3.org/1999/xlink}"

# XML has no way to write these, however they are escaped.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_FONT = re.compile(r"(?:(?P<weight>bold|\d+) )?(?P<size>[\d.]+)px (?P<family>.+)")
_SETTINGS: dict[Any, Any] = {
    "font.family": list(FAMILIES),
    "font.size": TEXT,
    "text.parse_math": False,  # a dollar sign in a name is a dollar sign
    "text.color": INK,
    "pdf.fonttype": 42,
    "pdf.use14corefonts": False,
    "svg.hashsalt": "earwitness",
    "path.simplify": False,
}
_lock = threading.Lock()  # matplotlib's settings belong to the whole process


@dataclass(frozen=True)
class Drawing:
    """A figure that can be painted at any width (inches). `description` says in words what it shows."""

    title: str
    description: str
    paint: Callable[[float], Figure]

    def inline(self, name: str) -> str:
        """SVG for a page, without a style of its own. `name`: distinct among the figures of the page."""
        with _drawing(letters="none"):
            root = _plain_svg(self.paint(WIDTHS[""]), self)
        root.attrib.pop("width", None)
        root.attrib.pop("height", None)
        root.attrib |= {"role": "img", "aria-label": printable(self.title)}
        for element in root.iter():
            for key, value in element.attrib.items():
                if key == "id":
                    element.set(key, f"{name}-{value}")
                elif key == f"{LINKS}href":
                    element.set(key, f"#{name}-{value[1:]}")
                else:
                    element.set(key, value.replace("url(#", f"url(#{name}-"))
        return ET.tostring(root, encoding="unicode")

    def file(self, width: float, kind: Kind) -> bytes:
        """The bytes of a file: `width` in inches."""
        said = {"Title": printable(self.title), "Creator": "Earwitness"}
        with _drawing(letters="path"):
            figure = self.paint(width)
            if kind == "svg":
                svg: bytes = ET.tostring(_plain_svg(figure, self), encoding="utf-8", xml_declaration=True)
                return svg + b"\n"
            if kind == "pdf":
                return _saved(figure, "pdf", metadata=said | {"CreationDate": None})
            return _saved(figure, "png", dpi=DOTS_PER_INCH, metadata=said)


@contextmanager
def _drawing(*, letters: str) -> Iterator[None]:
    """matplotlib's settings are ours, and nobody else's, until the end."""
    import matplotlib as mpl  # noqa: PLC0415 - see the module's docstring

    register_font()
    with _lock, mpl.rc_context({**_SETTINGS, "svg.fonttype": letters}), warnings.catch_warnings():
        # A letter that the font lacks is drawn as a box; the page and the tables hold the name.
        warnings.filterwarnings("ignore", "Glyph .* missing from font")
        yield


def _saved(figure: Figure, kind: str, **options: Any) -> bytes:  # noqa: ANN401 - matplotlib's own options
    buffer = io.BytesIO()
    figure.savefig(buffer, format=kind, facecolor=PAPER, **options)
    return buffer.getvalue()


def _plain_svg(figure: Figure, drawing: Drawing) -> ET.Element:
    """The figure without styles and dates, with its title and description."""
    ET.register_namespace("", SVG[1:-1])
    ET.register_namespace("xlink", LINKS[1:-1])
    root = ET.fromstring(_saved(figure, "svg", metadata={"Date": None}))  # noqa: S314 - our own bytes
    for parent in list(root.iter()):
        for child in (*parent.findall(f"{SVG}style"), *parent.findall(f"{SVG}metadata")):
            parent.remove(child)
    for element in root.iter():
        _plain_attributes(element)
    root.attrib |= {"stroke-linejoin": "round", "stroke-linecap": "butt"}
    title, description = ET.Element(f"{SVG}title"), ET.Element(f"{SVG}desc")
    title.text, description.text = printable(drawing.title), printable(drawing.description)
    root[:0] = [title, description]
    return root


def _plain_attributes(element: ET.Element) -> None:
    """Turn a style attribute into attributes that every program reads, and add the classes of its colours."""
    classes = []
    for declaration in filter(None, element.attrib.pop("style", "").split(";")):
        key, value = (part.strip() for part in declaration.split(":", 1))
        if key == "font" and (font := _FONT.fullmatch(value)):
            element.set("font-size", font["size"])
            element.set("font-family", "system-ui, 'DejaVu Sans', sans-serif")
            if font["weight"]:
                element.set("font-weight", font["weight"])
            continue
        element.set(key, value)
        if key in {"fill", "stroke"} and value in NAMES:
            classes.append(f"{key}-{NAMES[value]}")
    if element.tag == f"{SVG}text" and "fill" not in element.attrib:
        element.set("fill", "#000000")
    if classes:
        element.set("class", " ".join(classes))


def blank(width: float, height: float) -> Figure:
    """An empty figure: width in inches, height in points."""
    from matplotlib.figure import Figure  # noqa: PLC0415 - see the module's docstring

    return Figure(figsize=(width, height / POINTS))


def headed(width: float, height: float, title: str, subtitle: str) -> Figure:
    """An empty figure under its title; the plot starts 34 points below the top."""
    figure = blank(width, height)
    left = MARGIN / (width * POINTS)
    figure.text(left, 1 - 13 / height, fitted(title, width, TITLE), size=TITLE)
    figure.text(left, 1 - 25 / height, fitted(subtitle, width, SMALL), size=SMALL, color=MUTED)
    return figure


def plot_area(figure: Figure, top: float, bottom: float, left: float = MARGIN) -> Axes:
    """Axes without a frame between `top` and `bottom`, in points from the figure's upper and lower edge."""
    width, height = (float(side) * POINTS for side in figure.get_size_inches())
    axes = figure.add_axes(
        (left / width, bottom / height, 1 - (left + MARGIN) / width, 1 - (top + bottom) / height)
    )
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.patch.set_visible(False)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, labelsize=SMALL, labelcolor=MUTED, pad=2)
    axes.grid(visible=True, color=LINE, linewidth=0.6)
    return axes


def printable(words: str) -> str:
    """Without the characters that no figure can hold."""
    return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", words)


def fitted(words: str, width: float, size: float, share: float = 1.0) -> str:
    """`words`, cut with an ellipsis where they would be longer than `share` of the width (inches) at this size."""
    most = int(share * (width * POINTS - 2 * MARGIN) / (0.58 * size))  # the mean letter's width
    words = printable(words)
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"
