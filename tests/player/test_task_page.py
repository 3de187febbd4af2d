"""The task page as a rater uses it: by mouse, by keyboard, with a bad connection, with a suspended sound."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.house import wait_for
from tests.player.people import Rater, finishes, wait_until
from tests.player.stage import Stage, Theatre


def test_submit_opens_when_both_clips_are_heard_and_every_question_is_answered(rater: Rater) -> None:
    rater.comes()
    expect(rater.button("Submit")).to_be_disabled()
    expect(rater.reason()).to_have_text("Listen to A to the end")
    rater.hears("A")
    expect(rater.reason()).to_have_text("Listen to B to the end")
    rater.hears("B")
    rater.answers("Acoustic quality", "Strongly prefer B")
    expect(rater.reason()).to_have_text("Answer Musicality")
    rater.answers("Musicality", "No preference")
    expect(rater.button("Submit")).to_be_enabled()
    rater.button("Submit").click()
    rater.sees_task(2)
    (sent,) = rater.stage.sent("submit")
    assert (sent["acoustic_quality"], sent["musicality"], sent["switches"]) == ("2", "0", "1")
    # The end is noticed by a clock of the page's: a few milliseconds late where the machine is busy.
    assert all(400 <= int(sent[f"played_ms_{side}"]) < 450 for side in "AB")
    assert int(sent["response_ms"]) >= 800


def test_a_heard_clip_is_reported_once_with_its_whole_length(rater: Rater) -> None:
    rater.comes()
    rater.hears("A")
    wait_until(rater.stage, "heard", 1)
    rater.hears("A")
    (sent,) = rater.stage.sent("heard")
    assert (sent["side"], sent["clip"]) == ("A", "0")
    assert 400 <= int(sent["played_ms"]) < 450


def test_a_click_on_submit_that_is_not_open_leads_to_what_is_missing(rater: Rater) -> None:
    rater.comes()
    rater.hears("A", "B")
    rater.button("Submit").click(force=True)
    assert rater.stage.sent("submit") == []
    expect(rater.page.get_by_role("radiogroup", name="Acoustic quality")).to_be_focused()


def test_the_whole_task_by_keyboard(rater: Rater) -> None:
    rater.comes()
    rater.page.keyboard.press("a")
    expect(rater.page.locator('[data-label="A"][data-heard]')).to_be_attached()
    rater.page.keyboard.press("x")
    expect(rater.page.locator('[data-label="B"][data-heard]')).to_be_attached()
    rater.page.keyboard.press("5")
    rater.page.keyboard.press("2")
    expect(rater.reason()).to_have_text("Ready to submit")
    rater.page.keyboard.press("Enter")
    rater.sees_task(2)
    (sent,) = rater.stage.sent("submit")
    assert (sent["acoustic_quality"], sent["musicality"]) == ("2", "-1")


def test_the_space_bar_plays_and_pauses_the_current_clip(rater: Rater) -> None:
    rater.stage.seconds = 20
    rater.comes()
    rater.page.keyboard.press("b")
    expect(rater.button("Pause")).to_be_visible()
    expect(rater.button("Play A")).to_be_visible()
    rater.page.keyboard.press(" ")
    expect(rater.button("Play B")).to_be_visible()
    rater.page.keyboard.press(" ")
    expect(rater.button("Pause")).to_be_visible()


def test_keys_can_be_turned_off(rater: Rater) -> None:
    rater.page.set_viewport_size({"width": 1280, "height": 900})
    rater.comes()
    rater.button("Turn keys off").click()
    rater.page.keyboard.press("a")
    rater.page.wait_for_timeout(100)
    expect(rater.button("Play A")).to_be_visible()
    expect(rater.button("Turn keys on")).to_be_visible()


def test_a_double_click_submits_once(rater: Rater) -> None:
    rater.comes()
    finishes(rater)
    rater.button("Submit").dblclick()
    rater.sees_task(2)
    rater.page.wait_for_timeout(300)
    assert len(rater.stage.sent("submit")) == 1


def test_after_a_submission_the_focus_is_on_the_new_heading_and_its_place_is_said(rater: Rater) -> None:
    rater.comes()
    finishes(rater)
    rater.button("Submit").click()
    rater.sees_task(2)
    expect(rater.page.get_by_role("heading", level=1)).to_be_focused()
    expect(rater.page.locator("#live")).to_have_text("2 of 20")


def test_the_next_task_plays_without_another_context(rater: Rater) -> None:
    rater.comes()
    finishes(rater)
    rater.button("Submit").click()
    rater.sees_task(2)
    rater.hears("A")
    assert rater.page.evaluate("contexts.length") == 1


def test_the_next_pair_is_fetched_and_decoded_while_this_one_is_judged(rater: Rater) -> None:
    rater.stage.looks_ahead = True
    rater.comes()
    finishes(rater)
    wait_for(lambda: {"/clip/ahead/1A0", "/clip/ahead/1B0"} <= set(rater.stage.asked), seconds=20)
    rater.button("Submit").click()
    rater.sees_task(2)
    rater.hears("A", "B")
    assert rater.stage.sent("submit")[0]["promise"] == "a promise"
    assert sorted(rater.stage.asked[:4]) == ["/clip/0A0", "/clip/0B0", "/clip/ahead/1A0", "/clip/ahead/1B0"]
    assert not {"/clip/1A0", "/clip/1B0"} & set(rater.stage.asked)


def test_what_was_fetched_for_a_pair_that_did_not_come_is_not_played(rater: Rater) -> None:
    rater.stage.looks_ahead = True
    rater.comes()
    finishes(rater)
    rater.stage.done = 4
    rater.button("Submit").click()
    rater.sees_task(6)
    rater.hears("A")
    assert {"/clip/5A0", "/clip/5B0"} <= set(rater.stage.asked)


def test_each_clip_keeps_its_own_place(rater: Rater) -> None:
    rater.stage.seconds = 20
    rater.comes()
    rater.listens("A", 0.5)
    rater.listens("B", 0.1)
    left = rater.position("A")
    assert left >= 0.5
    rater.button("Play A").click()
    assert left <= rater.position("A") < 10


def test_nobody_can_skip_to_the_end(rater: Rater) -> None:
    rater.stage.seconds = 20
    rater.comes()
    rater.listens("A", 0.2)
    rater.page.get_by_role("slider", name="Position in A").press("End")
    assert rater.position("A") < 10
    expect(rater.reason()).to_have_text("Listen to A to the end")


def test_one_may_go_back_to_the_start(rater: Rater) -> None:
    rater.stage.seconds = 20
    rater.comes()
    rater.listens("A", 0.2)
    rater.button("Pause").click()
    rater.page.get_by_role("slider", name="Position in A").press("Home")
    assert rater.position("A") == 0


def test_each_answer_is_sent_at_once_and_shown_as_saved(rater: Rater) -> None:
    rater.comes()
    rater.answers("Musicality", "Strongly prefer A")
    wait_until(rater.stage, "answer", 1)
    assert rater.stage.sent("answer") == [{"name": "musicality", "value": "-2"}]
    saved = rater.page.locator('[data-criterion="Musicality"] [data-saved]')
    expect(saved).to_have_text(re.compile("Saved"))


def test_answers_given_without_a_connection_arrive_when_it_is_back(rater: Rater) -> None:
    rater.comes()
    rater.hears("A", "B")
    rater.page.context.set_offline(True)
    rater.answers("Acoustic quality", "Strongly prefer A")
    rater.answers("Musicality", "Strongly prefer B")
    expect(rater.page.locator("[data-problem]")).to_contain_text("No connection")
    rater.button("Submit").click()
    expect(rater.reason()).to_have_text("Sending your answers")
    rater.page.context.set_offline(False)
    rater.sees_task(2)
    assert len(rater.stage.sent("submit")) == 1
    assert {answer["name"] for answer in rater.stage.sent("answer")} == {"acoustic_quality", "musicality"}


def test_what_could_not_be_sent_is_there_after_the_page_was_loaded_again_and_is_sent(rater: Rater) -> None:
    rater.comes()
    rater.hears("A")
    wait_until(rater.stage, "heard", 1)
    rater.page.route(re.compile("/(answer|heard)/$"), lambda route: route.abort())
    rater.hears("B")
    rater.answers("Acoustic quality", "Strongly prefer A")
    rater.page.on("dialog", lambda dialog: dialog.accept())
    rater.page.reload()
    chosen = rater.page.get_by_role("radio", name="Strongly prefer A").first
    expect(chosen).to_be_checked()
    expect(rater.reason()).to_have_text("Answer Musicality")
    rater.page.unroute(re.compile("/(answer|heard)/$"))
    rater.page.evaluate("dispatchEvent(new Event('online'))")
    wait_until(rater.stage, "answer", 1)
    wait_until(rater.stage, "heard", 2)
    assert rater.stage.sent("answer") == [{"name": "acoustic_quality", "value": "-2"}]
    assert rater.page.evaluate("Object.keys(localStorage).filter((key) => key.includes('waiting'))") == []


def test_a_server_that_stumbles_costs_nothing(rater: Rater) -> None:
    rater.comes()
    finishes(rater)
    wait_until(rater.stage, "answer", 2)
    rater.stage.failing = 1
    rater.button("Submit").click()
    rater.sees_task(2)
    assert len(rater.stage.sent("submit")) == 1


def test_a_clip_that_the_server_does_not_believe_has_to_be_heard_again(rater: Rater) -> None:
    rater.stage.disbelieving = 1
    rater.comes()
    rater.button("Play A").click()
    expect(rater.page.locator("[data-problem]")).to_have_text(re.compile("Quicker than the clip lasts"))
    expect(rater.reason()).to_have_text("Listen to A to the end")
    rater.hears("A")
    expect(rater.reason()).to_have_text("Listen to B to the end")


def test_an_answer_to_a_task_that_went_to_somebody_else_offers_to_load_the_page_again(rater: Rater) -> None:
    rater.stage.taken_away = True
    rater.comes()
    rater.answers("Musicality", "Strongly prefer A")
    expect(rater.page.get_by_role("link", name="Load it again to go on")).to_be_visible()
    expect(rater.page.locator('[data-criterion="Musicality"] [data-saved]')).to_have_text(
        re.compile("Not saved")
    )


def test_what_was_heard_and_answered_is_there_again_after_a_reload(rater: Rater) -> None:
    rater.comes()
    finishes(rater)
    wait_until(rater.stage, "answer", 2)
    rater.page.reload()
    expect(rater.reason()).to_have_text("Ready to submit")
    rater.button("Submit").click()
    rater.sees_task(2)


def test_a_suspended_sound_offers_to_continue_and_goes_on(rater: Rater) -> None:
    rater.stage.seconds = 20
    rater.comes()
    rater.listens("A", 0.1)
    rater.page.evaluate("contexts[0].suspend()")
    rater.button("Tap to continue").click()
    expect(rater.button("Tap to continue")).to_be_hidden()
    before = rater.position("A")
    rater.page.wait_for_timeout(500)
    assert rater.position("A") > before


def test_a_sound_that_was_closed_opens_again_at_another_rate_and_from_the_same_place(rater: Rater) -> None:
    rater.stage.seconds = 20
    rater.comes()
    rater.listens("A", 0.3)
    rater.button("Pause").click()
    left = rater.position("A")
    rater.page.evaluate("contexts[0].close()")
    rater.page.evaluate("window.rate = 22050")
    rater.listens("A", left + 0.2)
    assert rater.page.evaluate("contexts.map((context) => context.state)") == ["closed", "running"]
    assert rater.page.evaluate("contexts[1].sampleRate") == 22050


def test_a_clip_that_could_not_be_loaded_is_fetched_again_by_play(rater: Rater) -> None:
    rater.page.route("**/clip/*", lambda route: route.fulfill(status=503))
    rater.page.clock.install()
    rater.comes()
    for _ in range(4):
        rater.page.wait_for_timeout(100)
        rater.page.clock.run_for(40_000)
    expect(rater.page.locator("[data-problem]")).to_contain_text("could not be loaded")
    rater.page.unroute("**/clip/*")
    rater.page.clock.resume()
    rater.hears("A")
    expect(rater.page.locator("[data-problem]")).to_be_hidden()


def test_a_set_has_a_player_for_every_clip(rater: Rater) -> None:
    rater.stage.clips_a_side = 2
    rater.stage.seconds = 0.3
    rater.comes()
    rater.hears("A 1", "A 2", "B 1")
    expect(rater.reason()).to_have_text("Listen to B 2 to the end")
    rater.hears("B 2")
    assert {(one["side"], one["clip"]) for one in rater.stage.sent("heard")} >= {("A", "1"), ("B", "0")}


def test_an_absolute_scale_asks_about_each_side(rater: Rater) -> None:
    rater.stage.absolute = True
    rater.comes()
    rater.hears("A", "B")
    rater.answers("Acoustic quality A", "Good")
    expect(rater.reason()).to_have_text("Answer Acoustic quality B")
    rater.answers("Acoustic quality B", "Bad")
    wait_until(rater.stage, "answer", 2)
    assert rater.stage.saved == {"acoustic_quality_A": "4", "acoustic_quality_B": "1"}


def test_where_any_listening_is_enough_a_clip_only_has_to_be_played(rater: Rater) -> None:
    rater.stage.listen = "any"
    rater.stage.seconds = 20
    rater.comes()
    expect(rater.reason()).to_have_text("Listen to A")
    rater.listens("A", 0.1)
    rater.listens("B", 0.1)
    rater.button("Pause").click()
    expect(rater.reason()).to_have_text("Answer Acoustic quality")


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_both_cards_are_the_same_and_nothing_sticks_out(rater: Rater, width: int) -> None:
    rater.page.set_viewport_size({"width": width, "height": 800})
    rater.comes()
    # Both in one look: the page may still settle between two.
    first, second = (
        rater.page.evaluate("""() => [...document.querySelectorAll("[data-side-card]")].map((card) => {
      const { width, height, y } = card.getBoundingClientRect();
      return [width, height, y];
    })""")
    )
    assert first == second
    assert rater.page.evaluate("document.documentElement.scrollWidth") <= width


def test_everything_one_can_touch_is_44_pixels_high(rater: Rater) -> None:
    rater.page.set_viewport_size({"width": 320, "height": 700})
    rater.comes()
    targets = rater.page.locator("button, input:not([type=hidden], [type=radio]), .point").all()
    heights = [box["height"] for target in targets if (box := target.bounding_box())]
    assert len(heights) == 1 + 2 + 2 + 1 + 10 + 2 + 1
    assert min(heights) >= 44


def test_without_scripts_the_page_says_what_to_do(browser: Browser, stage: Stage, theatre: Theatre) -> None:
    assert stage.done == 0
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{theatre.address}/s/demo/task/")
    expect(page.locator("noscript p")).to_be_visible()
    expect(page.locator("noscript p")).to_contain_text("Please turn JavaScript on")
    expect(page.locator(".task")).to_be_hidden()
    context.close()


def test_the_sound_check_wants_to_be_heard_and_answered(rater: Rater) -> None:
    rater.page.goto(f"{rater.address}/s/demo/sound-check/")
    expect(rater.button("Continue")).to_be_disabled()
    rater.button("Play the sound").click()
    expect(rater.reason()).to_have_text("Choose how many beeps you heard")
    rater.answers("How many beeps did you hear?", "3")
    rater.button("Continue").click()
    wait_until(rater.stage, "sound-check", 1)
    assert rater.stage.sent("sound-check")[0]["answer"] == "3"
