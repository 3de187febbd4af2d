"""One simulated rater: goes through the real pages, the real addresses and the real sounds, over HTTP."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from types import MappingProxyType
from urllib.parse import urljoin

import httpx
import numpy as np
import soundfile

from raters.simulation.hearing import hear_interval
from raters.simulation.page_reader import Clip, Page, read_page
from raters.simulation.taste import Pair, Taste, answer, scores

MOST_STATIONS = 2000
WINDOW = 0.05
Reveal = Callable[[str], Pair]


class SimulationFailed(Exception):
    """The pages did not do what they should; says which address and what came back."""


class SimulatedRater:
    """Carries the cookies of one session."""

    def __init__(
        self,
        *,
        base_url: str,
        slug: str,
        mark: str,
        taste: Taste,
        reveal: Reveal,
        known_answers: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
    ) -> None:
        """``known_answers``: to questions that the pages do not tell the answer to, by station and field."""
        self.client = httpx.Client(base_url=base_url, follow_redirects=True, timeout=60)
        self.door = f"/s/{slug}/?mark={mark}"
        self.taste = taste
        self.reveal = reveal
        self.known_answers = known_answers
        self.tasks: set[str] = set()

    def take_part(self) -> int:
        """Go from the door to the last page. Returns how many tasks were submitted."""
        with self.client:
            page = self._get(self.door)
            for _ in range(MOST_STATIONS):
                if page.station in {"done", "closed"}:
                    return len(self.tasks)
                page = self.pass_station(page)
        raise SimulationFailed(f"still not done after {MOST_STATIONS} pages")

    def pass_station(self, page: Page) -> Page:
        """Do what the page asks for; the page after it. Raises SimulationFailed for a station it does not know."""
        stations = {
            "consent": self._agree,
            "information": self._answer_form,
            "comprehension": self._answer_form,
            "questionnaire": self._answer_form,
            "headphones": self._answer_headphone_trial,
            "sound-check": self._count_beeps,
            "task": self._rate,
            "feedback": self._leave_feedback,
        }
        if page.station not in stations:
            raise SimulationFailed(f"a page of an unknown station {page.station!r}")
        return stations[page.station](page)

    def _agree(self, page: Page) -> Page:
        return self._post("consent/", page, {**page.hidden, "agree": "yes"})

    def _count_beeps(self, page: Page) -> Page:
        heard = count_beeps(self._download(page.sound_url))
        return self._post("sound-check/", page, {**page.hidden, "answer": str(heard)})

    def _answer_form(self, page: Page) -> Page:
        """The known answers, and of every other choice any."""
        chosen = {name: self.taste.pick(name, values) for name, values in page.groups.items()}
        return self._post(
            f"{page.station}/", page, page.hidden | chosen | dict(self.known_answers.get(page.station, {}))
        )

    def _answer_headphone_trial(self, page: Page) -> Page:
        interval = hear_interval(self._download(page.sound_url), page.check)
        return self._post("headphones/", page, {**page.hidden, "answer": str(interval)})

    def _rate(self, page: Page) -> Page:
        pair = self.reveal(page.task_url)
        for clip in page.clips:
            self._listen(page, clip)
        answers = {name: self._answer_question(name, values, pair) for name, values in page.groups.items()}
        for name, value in answers.items():
            self._post_only(page.task_url + "answer/", page, {"name": name, "value": value})
        report = {"switches": "1", "response_ms": "1", "played_ms_A": "1", "played_ms_B": "1"}
        self.tasks.add(page.task_url)
        return self._post(page.task_url + "submit/", page, {**page.hidden, **report, **answers}, htmx=True)

    def _leave_feedback(self, page: Page) -> Page:
        """On to the next task."""
        return self._get(urljoin(self.door.split("?")[0], "task/"))

    def _listen(self, page: Page, clip: Clip) -> None:
        data = self._download(clip.url)
        milliseconds = round(1000 * seconds_of(data))
        fields = {"side": clip.side, "clip": clip.index, "played_ms": str(milliseconds)}
        self._post_only(page.task_url + "heard/", page, fields)

    def _answer_question(self, name: str, values: list[str], pair: Pair) -> str:
        criterion, _, side = name.partition("__")
        latent = self.taste.latent(pair, criterion)
        if side:
            return str(scores(latent)[0 if side == "A" else 1])
        return str(answer(latent, [int(value) for value in values]))

    def _get(self, url: str) -> Page:
        return self._read(self.client.get(url))

    def _download(self, url: str) -> bytes:
        return self._require_success(self.client.get(url)).content

    def _post(self, url: str, page: Page, fields: dict[str, str], *, htmx: bool = False) -> Page:
        return self._read(self._send(url, page, fields, htmx=htmx))

    def _post_only(self, url: str, page: Page, fields: dict[str, str]) -> None:
        self._require_success(self._send(url, page, fields))

    def _send(self, url: str, page: Page, fields: dict[str, str], *, htmx: bool = False) -> httpx.Response:
        target = url if url.startswith("/") else urljoin(self.door.split("?")[0], url)
        token = self.client.cookies.get("csrftoken", default="") or page.csrf
        headers = {"X-CSRFToken": token, "Referer": str(self.client.base_url)}
        if htmx:
            headers["HX-Request"] = "true"
        return self.client.post(target, data=fields, headers=headers)

    def _read(self, response: httpx.Response) -> Page:
        return read_page(self._require_success(response).text)

    def _require_success(self, response: httpx.Response) -> httpx.Response:
        if response.is_error:
            raise SimulationFailed(
                f"{response.request.method} {response.url}: {response.status_code} {response.text[:300]}"
            )
        return response


def seconds_of(wav: bytes) -> float:
    return float(soundfile.info(io.BytesIO(wav)).duration)


def count_beeps(wav: bytes) -> int:
    """Hear how many beeps a mono WAV holds: rises of the level over windows of 50 ms."""
    sound, rate = soundfile.read(io.BytesIO(wav))
    step = int(rate * WINDOW)
    windows = sound[: sound.size // step * step].reshape(-1, step)
    levels = np.sqrt(np.mean(windows**2, axis=1))
    loud = np.concatenate([[False], levels > levels.max() / 3])
    return int(np.sum(loud[1:] & ~loud[:-1]))
