"""`make screenshots`: the pictures in docs/images/, made by a browser on a fresh demo of its own.

`make screenshots ARGS="--every FOLDER"` takes every page instead, at both sizes, light and dark.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
Size = Literal["desk", "phone", "tall"]
Scheme = Literal["light", "dark"]
SIZES: Mapping[Size, ViewportSize] = {
    "desk": {"width": 1280, "height": 800},
    "phone": {"width": 390, "height": 844},
    "tall": {"width": 1280, "height": 1160},
}
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Demo:
    """A running demo, as it says itself."""

    door: str
    console: str
    name: str
    password: str


@dataclass(frozen=True)
class Look:
    size: Size
    scheme: Scheme

    def context(self, browser: Browser) -> BrowserContext:
        return browser.new_context(
            viewport=SIZES[self.size], color_scheme=self.scheme, reduced_motion="reduce", locale="en-GB"
        )


Visit = Callable[[Page, Demo], None]
Shots = list[tuple[str, Look, Path]]


def consent(page: Page, demo: Demo) -> None:
    page.goto(demo.door)


def sound_check(page: Page, demo: Demo) -> None:
    consent(page, demo)
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_role("heading", name="Can you hear this?").wait_for()


def task(page: Page, demo: Demo) -> None:
    """In the middle of a task: A heard to the end, B playing, one question answered."""
    sound_check(page, demo)
    pass_sound_check(page, demo)
    page.keyboard.press("a")
    page.locator('[data-label="A"][data-heard]').wait_for(state="attached", timeout=60_000)
    page.keyboard.press("4")
    page.keyboard.press("b")
    page.wait_for_timeout(3000)


def pass_sound_check(page: Page, demo: Demo) -> None:
    from raters.simulation.simulated_rater import count_beeps  # noqa: PLC0415 - the path is set in main

    sound = page.locator("[data-station=sound-check]").get_attribute("data-url")
    heard = count_beeps(page.request.get(demo.door.split("/s/")[0] + str(sound)).body())
    page.get_by_role("button", name="Play the sound", exact=True).click()
    page.get_by_role("radio", name=str(heard), exact=True).check(force=True)
    page.get_by_role("button", name="Continue", exact=True).click(timeout=30_000)
    page.locator("[data-station=task]").wait_for()


def login(page: Page, demo: Demo) -> None:
    page.goto(demo.console)


def _at(path: str) -> Visit:
    """A page of the console; `path` starts from the study's page."""

    def visit(page: Page, demo: Demo) -> None:
        login(page, demo)
        page.get_by_label("Name").fill(demo.name)
        page.get_by_label("Password").fill(demo.password)
        page.get_by_role("button", name="Log in", exact=True).click()
        page.goto(demo.console + path, wait_until="networkidle")

    return visit


def refused(page: Page, demo: Demo) -> None:
    """A study file with three mistakes."""
    _at("../new/")(page, demo)
    text = page.get_by_label("or write it here")
    wrong = text.input_value().replace("guidance_scale", "guidence_scale").replace("tasks: 8", "tasks: 0")
    text.fill(wrong.replace("id: jazz", "id: pop"))
    page.get_by_role("button", name="Check and save as a draft", exact=True).click()
    page.get_by_text("Not accepted.").wait_for()


RATER: Mapping[str, Visit] = {"consent": consent, "sound-check": sound_check, "rater": task}
CONSOLE: Mapping[str, Visit] = {
    "login": login,
    "studies": _at("../"),
    "new-study": _at("../new/"),
    "refused": refused,
    "progress": _at(""),
    "results": _at("results/"),
    "plan": _at("plan/"),
}
# The set that is committed: (picture, page, size, scheme).
KEPT: tuple[tuple[str, str, Size, Scheme], ...] = (
    ("rater", "rater", "desk", "dark"),
    ("rater-light", "rater", "desk", "light"),
    ("rater-phone", "rater", "phone", "dark"),
    ("sound-check-phone", "sound-check", "phone", "light"),
    ("progress", "progress", "desk", "light"),
    ("results", "results", "tall", "light"),
    ("results-phone", "results", "phone", "dark"),
    ("plan", "plan", "desk", "dark"),
    ("refused", "refused", "desk", "light"),
)


