"""What goes wrong in front of a real server: two tabs, the Back button, a day in between."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import Server, Visit
from tests.browser.test_rater import hears, task

A_DAY_LATER = """
import django; django.setup()
from raters.assigning.claims import release_expired
from raters.models import Assignment
from studies.models import Study
from django.utils import timezone
study = Study.objects.get(slug="noon-songs")
study.assignments.filter(state="assigned").update(leased_until=timezone.now())
release_expired(study_id=study.pk)
"""


def comes(visit: Visit) -> Page:
    page = visit.tab()
    page.goto(f"{visit.address}/s/noon-songs/")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Start", exact=True).click()
    page.locator("[data-station=task]").wait_for()
    return page


def judges(page: Page) -> None:
    hears(page, "A")
    hears(page, "B")
    page.keyboard.press("4")
    page.keyboard.press("3")
    expect(page.locator("#reason")).to_have_text("Ready to submit")


def test_two_tabs_are_one_session_and_the_older_page_says_that_it_is_old(visit: Visit) -> None:
    first = comes(visit)
    second = visit.tab()
    second.goto(f"{visit.address}/s/noon-songs/")
    assert task(second) == task(first)
    judges(first)
    first.keyboard.press("Enter")
    expect(first.locator("#along")).to_have_text("2 of 6")
    second.keyboard.press("2")
    second.get_by_role("link", name="Load it again to go on").click()
    expect(second.locator("#along")).to_have_text("2 of 6")
    assert task(second) == task(first)
    visit.complaints.clear()  # the browser notes the refusal


def test_back_and_forward_lead_to_the_task_under_way(visit: Visit) -> None:
    page = comes(visit)
    judges(page)
    page.keyboard.press("Enter")
    expect(page.locator("#along")).to_have_text("2 of 6")
    now = task(page)
    page.go_back()
    expect(page.locator("#along")).to_have_text("2 of 6")
    page.go_forward()
    expect(page.locator("#along")).to_have_text("2 of 6")
    assert task(page) == now


def test_a_day_later_a_pair_that_was_given_away_is_another_one_and_nothing_breaks(
    visit: Visit, server: Server
) -> None:
    page = comes(visit)
    judges(page)
    lost = task(page)
    server.house.run("-c", A_DAY_LATER)
    page.keyboard.press("Enter")
    expect(page.locator(".notice").first).to_contain_text("You were away")
    expect(page.locator("#along")).to_have_text("1 of 6")
    assert task(page) != lost
    # What is fetched ahead has come: without the cookie it would not be found.
    page.wait_for_function("() => document.querySelector('[name=promise]').value")
    page.wait_for_load_state("networkidle")
    visit.context.clear_cookies()
    page.reload()
    expect(page.get_by_role("checkbox")).to_be_visible()


def test_the_next_pair_is_there_before_its_page(visit: Visit) -> None:
    page = comes(visit)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    judges(page)
    page.wait_for_function("() => document.querySelector('[name=promise]').value")
    page.wait_for_load_state("networkidle")
    asked.clear()
    page.keyboard.press("Enter")
    expect(page.locator("#along")).to_have_text("2 of 6")
    hears(page, "A")
    assert [url for url in asked if "/clip/" in url] == []
