"""What goes wrong in a browser: scripts that do not start, storage that refuses, clips that are broken or slow."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path

import numpy as np
import pytest
import soundfile
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, Page, Route, expect

from tests.player.people import Rater, finishes, wait_until
from tests.player.stage import Stage, Theatre

STORAGES = {
    "throws": """Object.defineProperty(window, "localStorage", {
      get() { throw new DOMException("no", "SecurityError"); } })""",
    "is null": "Object.defineProperty(window, 'localStorage', { value: null })",
    "is full": "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }",
}


def starting(page: Page) -> str:
    return page.locator("#starting").inner_text()


def test_a_page_that_stands_has_no_word_about_starting(rater: Rater) -> None:
    rater.comes()
    expect(rater.page.locator("#starting")).to_be_hidden()


@pytest.mark.parametrize("script", ["player.js", "station.js", "storage.js"])
def test_a_blocked_script_is_named_with_what_to_do(rater: Rater, script: str) -> None:
    rater.page.route(f"**/{script}", lambda route: route.abort())
    rater.comes()
    expect(rater.page.locator("#starting")).to_be_visible()
    expect(rater.page.locator("#starting")).to_contain_text("This page has not started completely")
    expect(rater.page.locator("[data-what]")).to_contain_text(".js")
    expect(rater.page.get_by_role("link", name="Load the page again")).to_be_visible()


def test_a_page_whose_every_script_is_blocked_says_so_after_a_while(rater: Rater) -> None:
    rater.page.route("**/*.js", lambda route: route.abort())
    rater.comes()
    expect(rater.page.locator("#starting")).to_be_visible(timeout=8_000)


def test_a_script_that_fails_while_it_starts_is_no_dead_page(rater: Rater) -> None:
    rater.page.route("**/gate.js", lambda route: route.fulfill(body="throw new Error('broken gate')"))
    rater.comes()
    expect(rater.page.locator("#starting")).to_be_visible()
    rater.complaints.clear()


@pytest.mark.parametrize("script", STORAGES.values(), ids=STORAGES.keys())
def test_a_task_is_done_where_the_browser_keeps_nothing(rater: Rater, script: str) -> None:
    rater.page.add_init_script(script)
    rater.comes()
    finishes(rater)
    rater.button("Submit").click()
    rater.sees_task(2)
    expect(rater.page.locator("#starting")).to_be_hidden()


def test_a_browser_without_web_audio_is_told_to_take_another(rater: Rater) -> None:
    rater.page.add_init_script("delete window.AudioContext; delete window.webkitAudioContext")
    rater.comes()
    expect(rater.page.locator("[data-problem]")).to_contain_text("This browser cannot play sound in a page")
    rater.answers("Musicality", "No preference")
    wait_until(rater.stage, "answer", 1)


@pytest.mark.parametrize("station", ["task", "sound-check", "headphones"])
def test_without_scripts_no_station_shows_a_player(
    browser: Browser, stage: Stage, theatre: Theatre, station: str
) -> None:
    assert stage.done == 0
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{theatre.address}/s/demo/{station}/")
    expect(page.locator("noscript p")).to_contain_text("Please turn JavaScript on")
    expect(page.locator(".play").first).to_be_hidden()
    context.close()


def test_a_broken_clip_does_not_silence_the_other_side(rater: Rater) -> None:
    rater.stage.broken = {"B0"}
    rater.comes()
    rater.hears("A")
    rater.button("Play B").click()
    expect(rater.page.locator("[data-problem]")).to_contain_text("B could not be played")
    expect(rater.page.locator('[data-label="B"] [data-time]')).to_have_text("Not loaded")


def test_a_clip_that_was_mended_plays_at_the_next_press(rater: Rater) -> None:
    rater.stage.broken = {"A0"}
    rater.comes()
    rater.button("Play A").click()
    expect(rater.page.locator("[data-problem]")).to_be_visible()
    rater.stage.broken.clear()
    rater.hears("A")
    expect(rater.page.locator("[data-problem]")).to_be_hidden()


def test_a_plays_while_b_is_still_on_its_way_and_b_says_how_far_it_is(rater: Rater) -> None:
    held: list[Route] = []
    rater.page.route("**/clip/0B0", lambda route: held.append(route))  # noqa: PLW0108 - a builtin is refused
    rater.comes()
    expect(rater.page.locator('[data-label="B"] [data-time]')).to_have_text("Loading 0%")
    rater.hears("A")
    rater.button("Play B").click()
    expect(rater.page.locator("#live")).to_contain_text("B is loading, 0%")
    held[0].continue_()
    expect(rater.page.locator('[data-label="B"][data-heard]')).to_be_attached(timeout=8_000)


def test_clips_come_one_after_the_other_and_the_one_that_is_wanted_first(rater: Rater) -> None:
    rater.stage.clips_a_side = 2
    held: list[Route] = []
    rater.page.route("**/clip/0A0", lambda route: held.append(route))  # noqa: PLW0108 - a builtin is refused
    rater.comes()
    expect(rater.page.locator('[data-label="A 1"] [data-time]')).to_have_text("Loading 0%")
    assert rater.stage.asked == []
    rater.hears("B 2")
    assert rater.stage.asked == ["/clip/0B1"]
    held[0].continue_()
    rater.hears("A 1")


def test_this_browser_is_sent_flac_because_it_decodes_it_to_the_same_samples(rater: Rater) -> None:
    rater.comes()
    rater.hears("A")
    assert rater.stage.types[0].startswith("audio/flac")


def test_the_probe_of_the_flac_decoder_holds_the_samples_that_it_is_compared_with() -> None:
    source = Path(str(finders.find("raters/flac.js"))).read_text()
    packed = "".join(re.findall(r'^  "([A-Za-z0-9+/=]+)",$', source, re.MULTILINE))
    found, rate = soundfile.read(io.BytesIO(base64.b64decode(packed)), dtype="int16")
    n = np.arange(400)
    left = 40 * (100 - np.abs(n % 400 - 200)) + n * 7919 % 61
    assert rate == 32_000
    assert np.array_equal(found, np.stack([left, left - n * 104_729 % 97 - 50], axis=1))


def test_studies_whose_names_begin_alike_leave_each_others_answers_alone(rater: Rater) -> None:
    rater.comes()
    mine, theirs = "earwitness-waiting /s/demo/task/old/", "earwitness-waiting /s/demo-two/task/old/"
    rater.page.evaluate("(keys) => keys.forEach((key) => localStorage.setItem(key, '[]'))", [mine, theirs])
    rater.page.reload()
    expect(rater.reason()).to_have_text("Listen to A to the end")
    kept = rater.page.evaluate("Object.keys(localStorage)")
    assert theirs in kept
    assert mine not in kept


def test_a_reload_loses_nothing_of_what_was_heard(rater: Rater) -> None:
    rater.stage.seconds = 3
    rater.comes()
    rater.listens("B", 0.3)
    rater.listens("A", 0.5)
    rater.button("Pause").click()
    rater.page.reload()
    assert rater.position("A") >= 0.5
    rater.hears("A", "B")
    rater.answers("Acoustic quality", "No preference")
    rater.answers("Musicality", "No preference")
    rater.button("Submit").click()
    rater.sees_task(2)
    (sent,) = rater.stage.sent("submit")
    assert all(3_000 <= int(sent[f"played_ms_{side}"]) < 3_300 for side in "AB")
    assert int(sent["switches"]) == 2
    assert int(sent["response_ms"]) >= 6_000


def test_any_listening_opens_the_gate_while_the_clip_still_plays(rater: Rater) -> None:
    rater.stage.listen = "any"
    rater.stage.seconds = 20
    rater.comes()
    rater.listens("A", 0.1)
    rater.listens("B", 0.1)
    expect(rater.button("Pause")).to_be_visible()
    expect(rater.reason()).to_have_text("Answer Acoustic quality")


def test_an_answer_that_was_not_saved_is_asked_for_again(rater: Rater) -> None:
    rater.stage.refusing = True
    rater.comes()
    finishes(rater)
    expect(rater.reason()).to_have_text("Answer Acoustic quality again: it was not saved")
    rater.stage.refusing = False
    rater.answers("Acoustic quality", "No preference")
    rater.answers("Musicality", "Slightly prefer A")
    expect(rater.reason()).to_have_text("Ready to submit")


def test_a_page_that_is_out_of_date_says_only_that(rater: Rater) -> None:
    rater.stage.taken_away = True
    rater.comes()
    rater.answers("Musicality", "Strongly prefer A")
    expect(rater.page.get_by_role("link", name="Load it again to go on")).to_be_visible()
    expect(rater.page.locator("[data-problem]")).to_be_hidden()
    expect(rater.reason()).to_have_text("This page is out of date. Load it again to go on.")


def test_a_refused_submission_is_not_still_being_sent(rater: Rater) -> None:
    rater.comes()
    finishes(rater)
    rater.page.route("**/submit/", lambda route: route.fulfill(status=403, body="no"))
    rater.button("Submit").click()
    expect(rater.reason()).to_have_text("This page is out of date. Load it again to go on.")


def test_try_now_does_not_wait_for_the_next_try(rater: Rater) -> None:
    rater.comes()
    rater.page.route("**/answer/", lambda route: route.abort())
    rater.answers("Musicality", "Strongly prefer A")
    expect(rater.page.locator('[data-criterion="Musicality"] [data-saved-word]')).to_have_text(
        "Waiting for the connection"
    )
    rater.page.clock.install()
    rater.page.unroute("**/answer/")
    rater.button("Try now").click()
    wait_until(rater.stage, "answer", 1)
    expect(rater.page.locator("[data-problem]")).to_be_hidden()


def test_a_sound_that_the_browser_closes_while_it_plays_is_named(rater: Rater) -> None:
    rater.stage.seconds = 20
    rater.comes()
    rater.listens("A", 0.1)
    rater.page.evaluate("contexts[0].close()")
    expect(rater.page.locator("[data-problem]")).to_contain_text("The browser has closed the sound")
    rater.listens("A", 0.2)
    expect(rater.page.locator("[data-problem]")).to_be_hidden()
