"""A whole session with everything in it: practice with its feedback, a pair that counts, gold, a repeat, the thanks."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.test_accessibility import findings
from tests.browser.test_rater import hears


def rates(page: Page) -> None:
    """Hears both, answers both questions and submits."""
    hears(page, "A")
    hears(page, "B")
    page.keyboard.press("2")
    page.keyboard.press("4")
    page.keyboard.press("Enter")


def test_practice_is_explained_and_what_follows_looks_alike(visit: Visit) -> None:
    page = visit.tab()
    page.goto(f"{visit.address}/s/work-songs/")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.locator("#along")).to_have_text("Practice 1 of 1")
    rates(page)
    expect(page.locator("[data-station=feedback]")).to_contain_text("on purpose")
    page.reload()
    page.get_by_role("button", name="Play B", exact=True).click()
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    assert findings(page) == []
    page.get_by_role("link", name="Begin", exact=True).click()
    for number in (1, 2, 3):
        expect(page.locator("#along")).to_have_text(f"{number} of 3")
        expect(page.get_by_text("practice")).to_have_count(0)
        rates(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    assert any("/clip/" in url for url in visit.asked)
