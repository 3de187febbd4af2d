"""Reads what a rater's page shows: forms, fields, clips. Only what the HTML says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass(slots=True)
class Clip:
    url: str
    side: str
    index: str


@dataclass(slots=True)
class Page:
    """A station as its HTML gives it: which one, hidden fields, radio groups and clips."""

    station: str = ""
    task_url: str = ""
    sound_url: str = ""
    check: str = ""
    hidden: dict[str, str] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)
    clips: list[Clip] = field(default_factory=list)
    csrf: str = ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        page = self.page
        page.csrf = given.get("data-csrf", page.csrf)
        if "data-station" in given:
            page.station = given["data-station"]
            page.task_url = given.get("data-task-url", "")
            page.sound_url = given.get("data-url", "")
            page.check = given.get("data-check", "")
        elif "data-clip" in given and "data-side" in given:
            page.clips.append(Clip(given["data-url"], given["data-side"], given["data-index"]))
        elif tag == "input":
            _input(page, given)


def _input(page: Page, given: Mapping[str, str]) -> None:
    if given.get("type") == "hidden":
        page.hidden[given["name"]] = given.get("value", "")
    elif given.get("type") == "radio":
        page.groups.setdefault(given["name"], []).append(given["value"])


def read_page(html: str) -> Page:
    reader = _Reader()
    reader.feed(html)
    return reader.page