@contextmanager
def demo_running(folder: Path, study: str = "examples/quickstart.yaml") -> Iterator[Demo]:
    """A demo of a study in a folder of its own, stopped by the signal that Ctrl-C sends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(  # noqa: S603 - our own
        [sys.executable, "manage.py", "demo", "--study", study],
        cwd=ROOT,
        env=_environment(folder, port),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield _links(process)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def _environment(folder: Path, port: int) -> dict[str, str]:
    ours = {"EARWITNESS_VAR": str(folder), "PUBLIC_URL": f"http://127.0.0.1:{port}", "PYTHONUNBUFFERED": "1"}
    return {
        key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "STORAGE_URL"}
    } | ours


def _links(process: subprocess.Popen[str]) -> Demo:
    """Read on, and show what the demo says, until it has said everything."""
    said: dict[str, str] = {}
    assert process.stdout is not None  # noqa: S101 - a pipe was asked for
    for line in process.stdout:
        print(f"  {line.rstrip()}", flush=True)
        if found := re.match(r"\s+(Rate|Console|Login):\s+(.+)", line):
            said[found[1]] = found[2].strip()
        if len(said) == 3:
            name, _, password = said["Login"].partition(" / ")
            return Demo(said["Rate"], said["Console"], name, password)
    sys.exit("the demo ended before it was ready")


def take(browser: Browser, demo: Demo, visit: Visit, look: Look, picture: Path) -> None:
    """One picture of what fits on the screen, by a visitor of its own."""
    context = look.context(browser)
    page = context.new_page()
    visit(page, demo)
    page.screenshot(path=picture)
    context.close()
    print(f"  {picture.name}  {picture.stat().st_size // 1024} KB", flush=True)


def wanted(every: Path | None) -> Shots:
    if every is None:
        return [(page, Look(size, scheme), IMAGES / f"{name}.png") for name, page, size, scheme in KEPT]
    return [
        (page, look, every / f"{page}-{look.size}-{look.scheme}.png")
        for page in (*RATER, *CONSOLE)
        for look in every_look()
    ]


def every_look() -> list[Look]:
    schemes: tuple[Scheme, ...] = ("light", "dark")
    sizes: tuple[Size, ...] = ("desk", "phone")
    return [Look(size, scheme) for size in sizes for scheme in schemes]


def main() -> None:
    """Take the pictures of the documents, or with --every each page at both sizes, light and dark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=Path, metavar="FOLDER", help="every page, both sizes, light and dark")
    every = parser.parse_args().every
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        sys.exit("no Chromium found; install one (Debian: apt-get install chromium)")
    sys.path.insert(0, str(ROOT))
    (every or IMAGES).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        print("Starting a demo of its own; its samples take about a minute.", flush=True)
        with demo_running(Path(folder)) as demo:
            _all(browser, demo, Path(folder), wanted(every))
        _forms(browser, every)
        if every is not None:
            _way_in(browser, every, Path(folder))
        browser.close()


def _forms(browser: Browser, every: Path | None) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django  # noqa: PLC0415 - the path is set in main

    django.setup()
    from scripts.task_forms import every_form, kept_forms, take_forms  # noqa: PLC0415 - after the settings are read

    take_forms(browser, every_form(every) if every is not None else kept_forms(IMAGES))


def _way_in(browser: Browser, every: Path, folder: Path) -> None:
    """Every station up to the feedback on practice, of a study that turns all of them on; and out of a closed one."""
    from tests.browser.conftest import serving  # noqa: PLC0415 - after the settings are read
    from tests.browser.way import through_every_station  # noqa: PLC0415 - the same

    (folder / "stage").mkdir()
    with serving(folder / "stage") as server:
        for look in every_look():
            context = look.context(browser)
            page = context.new_page()
            page.goto(f"{server.address}/s/whole-songs/")
            shoot = _camera(page, every, look)
            through_every_station(page, shoot)
            page.goto(f"{server.address}/s/shared-songs/")
            shoot("closed")
            page.get_by_role("link", name="See the results").click()
            shoot("shared-results")
            context.close()


def _camera(page: Page, folder: Path, look: Look) -> Callable[[str], None]:
    def shoot(name: str) -> None:
        page.screenshot(path=folder / f"way-in-{name}-{look.size}-{look.scheme}.png")

    return shoot


def _all(browser: Browser, demo: Demo, folder: Path, shots: Shots) -> None:
    """First the raters' pages, while there is something to rate; then the console's, with ratings."""
    for page, look, picture in shots:
        if page in RATER:
            take(browser, demo, RATER[page], look, picture)
    print("Simulated raters are on their way.", flush=True)
    port = int(demo.door.split(":")[2].split("/")[0])
    slug = demo.door.rstrip("/").rpartition("/")[2]
    command = [sys.executable, "manage.py", "simulate", slug, "--raters", "11"]
    subprocess.run(command, cwd=ROOT, env=_environment(folder, port), check=True)  # noqa: S603 - our own
    for page, look, picture in shots:
        if page in CONSOLE:
            take(browser, demo, CONSOLE[page], look, picture)


if __name__ == "__main__":
    main()
