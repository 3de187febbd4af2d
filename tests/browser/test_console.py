"""The researcher's main path: log in, watch, decide to look, download, analyse again."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import Server, Visit
from tests.browser.stage import NAME, PASSWORD


def logs_in(page: Page, visit: Visit) -> None:
    page.goto(f"{visit.address}/console/")
    page.get_by_label("Name").fill(NAME)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Studies")


def tab(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Study").get_by_role("link", name=name, exact=True).click()


def downloads(page: Page, folder: Path) -> Path:
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download the CSV bundle", exact=True).click()
    with zipfile.ZipFile(waiting.value.path()) as archive:
        archive.extractall(folder)
    return folder / "day-songs"


def test_from_the_login_to_the_same_numbers_again(visit: Visit, server: Server, tmp_path: Path) -> None:
    page = visit.tab()
    logs_in(page, visit)
    page.get_by_role("link", name="day-songs").click()
    expect(page.locator("#where")).to_contain_text("40 of 48 comparisons rated")

    tab(page, "Results")
    expect(page.locator(".lede")).to_have_text("Nothing is decided yet.")
    page.get_by_role("button", name="Show the results anyway", exact=True).click()
    expect(page.get_by_role("heading", name="Answers", exact=True)).to_be_visible()
    expect(page.get_by_text("looked at before the close")).to_be_visible()
    assert page.locator("figure svg").count() >= 4

    exported = downloads(page, tmp_path)
    again = tmp_path / "again"
    server.house.run("-m", "analysis", str(exported / "ratings.csv"), "--out", str(again))
    for name in ("results.json", "report.html", "pairs.csv"):
        assert (again / name).read_bytes() == (exported / name).read_bytes()


def test_the_live_part_follows_the_study_and_times_are_the_readers_own(visit: Visit, server: Server) -> None:
    page = visit.tab()
    logs_in(page, visit)
    page.goto(f"{visit.address}/console/dawn-songs/")
    zone = re.compile(r"UTC|GMT|[+-]\d")
    expect(page.locator("#where time").first).to_have_attribute("title", zone)
    server.house.manage("study", "pause", "dawn-songs")
    expect(page.locator("#where")).to_contain_text("Paused", timeout=15_000)
    page.get_by_role("link", name="Open again", exact=True).click()
    page.locator("main form button[type=submit]").click()
    expect(page.get_by_role("status")).to_contain_text("Raters come in by the link below")


def test_no_page_of_the_console_asks_for_what_the_policy_forbids(visit: Visit) -> None:
    page = visit.tab()
    logs_in(page, visit)
    for path in ("new/", "new/plan/", "night-songs/", "night-songs/results/", "day-songs/plan/"):
        page.goto(f"{visit.address}/console/{path}", wait_until="networkidle")
