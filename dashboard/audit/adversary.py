"""Walks the rater's pages over HTTP with open eyes and closed ears, and never answers a question."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin

import httpx

from dashboard.audit.levels import level_of
from dashboard.audit.markup import around, cards
from dashboard.audit.seen import Answer, ClipSeen, Seen
from raters.simulation.reading import Page, read_page
from raters.simulation.taste import Pair
from raters.simulation.visitor import VisitFailed, count_beeps

MOST_STATIONS = 6
BEGINNING = {"Range": "bytes=0-99"}
Reveal = Callable[[str], Pair]


@dataclass(frozen=True, slots=True)
class Download:
    """One answer with its body, and how long both took in seconds."""

    answer: Answer
    body: bytes
    seconds: float


class Adversary:
    """One visit of one rater: from the door to the first task, which it looks at from all sides."""

    def __init__(self, client: httpx.Client, *, slug: str, mark: str) -> None:
        self.client = client
        self.door = f"/s/{slug}/"
        self.mark = mark

    def see(self, *, reveal: Reveal, generator: random.Random) -> Seen | None:
        """What can be seen of one assignment; ``None`` when nothing is waiting.

        Raises:
            VisitFailed: the pages did not do what they should.
        """
        html = self._to_the_task()
        if html is None:
            return None
        page = read_page(html)
        pair = reveal(page.task_url)
        clips = self._clips(html, page, generator)
        a, b = (tuple(clips[clip.url] for clip in page.clips if clip.side == side) for side in ("A", "B"))
        key = page.task_url.rstrip("/").rpartition("/")[2]
        return Seen(key, around(html, page), a, b, pair.first, pair.second, pair.prompt)

    def _to_the_task(self) -> str | None:
        html = self._checked(self.client.get(self.door, params={"mark": self.mark})).text
        for _ in range(MOST_STATIONS):
            page = read_page(html)
            if page.station == "task":
                return html
            if page.station not in {"consent", "sound-check"}:
                return None
            html = self._agree(page) if page.station == "consent" else self._count_beeps(page)
        raise VisitFailed(f"no task after {MOST_STATIONS} pages")

    def _agree(self, page: Page) -> str:
        return self._post("consent/", {**page.hidden, "agree": "yes"})

    def _count_beeps(self, page: Page) -> str:
        beeps = count_beeps(self._checked(self.client.get(page.sound_url)).content)
        return self._post("sound-check/", {**page.hidden, "answer": str(beeps)})

    def _post(self, place: str, fields: Mapping[str, str]) -> str:
        headers = {"Referer": str(self.client.base_url)}
        return self._checked(self.client.post(urljoin(self.door, place), data=fields, headers=headers)).text

    def _clips(self, html: str, page: Page, generator: random.Random) -> dict[str, ClipSeen]:
        """Downloads everything twice, in an order and in its reverse: which side comes first is a coin's choice."""
        order = [clip.url for clip in page.clips]
        if generator.random() < 0.5:
            order.reverse()
        there = {url: self._download(url) for url in order}
        back = {url: self._download(url) for url in reversed(order)}
        led = set(order[: len(order) // 2])
        shown = cards(html, page)
        return {
            clip.url: self._clip(
                clip.url, shown[clip.side], there[clip.url], back[clip.url], led=clip.url in led
            )
            for clip in page.clips
        }

    def _clip(self, url: str, card: str, there: Download, back: Download, *, led: bool) -> ClipSeen:
        lead, follow = (there, back) if led else (back, there)
        level = level_of(there.body)
        return ClipSeen(
            address=url.rpartition("/")[2],
            card=card,
            whole=there.answer,
            part=self._download(url, BEGINNING).answer,
            size=len(there.body),
            head=level.head,
            lead=lead.seconds,
            follow=follow.seconds,
            loudness=level.loudness,
            peak=level.peak,
        )

    def _download(self, url: str, headers: Mapping[str, str] | None = None) -> Download:
        started = time.perf_counter()
        response = self._checked(self.client.get(url, headers=dict(headers or {})))
        seconds = time.perf_counter() - started
        lines = tuple((name.decode().lower(), value.decode()) for name, value in response.headers.raw)
        return Download(Answer(response.status_code, lines), response.content, seconds)

    def _checked(self, response: httpx.Response) -> httpx.Response:
        if response.is_error:
            where = f"{response.request.method} {response.url}"
            raise VisitFailed(f"{where}: {response.status_code} {response.text[:300]}")
        return response
