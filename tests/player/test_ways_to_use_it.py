"""Other keyboards, sets at one press, long prompts, breaks."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.player.people import Rater, finishes
from tests.player.stage import Stage

PRESS = """([key, code]) => document.body.dispatchEvent(
  new KeyboardEvent("keydown", { key, code, bubbles: true, cancelable: true }))"""
LONG = "A slow ballad with brushed drums, and then a part that nobody expects. " * 12


@pytest.mark.parametrize(
    ("key", "code"), [("é", "Digit2"), ("2", "Digit2"), ("٢", "Digit2"), ("2", "Numpad2")]
)
def test_a_digit_is_known_by_what_is_on_the_key_and_by_its_place(rater: Rater, key: str, code: str) -> None:
    rater.comes()
    rater.page.evaluate(PRESS, [key, code])
    expect(rater.page.get_by_role("radio", name="Slightly prefer A").first).to_be_checked()


@pytest.mark.parametrize(("key", "code"), [("a", "KeyQ"), ("ф", "KeyA"), ("ش", "KeyA")])
def test_a_letter_is_known_by_what_is_on_the_key_and_in_other_scripts_by_its_place(
    rater: Rater, key: str, code: str
) -> None:
    rater.stage.seconds = 20
    rater.comes()
    rater.page.evaluate(PRESS, [key, code])
    expect(rater.page.locator('[data-side-card="A"][data-playing]')).to_be_attached()


def test_enter_submits_after_a_click_on_play_too(rater: Rater) -> None:
    rater.comes()
    finishes(rater)
    rater.button("Play A").click()
    rater.page.keyboard.press("Enter")
    rater.sees_task(2)


def test_enter_plays_where_the_keyboard_went_to_play(rater: Rater) -> None:
    rater.comes()
    finishes(rater)
    rater.button("Play A").focus()
    rater.page.keyboard.press("Enter")
    expect(rater.button("Pause")).to_be_visible()
    assert rater.stage.sent("submit") == []


def test_one_press_plays_a_whole_set(rater: Rater) -> None:
    rater.stage.clips_a_side = 3
    rater.comes()
    rater.button("Play set A").click()
    expect(rater.page.locator('[data-label="A 3"][data-heard]')).to_be_attached(timeout=8_000)
    assert rater.page.locator("[data-heard]").count() == 3 + 1  # the list of heard clips is one too
    expect(rater.reason()).to_have_text("Listen to B 1 to the end")


def test_b_follows_a_where_the_rater_wants_it(rater: Rater) -> None:
    rater.comes()
    rater.button("Help and keys").click()
    rater.page.get_by_label("Play B by itself when A has ended").check()
    rater.button("Close").click()
    rater.button("Play A").click()
    expect(rater.page.locator('[data-label="B"][data-heard]')).to_be_attached(timeout=8_000)


def test_a_clip_alone_does_not_play_on(rater: Rater) -> None:
    rater.comes()
    rater.hears("A")
    rater.page.wait_for_timeout(200)
    expect(rater.button("Play B")).to_be_visible()


def test_a_long_prompt_is_folded_with_a_button_and_can_be_read_whole(rater: Rater) -> None:
    rater.stage.prompt = LONG
    rater.comes()
    text = rater.page.locator("[data-prompt]")
    folded = text.bounding_box()
    rater.button("Show all of the text").click()
    unfolded = text.bounding_box()
    assert folded is not None
    assert unfolded is not None
    assert unfolded["height"] > 1.5 * folded["height"]
    assert text.evaluate("(shown) => shown.scrollHeight <= shown.clientHeight + 1")
    rater.button("Show less").click()
    assert text.bounding_box() == folded


def test_a_short_prompt_has_no_button(rater: Rater) -> None:
    rater.comes()
    expect(rater.page.locator("[data-prompt-button]")).to_be_hidden()


def test_after_a_long_sitting_a_break_is_suggested_once(rater: Rater) -> None:
    rater.comes()
    now = int(rater.page.evaluate("Date.now()"))
    sitting = f'{{"since": {now - 21 * 60_000}, "last": {now - 30_000}}}'
    rater.page.evaluate("(kept) => localStorage.setItem('earwitness-sitting', kept)", sitting)
    rater.page.reload()
    expect(rater.page.locator("[data-break]")).to_contain_text("A short break keeps the ears fresh")
    rater.button("Go on").click()
    expect(rater.page.locator("[data-break]")).to_be_hidden()
    rater.page.reload()
    expect(rater.reason()).to_have_text("Listen to A to the end")
    expect(rater.page.locator("[data-break]")).to_be_hidden()


def test_the_players_stay_in_reach_on_a_phone(rater: Rater) -> None:
    rater.stage.criteria = 3
    rater.comes()
    rater.page.set_viewport_size({"width": 390, "height": 680})
    rater.page.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(rater.button("Play A")).to_be_in_viewport()
    expect(rater.button("Submit")).to_be_in_viewport()


@pytest.mark.parametrize("scale", [100, 200])
def test_text_of_double_size_overlaps_nothing_on_a_wide_screen(rater: Rater, scale: int) -> None:
    rater.page.set_viewport_size({"width": 1440, "height": 900})
    rater.stage.absolute = True
    rater.comes()
    rater.page.evaluate(
        "(scale) => { document.documentElement.style.fontSize = `${1.0625 * scale}%`; }", scale
    )
    overlaps = rater.page.evaluate("""() => {
      const shown = [...document.querySelectorAll(".point .full, .point .dot, h2, .question, .time, .letter, .reason")]
        .filter((each) => each.getClientRects().length && each.textContent.trim())
        .map((each) => [each.className + each.textContent.trim(), each.getBoundingClientRect()]);
      return shown.flatMap(([name, a], n) => shown.slice(n + 1)
        .filter(([, b]) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2
          && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2)
        .map(([other]) => `${name} / ${other}`));
    }""")
    assert overlaps == []
    assert rater.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_questions_of_a_set_of_six_are_above_the_fold_of_a_laptop(rater: Rater, stage: Stage) -> None:
    stage.clips_a_side, stage.criteria = 6, 1
    rater.page.set_viewport_size({"width": 1440, "height": 900})
    rater.comes()
    expect(rater.button("Submit")).to_be_in_viewport()
