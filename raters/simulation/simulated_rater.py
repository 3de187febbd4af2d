"""One simulated rater's visit: the real pages, the real addresses, the real sounds, over HTTP."""

from __future__ import annotations

import io
import math
import wave
from array import array
from collections.abc import Callable, Mapping
from types import MappingProxyType
from urllib.parse import urljoin

import httpx

from raters.simulation.hearing import hear_place
from raters.simulation.page_reader import Clip, Page, read_page
from raters.simulation.taste import Pair, Taste, answer, scores

MOST_STATIONS = 2000
WINDOW = 0.05
Reveal = Callable[[str], Pair]


class VisitFailed(Exception):
    """The pages did not do what they should; says which address and what came back."""


class Visitor:
    """Carries the cookies of one visit."""

    def __init__(
        self,
        *,
        base_url: str,
        slug: str,
        mark: str,
        taste: Taste,
        reveal: Reveal,
        known: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
    ) -> None:
        """``known``: what this visitor answers to questions that have one answer, by station and field."""
        self.client = httpx.Client(base_url=base_url, follow_redirects=True, timeout=60)
        self.door = f"/s/{slug}/?mark={mark}"
        self.taste = taste
        self.reveal = reveal
        self.known = known
        self.tasks: set[str] = set()

    def visit(self) -> int:
        """Go from the door to the last page. Returns how many tasks were submitted."""
        with self.client:
            page = self._get(self.door)
            for _ in range(MOST_STATIONS):
                if page.station in {"done", "closed"}:
                    return len(self.tasks)
                page = self.through(page)
        raise VisitFailed(f"still not done after {MOST_STATIONS} pages")

    def through(self, page: Page) -> Page:
        """Do what the page asks for; the page after it. Raises VisitFailed for a station it does not know."""
        stations = {
            "consent": self._agree,
            "information": self._tell,
            "comprehension": self._tell,
            "questionnaire": self._tell,
            "headphones": self._wear_headphones,
            "sound-check": self._count_beeps,
            "task": self._rate,
            "feedback": self._go_on,
        }
        if page.station not in stations:
            raise VisitFailed(f"a page of an unknown station {page.station!r}")
        return stations[page.station](page)

    def _agree(self, page: Page) -> Page:
        return self._post("consent/", page, {**page.hidden, "agree": "yes"})

    def _count_beeps(self, page: Page) -> Page:
        heard = count_beeps(self._bytes(page.sound_url))
        return self._post("sound-check/", page, {**page.hidden, "answer": str(heard)})

    def _tell(self, page: Page) -> Page:
        """What is known, and of every other choice anything."""
        chosen = {name: self.taste.pick(name, values) for name, values in page.groups.items()}
        return self._post(
            f"{page.station}/", page, page.hidden | chosen | dict(self.known.get(page.station, {}))
        )

    def _wear_headphones(self, page: Page) -> Page:
        place = hear_place(self._bytes(page.sound_url), page.check)
        return self._post("headphones/", page, {**page.hidden, "answer": str(place)})

    def _rate(self, page: Page) -> Page:
        pair = self.reveal(page.task_url)
        for clip in page.clips:
            self._listen(page, clip)
        answers = {name: self._answer(name, values, pair) for name, values in page.groups.items()}
        for name, value in answers.items():
            self._quiet_post(page.task_url + "answer/", page, {"name": name, "value": value})
        facts = {"switches": "1", "response_ms": "1", "played_ms_A": "1", "played_ms_B": "1"}
        self.tasks.add(page.task_url)
        return self._post(page.task_url + "submit/", page, {**page.hidden, **facts, **answers}, htmx=True)

    def _go_on(self, page: Page) -> Page:
        """Whatever a pair for training taught: the next task."""
        return self._get(urljoin(self.door.split("?")[0], "task/"))

    def _listen(self, page: Page, clip: Clip) -> None:
        data = self._bytes(clip.url)
        milliseconds = round(1000 * seconds_of(data))
        fields = {"side": clip.side, "clip": clip.index, "played_ms": str(milliseconds)}
        self._quiet_post(page.task_url + "heard/", page, fields)

    def _answer(self, name: str, values: list[str], pair: Pair) -> str:
        criterion, _, side = name.partition("__")
        latent = self.taste.latent(pair, criterion)
        if side:
            return str(scores(latent)[0 if side == "A" else 1])
        return str(answer(latent, [int(value) for value in values]))

    def _get(self, url: str) -> Page:
        return self._page(self.client.get(url))

    def _bytes(self, url: str) -> bytes:
        return self._checked(self.client.get(url)).content

    def _post(self, url: str, page: Page, fields: dict[str, str], *, htmx: bool = False) -> Page:
        return self._page(self._send(url, page, fields, htmx=htmx))

    def _quiet_post(self, url: str, page: Page, fields: dict[str, str]) -> None:
        self._checked(self._send(url, page, fields))

    def _send(self, url: str, page: Page, fields: dict[str, str], *, htmx: bool = False) -> httpx.Response:
        target = url if url.startswith("/") else urljoin(self.door.split("?")[0], url)
        token = self.client.cookies.get("csrftoken", default="") or page.csrf
        headers = {"X-CSRFToken": token, "Referer": str(self.client.base_url)}
        if htmx:
            headers["HX-Request"] = "true"
        return self.client.post(target, data=fields, headers=headers)

    def _page(self, response: httpx.Response) -> Page:
        return read_page(self._checked(response).text)

    def _checked(self, response: httpx.Response) -> httpx.Response:
        if response.is_error:
            raise VisitFailed(
                f"{response.request.method} {response.url}: {response.status_code} {response.text[:300]}"
            )
        return response


def seconds_of(wav: bytes) -> float:
    with wave.open(io.BytesIO(wav)) as file:
        return float(file.getnframes() / file.getframerate())


def count_beeps(wav: bytes) -> int:
    """Hear how many beeps a mono 16-bit WAV holds: rises of the level over windows of 50 ms."""
    with wave.open(io.BytesIO(wav)) as file:
        rate = file.getframerate()
        frames = array("h", file.readframes(file.getnframes()))
    step = int(rate * WINDOW)
    levels = [
        math.sqrt(sum(value * value for value in frames[start : start + step]) / step)
        for start in range(0, len(frames) - step, step)
    ]
    loud = [level > max(levels) / 3 for level in levels]
    return sum(now and not before for before, now in zip([False, *loud], loud, strict=False))
