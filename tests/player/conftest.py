"""A real browser, and a stage for it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.player.stage import Theatre

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="package")
def theatre() -> Iterator[Theatre]:
    opened = Theatre()
    yield opened
    opened.close()


# Closed after this folder: while it is open, its event loop would keep Django from the database.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium here, and in CI the player has to be proved in one")
        pytest.skip("NO CHROMIUM HERE: the player is not proved. Install it: apt-get install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def page(browser: Browser, theatre: Theatre) -> Iterator[Page]:
    """A page that scripts can be called on; for what keeps nothing between two tests."""
    context = browser.new_context()
    opened = context.new_page()
    opened.goto(f"{theatre.address}/static/favicon.svg")
    yield opened
    context.close()
