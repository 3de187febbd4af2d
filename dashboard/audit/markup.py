"""The page around the sides, without what is meant to differ: letters, addresses, tokens, the prompt. Pure."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from raters.simulation.page_reader import Page

CARD = "data-side-card"


class _Cards(HTMLParser):
    """Everything inside the element of each side, tag by tag and text by text."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, list[str]] = {}
        self._tag = self._letter = ""
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        letter = dict(attrs).get(CARD)
        if letter is not None:
            self._tag, self._letter, self._depth = tag, letter, 0
        if self._letter:
            self._depth += tag == self._tag
            said = (self.get_starttag_text() or "").replace(" ", "\N{NO-BREAK SPACE}")
            self.found.setdefault(self._letter, []).append(said)

    def handle_endtag(self, tag: str) -> None:
        self._depth -= bool(self._letter) and tag == self._tag
        if self._depth == 0:
            self._letter = ""

    def handle_data(self, data: str) -> None:
        if self._letter and data.strip():
            self.found[self._letter].append(data.strip())


def cards(html: str, page: Page) -> dict[str, str]:
    """The card of each side, its own letter and addresses replaced."""
    reader = _Cards()
    reader.feed(_without_tokens(html, page))
    return {
        letter: re.sub(rf"\b{letter}\b", "LETTER", " ".join(said)) for letter, said in reader.found.items()
    }


def around(html: str, page: Page) -> str:
    """The whole page without prompt and tokens."""
    return re.sub(r"(<h1[^>]*>).*?(</h1>)", r"\1PROMPT\2", _without_tokens(html, page), flags=re.DOTALL)


def _without_tokens(html: str, page: Page) -> str:
    drawn = [*(clip.url for clip in page.clips), page.task_url, page.csrf]
    drawn.append(page.hidden.get("csrfmiddlewaretoken", ""))
    for text in filter(None, drawn):
        html = html.replace(text, "DRAWN")
    return html
