"""A real browser, and a stage for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.chromium import chromium
from tests.player.people import REMEMBER_CONTEXTS, Rater
from tests.player.stage import Stage, Theatre


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


@pytest.fixture
def stage(theatre: Theatre) -> Stage:
    theatre.stage = Stage()
    return theatre.stage


@pytest.fixture
def rater(browser: Browser, stage: Stage, theatre: Theatre) -> Iterator[Rater]:
    context = browser.new_context(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    context.add_init_script(REMEMBER_CONTEXTS)
    somebody = Rater(context.new_page(), stage, theatre.address)
    yield somebody
    context.close()
    assert somebody.complaints == []
