"""Small pieces of HTML. Everything that comes from data passes through `escape`."""

from collections.abc import Iterable, Sequence
from html import escape


def tag(name: str, content: str, css: str = "") -> str:
    """`<name class=css>content</name>`; content is HTML already."""
    attribute = f' class="{escape(css)}"' if css else ""
    return f"<{name}{attribute}>{content}</{name}>"


def paragraph(words: str, css: str = "") -> str:
    """A paragraph of plain text."""
    return tag("p", escape(words), css)


def bullets(lines: Iterable[str], css: str = "") -> str:
    """A list of plain texts."""
    return tag("ul", "".join(tag("li", escape(line)) for line in lines), css)


def table(header: Sequence[str], rows: Iterable[Sequence[str]], caption: str) -> str:
    """A table that scrolls sideways on a phone; the first column names the row, the others are numbers."""
    head = tag("thead", tag("tr", "".join(f'<th scope="col">{escape(name)}</th>' for name in header)))
    body = tag("tbody", "".join(_row(row) for row in rows))
    inner = tag("caption", escape(caption)) + head + body
    return f'<div class="wide" tabindex="0" role="region" aria-label="{escape(caption)}">{tag("table", inner)}</div>'


def _row(cells: Sequence[str]) -> str:
    first, *others = cells
    return tag(
        "tr", f'<th scope="row">{escape(first)}</th>' + "".join(tag("td", escape(cell)) for cell in others)
    )


def section(title: str, content: str, *, anchor: str) -> str:
    """A part of the page with its heading."""
    return f'<section id="{escape(anchor)}">{tag("h2", escape(title))}{content}</section>'
