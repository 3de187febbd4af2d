"""A real browser, and a stage for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.chromium import chromium
from tests.player.stage import Theatre


@pytest.fixture(scope="package")
def theatre() -> Iterator[Theatre]:
    opened = Theatre()
    yield opened
    opened.close()


# Closed after this folder: while it is open, its event loop would keep Django from the database.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium("the player") as started:
        yield started


@pytest.fixture(scope="module")
def page(browser: Browser, theatre: Theatre) -> Iterator[Page]:
    """A page that scripts can be called on; for what keeps nothing between two tests."""
    context = browser.new_context()
    opened = context.new_page()
    opened.goto(f"{theatre.address}/static/favicon.svg")
    yield opened
    context.close()
