"""From the crowd platform through a study and back, and withdrawing, in a real browser with the real policy."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Visit

COMPLETE = "https://app.prolific.com/submissions/complete?cc=C3FULL"


def comes_from_prolific(visit: Visit, person: str) -> Page:
    """Agrees to a study in which every place is taken."""
    visit.expected = ("https://app.prolific.com/",)
    page = visit.tab()
    ids = f"PROLIFIC_PID={person}&STUDY_ID={'a1' * 12}&SESSION_ID={'b2' * 12}"
    page.goto(f"{visit.address}/s/full-songs/?{ids}")
    assert urlsplit(page.url).query == ""
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Start", exact=True).click()
    return page


def test_the_browser_is_taken_back_to_the_platform_by_itself(visit: Visit) -> None:
    arrived: list[str | None] = []

    def platform(route: Route) -> None:
        arrived.append(route.request.header_value("referer"))
        route.fulfill(body="back", content_type="text/html")

    visit.context.route("https://app.prolific.com/**", platform)
    page = comes_from_prolific(visit, "1" * 24)
    expect(page.locator(".big-code")).to_have_text("C3FULL")
    page.wait_for_url(COMPLETE, timeout=15_000)
    assert arrived == [None]


def test_who_withdraws_is_asked_once_and_is_then_unknown(visit: Visit) -> None:
    visit.context.route("https://app.prolific.com/**", lambda route: route.abort())
    page = comes_from_prolific(visit, "2" * 24)
    page.get_by_role("link", name="Remove everything of mine").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Withdraw from this study")
    page.get_by_role("button", name="Remove everything of mine").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Everything of yours has been removed")
    page.goto(f"{visit.address}/s/full-songs/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Please come through Prolific")
    visit.complaints.clear()  # the browser notes that the last page was a 403
