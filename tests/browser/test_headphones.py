"""A headphone check whose sound never arrives: nobody is held up, and nobody has failed."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Visit


def test_without_its_sound_the_check_can_be_left_out(visit: Visit) -> None:
    page = visit.tab()
    page.route("**/headphones/*.wav", lambda route: route.fulfill(body="no sound", content_type="audio/wav"))
    page.goto(f"{visit.address}/s/ear-songs/")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_role("button", name="Play the sound", exact=True).click()
    go_on = page.get_by_role("button", name="Go on without this check")
    expect(go_on).to_be_visible()
    go_on.click()
    page.locator("[data-station=task]").wait_for()


def test_a_page_whose_trial_was_answered_in_another_tab_says_so(visit: Visit) -> None:
    page = visit.tab()
    page.route("**/headphones/*.wav", lambda route: route.fulfill(status=404))
    page.goto(f"{visit.address}/s/ear-songs/")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_role("button", name="Play the sound", exact=True).click()
    expect(
        page.get_by_text("This page is out of date. Load it again to go on.", exact=True).first
    ).to_be_visible()
    expect(page.get_by_role("button", name="Go on without this check")).to_be_hidden()
    visit.complaints.clear()  # the browser notes the 404


def test_with_its_sound_there_is_no_way_around_it(visit: Visit) -> None:
    page = visit.tab()
    page.goto(f"{visit.address}/s/ear-songs/")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_role("button", name="Play the sound", exact=True).click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(page.get_by_role("button", name="Go on without this check")).to_be_hidden()
