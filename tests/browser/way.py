"""Through every station of a study that turns all of them on, as somebody at a keyboard who does everything right."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from playwright.sync_api import Page, expect

from raters.simulation.hearing import hear_interval
from raters.simulation.simulated_rater import count_beeps

BUTTON = "form button[type=submit]:visible"


def station(page: Page) -> str:
    return str(page.locator("[data-station]").get_attribute("data-station"))


def through_every_station(page: Page, look: Callable[[str], None]) -> None:
    """Goes from the study's link, which is open already, to the feedback on the first pair for practice."""
    seen: set[str] = set()
    while (name := station(page)) != "feedback":
        if name not in seen:
            look(name)
        seen.add(name)
        page.locator("[data-station]").evaluate("(shown) => { shown.dataset.left = 'yes'; }")
        PASSES[name](page)
        page.locator("[data-station]:not([data-left])").wait_for(timeout=10_000)
    look("feedback")


def _agree(page: Page) -> None:
    page.get_by_role("checkbox").check()
    page.locator(BUTTON).click()


def _read(page: Page) -> None:
    page.locator(BUTTON).click()


def _understand(page: Page) -> None:
    page.get_by_label("the music", exact=True).check()
    page.get_by_label("at any time", exact=True).check()
    page.locator(BUTTON).click()


def _tell(page: Page) -> None:
    page.get_by_label("Hours of music a day?").fill("2")
    page.locator(BUTTON).click()


def _count(page: Page) -> None:
    _choose(page, count_beeps(_sound(page)))


def _wear_headphones(page: Page) -> None:
    check = str(page.locator("[data-station]").get_attribute("data-check"))
    _choose(page, hear_interval(_sound(page), check))


def _sound(page: Page) -> bytes:
    url = str(page.locator("[data-station]").get_attribute("data-url"))
    return page.request.get(page.url.split("/s/")[0] + url).body()


def _choose(page: Page, answer: int) -> None:
    page.get_by_role("button", name="Play the sound", exact=True).click()
    page.get_by_role("radio", name=str(answer), exact=True).check(force=True)
    page.get_by_role("button", name="Continue", exact=True).click(timeout=15_000)


def _judge(page: Page) -> None:
    for letter in "AB":
        page.keyboard.press(letter.lower())
        page.locator(f'[data-label="{letter}"][data-heard]').wait_for(state="attached", timeout=10_000)
    page.keyboard.press("1")
    page.keyboard.press("1")
    expect(page.locator("#reason")).to_have_text("Ready to submit")
    page.keyboard.press("Enter")


PASSES: Mapping[str, Callable[[Page], None]] = {
    "consent": _agree,
    "information": _read,
    "comprehension": _understand,
    "questionnaire": _tell,
    "sound-check": _count,
    "headphones": _wear_headphones,
    "task": _judge,
}
