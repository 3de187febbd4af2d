"""The rater's main path, from the link to the thanks, through the real server."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from raters.simulation.simulated_rater import count_beeps
from tests.browser.conftest import Visit


def agrees(page: Page, visit: Visit) -> None:
    page.goto(f"{visit.address}/s/night-songs/")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Start", exact=True).click()


def counts_the_beeps(page: Page, visit: Visit) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Can you hear this?")
    sound = page.locator("[data-station=sound-check]").get_attribute("data-url")
    heard = count_beeps(page.request.get(f"{visit.address}{sound}").body())
    page.get_by_role("button", name="Play the sound", exact=True).click()
    page.get_by_role("radio", name=str(heard), exact=True).check(force=True)
    page.get_by_role("button", name="Continue", exact=True).click(timeout=15_000)


def hears(page: Page, letter: str) -> None:
    page.keyboard.press(letter.lower())
    page.locator(f'[data-label="{letter}"][data-heard]').wait_for(state="attached", timeout=10_000)


def task(page: Page) -> tuple[str | None, str]:
    """The assignment's address and the prompt."""
    station = page.locator("[data-station=task]")
    return station.get_attribute("data-task-url"), page.get_by_role("heading", level=1).inner_text()


def submit_is_open(page: Page) -> bool:
    return page.get_by_role("button", name="Submit", exact=True).is_enabled()


def test_from_the_link_to_the_thanks_with_the_keyboard_and_a_closed_tab(visit: Visit) -> None:
    page = visit.tab()
    agrees(page, visit)
    counts_the_beeps(page, visit)

    expect(page.locator("#along")).to_have_text("1 of 2")
    first = task(page)
    assert not submit_is_open(page)
    hears(page, "A")
    assert not submit_is_open(page)
    with page.expect_response(lambda response: response.url.endswith("/answer/")):
        page.keyboard.press("4")
    page.close()

    page = visit.tab()
    page.goto(f"{visit.address}/s/night-songs/")
    expect(page.locator("#along")).to_have_text("1 of 2")
    assert task(page) == first
    expect(page.locator('[data-label="A"][data-heard]')).to_be_attached()
    expect(page.get_by_role("radio", checked=True)).to_have_count(1)
    assert not submit_is_open(page)
    hears(page, "B")
    page.keyboard.press("2")
    expect(page.locator("#reason")).to_have_text("Ready to submit")
    page.keyboard.press("Enter")

    expect(page.locator("#along")).to_have_text("2 of 2")
    assert task(page) != first
    hears(page, "A")
    hears(page, "B")
    page.keyboard.press("3")
    page.keyboard.press("3")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
