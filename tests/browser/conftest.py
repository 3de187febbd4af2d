"""A real server on a real database in a folder of its own, and a real browser in front of it."""

from __future__ import annotations

import socket
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.chromium import chromium
from tests.house import House, stop, wait_for


@dataclass(frozen=True)
class Server:
    house: House
    address: str


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=2) as response:  # noqa: S310 - our own
            return bool(response.status == 200)
    except OSError:
        return False


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("house")) as started:
        yield started


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """The studies of `tests.browser.stage`, behind gunicorn."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    house = House(folder, {"PUBLIC_URL": address})
    house.manage("migrate", "--verbosity", "0")
    house.run("-m", "tests.browser.stage")
    web = house.start("-m", "gunicorn", "config.wsgi", "-b", f"127.0.0.1:{port}", "-w", "2", "--threads", "4")
    try:
        wait_for(lambda: answers(address), seconds=60, saying=house.logs)
        yield Server(house, address)
    finally:
        stop(web)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium("the way of raters and researchers through the pages") as started:
        yield started


class Visit:
    """A browser with cookies of its own. What its console complains of ends the test, and so does a request to anybody
    but us; ``expected`` begins the addresses that a test means to leave for.
    """

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.context = context
        self.address = address
        self.complaints: list[str] = []
        self.expected: tuple[str, ...] = ()
        self.asked: list[str] = []
        context.on("request", lambda request: self.asked.append(request.url))

    @property
    def asked_of_others(self) -> list[str]:
        ours = (f"{self.address}/", "data:", "blob:", *self.expected)
        return [url for url in self.asked if not url.startswith(ours)]

    def tab(self) -> Page:
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self._note(said.type, said.text))
        return page

    def _note(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.complaints.append(text)


@pytest.fixture
def visit(browser: Browser, server: Server) -> Iterator[Visit]:
    with visiting(browser, server) as made:
        yield made


@contextmanager
def visiting(browser: Browser, server: Server) -> Iterator[Visit]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    made = Visit(context, server.address)
    yield made
    context.close()
    assert made.complaints == []
    assert made.asked_of_others == []
