"""axe-core finds nothing on any page, in the light and in the dark; and nothing sticks out on a narrow screen."""

from __future__ import annotations

import json
from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

from tests.browser.conftest import Visit
from tests.browser.test_console import logs_in
from tests.browser.test_rater import agrees, counts_the_beeps
from tests.browser.way import through_every_station

ALL = {"resultTypes": ["violations"]}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
NARROW: ViewportSize = {"width": 320, "height": 640}


def findings(page: Page) -> list[str]:
    """What axe-core says, all rules in the light and those about colour in the dark; and what is wider than 320 px."""
    found = []
    for scheme, options in (("light", ALL), ("dark", COLOURS)):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type] # one of its words
        for broken in Axe().run(page, options=options).response["violations"]:
            nodes = [node["html"][:120] for node in broken["nodes"]]
            found.append(f"{page.url} {scheme} {broken['id']}: {json.dumps(nodes)}")
    size = page.viewport_size
    page.set_viewport_size(NARROW)
    if (width := page.evaluate("document.documentElement.scrollWidth")) > NARROW["width"]:
        found.append(f"{page.url} is {width} px wide where there are {NARROW['width']}")
    if size is not None:
        page.set_viewport_size(size)
    return found


def test_every_page_of_a_rater(visit: Visit) -> None:
    page, found = visit.tab(), []

    def look(*steps: Callable[[], object]) -> None:
        for step in steps:
            step()
        found.extend(findings(page))

    look(lambda: page.goto(f"{visit.address}/s/night-songs/"))
    agrees(page, visit)
    look()
    counts_the_beeps(page, visit)
    page.locator("[data-station=task]").wait_for()
    look()
    look(lambda: page.keyboard.press("a"), page.get_by_role("button", name="Help on").first.click)
    look(lambda: page.keyboard.press("?"))
    look(lambda: page.goto(f"{visit.address}/s/night-songs/withdraw/"))
    look(lambda: page.goto(f"{visit.address}/s/full-songs/closed/"))
    assert found == []
    visit.complaints.clear()  # the browser notes that the last page was a 403


def test_every_station_of_the_way_in(visit: Visit) -> None:
    page, found = visit.tab(), []
    page.goto(f"{visit.address}/s/whole-songs/")
    through_every_station(page, lambda _: found.extend(findings(page)))
    assert found == []


def test_the_results_that_a_closed_study_shares(visit: Visit) -> None:
    page = visit.tab()
    page.goto(f"{visit.address}/s/shared-songs/")
    found = findings(page)
    page.get_by_role("link", name="See the results").click()
    page.get_by_role("heading", name="Answers").wait_for()
    assert found + findings(page) == []


def test_a_pass_in_german_with_its_help_open(visit: Visit) -> None:
    page = visit.tab()
    page.goto(f"{visit.address}/s/pass-songs/")
    page.get_by_role("checkbox").check()
    page.locator("form button[type=submit]").click()
    page.get_by_role("button", name="Hilfe zu").click()
    assert findings(page) == []


CONSOLE = (
    "",
    "new/",
    "new/plan/",
    "dusk-songs/",
    "dusk-songs/plan/",
    "dusk-songs/results/",
    "night-songs/results/",
)


def test_every_page_of_the_console(visit: Visit) -> None:
    page, found = visit.tab(), []
    page.goto(f"{visit.address}/console/")
    found.extend(findings(page))
    logs_in(page, visit)
    for path in CONSOLE:
        page.goto(f"{visit.address}/console/{path}", wait_until="networkidle")
        if peek := page.get_by_role("button", name="Show the results anyway").all():
            peek[0].click()
        found.extend(findings(page))
    assert found == []


def test_what_is_wrong_would_be_found(visit: Visit) -> None:
    page = visit.tab()
    page.goto(f"{visit.address}/s/night-songs/")
    page.evaluate("""() => {
      document.body.insertAdjacentHTML("beforeend", "<img src='/static/favicon.svg'><p class='muted wide'>grey</p>");
      document.querySelector(".wide").style.cssText = "color: rgb(140 140 140); width: 400px";
    }""")
    found = "\n".join(findings(page))
    assert "light image-alt" in found
    assert "light color-contrast" in found
    assert "px wide" in found
