"""Goes through the rater pages over HTTP and records everything but the sound. Its own answers are arbitrary."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin

import httpx

from dashboard.audit.levels import level_of
from dashboard.audit.markup import around, cards
from dashboard.audit.observations import Answer, ClipSeen, Seen
from raters.simulation.page_reader import Page, read_page
from raters.simulation.simulated_rater import SimulatedRater, SimulationFailed
from raters.simulation.taste import Pair, Taste

MOST_STATIONS = 40
ALL_OF_IT = 10**6  # milliseconds: no clip is longer
BEGINNING = {"Range": "bytes=0-99"}
Reveal = Callable[[str], Pair]


@dataclass(frozen=True, slots=True)
class Download:
    """One answer with its body, and how long both took in seconds."""

    answer: Answer
    body: bytes
    seconds: float


class Adversary:
    """A rater's session from the study link to the first task, or to the last, with every task observed."""

    def __init__(
        self,
        client: httpx.Client,
        *,
        slug: str,
        mark: str,
        reveal: Reveal,
        known_answers: Mapping[str, Mapping[str, str]],
    ) -> None:
        """``known_answers``: what the pages do not tell, as `raters.simulation.simulated_rater` takes it."""
        self.client = client
        self.study_link = f"/s/{slug}/"
        self.mark = mark
        self.reveal = reveal
        self.guide = SimulatedRater(
            base_url=str(client.base_url),
            slug=slug,
            mark=mark,
            taste=Taste(0, 0, {}),
            reveal=reveal,
            known_answers=known_answers,
        )
        self.guide.client = client

    def observe_one_task(self, *, generator: random.Random, visit: int = 0) -> Seen | None:
        """What can be seen of the first assignment that counts; ``None`` when nothing is waiting.

        Training and gold tasks before it are submitted; they belong to this session and are removed with it.

        Raises:
            SimulationFailed: the pages did not do what they should.
        """
        html = self._go_to_task(self._open_study_link())
        while html is not None and self.reveal(read_page(html).task_url).role != "main":
            html = self._go_to_task(self._submit_task(html))
        return None if html is None else self._observe_task(html, generator, visit)

    def observe_whole_session(self, *, generator: random.Random, visit: int) -> Iterator[Seen]:
        """What can be seen of every assignment of one session: each is handed in, with the first of all answers.

        Raises:
            SimulationFailed: the pages did not do what they should.
        """
        html = self._go_to_task(self._open_study_link())
        while html is not None:
            yield self._observe_task(html, generator, visit)
            html = self._go_to_task(self._submit_task(html))

    def _observe_task(self, html: str, generator: random.Random, visit: int) -> Seen:
        page = read_page(html)
        pair = self.reveal(page.task_url)
        clips = self._download_clips(html, page, generator)
        a, b = (tuple(clips[clip.url] for clip in page.clips if clip.side == side) for side in ("A", "B"))
        key = page.task_url.rstrip("/").rpartition("/")[2]
        return Seen(key, around(html, page), a, b, pair.first, pair.second, pair.prompt, visit, pair.role)

    def _submit_task(self, html: str) -> str:
        """The page after this task: all of its passes heard, answered and submitted."""
        page = read_page(html)
        task = page.task_url
        while page.task_url == task:
            for clip in page.clips:
                fields = {"side": clip.side, "clip": clip.index, "played_ms": str(ALL_OF_IT)}
                self._post(task + "heard/", {**page.hidden, **fields})
            answers = {name: values[0] for name, values in page.groups.items()}
            html = self._post(task + "submit/", {**page.hidden, **answers})
            page = read_page(html)
        return html

    def _open_study_link(self) -> str:
        return self._raise_for_error(self.client.get(self.study_link, params={"mark": self.mark})).text

    def _go_to_task(self, html: str) -> str | None:
        """Pass consent, checks and questionnaires as a simulated rater does; None where no task comes."""
        for _ in range(MOST_STATIONS):
            page = read_page(html)
            if page.station == "task":
                return html
            if page.station in {"done", "closed"}:
                return None
            self.guide.pass_station(page)
            html = self._open_study_link()
        raise SimulationFailed(f"no task after {MOST_STATIONS} pages")

    def _post(self, place: str, fields: Mapping[str, str]) -> str:
        headers = {"Referer": str(self.client.base_url)}
        return self._raise_for_error(
            self.client.post(urljoin(self.study_link, place), data=fields, headers=headers)
        ).text

    def _download_clips(self, html: str, page: Page, generator: random.Random) -> dict[str, ClipSeen]:
        """Download every clip twice, in random order and in the reverse order."""
        order = [clip.url for clip in page.clips]
        if generator.random() < 0.5:
            order.reverse()
        there = {url: self._download(url) for url in order}
        back = {url: self._download(url) for url in reversed(order)}
        led = set(order[: len(order) // 2])
        shown = cards(html, page)
        return {
            clip.url: self._describe_clip(
                clip.url, shown[clip.side], there[clip.url], back[clip.url], led=clip.url in led
            )
            for clip in page.clips
        }

    def _describe_clip(self, url: str, card: str, there: Download, back: Download, *, led: bool) -> ClipSeen:
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
        response = self._raise_for_error(self.client.get(url, headers=dict(headers or {})))
        seconds = time.perf_counter() - started
        lines = tuple((name.decode().lower(), value.decode()) for name, value in response.headers.raw)
        return Download(Answer(response.status_code, lines), response.content, seconds)

    def _raise_for_error(self, response: httpx.Response) -> httpx.Response:
        if response.is_error:
            where = f"{response.request.method} {response.url}"
            raise SimulationFailed(f"{where}: {response.status_code} {response.text[:300]}")
        return response
