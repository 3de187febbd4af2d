"""What the study lets a rater do with the sound: where a switch leads, how far one may seek, repeating a part."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from studies.spec.protocol import Player
from tests.player.people import Rater


@pytest.fixture
def long(rater: Rater) -> Rater:
    """Clips that do not end during a test."""
    rater.stage.seconds = 20
    return rater


def test_the_same_time_goes_on_in_the_other_clip_and_a_hole_is_not_heard(rater: Rater) -> None:
    rater.stage.player = Player(position="same_time")
    rater.stage.seconds = 1.2
    rater.comes()
    rater.listens("A", 0.4)
    rater.button("Play B").click()
    expect(rater.button("Play B")).to_be_visible()
    expect(rater.reason()).to_have_text("Listen to A to the end")
    assert rater.position("A") == rater.position("B") == 1.2
    rater.hears("A")
    expect(rater.reason()).to_have_text("Listen to the parts of B that you have not heard")
    rater.listens("B", 0.6)
    expect(rater.reason()).to_have_text("Answer Acoustic quality")


def test_with_restart_every_switch_begins_anew_and_a_pause_does_not(long: Rater) -> None:
    long.stage.player = Player(position="restart")
    long.comes()
    long.listens("A", 0.6)
    long.page.keyboard.press(" ")
    paused = long.position("A")
    long.page.keyboard.press(" ")
    assert long.position("A") >= paused
    long.page.keyboard.press("b")
    expect(long.button("Play A")).to_be_visible()
    long.page.keyboard.press("a")
    expect(long.button("Play B")).to_be_visible()
    assert long.position("A") < 0.6


def test_where_nobody_may_seek_the_place_can_be_seen_and_not_moved(long: Rater) -> None:
    long.stage.player = Player(seek="none")
    long.comes()
    long.listens("A", 0.5)
    expect(long.page.get_by_role("slider", name="Position in A")).to_be_disabled()
    long.page.keyboard.press("ArrowLeft")
    assert long.position("A") >= 0.5


def test_where_one_may_seek_anywhere_what_was_skipped_is_not_heard(long: Rater) -> None:
    long.stage.player = Player(seek="anywhere")
    long.comes()
    long.page.keyboard.press("a")
    expect(long.button("Pause")).to_be_visible()
    for _ in range(9):
        long.page.keyboard.press("ArrowRight")
    assert long.position("A") >= 18
    expect(long.button("Play A")).to_be_visible(timeout=8_000)
    expect(long.reason()).to_have_text("Listen to the parts of A that you have not heard")
    assert long.stage.sent("heard") == []


def test_a_part_repeats_until_it_is_told_to_stop_and_counts_once(rater: Rater) -> None:
    rater.stage.player = Player(loop=True)
    rater.stage.seconds = 1.5
    rater.comes()
    rater.page.keyboard.press("l")
    expect(rater.page.locator("#live")).to_have_text("Play a clip first")
    rater.listens("A", 0.1)
    rater.button("Loop from here").click()
    while rater.position("A") < 0.8:
        rater.page.wait_for_timeout(20)
    rater.page.keyboard.press("l")
    expect(rater.button("Stop looping")).to_be_visible()
    while rater.position("A") > 0.5:
        rater.page.wait_for_timeout(20)
    rater.page.wait_for_timeout(900)
    assert rater.position("A") < 1.2
    assert rater.stage.sent("heard") == []
    rater.button("Stop looping").click()
    expect(rater.page.locator('[data-label="A"][data-heard]')).to_be_attached()
    (heard,) = rater.stage.sent("heard")
    assert int(heard["played_ms"]) > 2000


def test_the_volume_is_one_for_both_sides_and_is_remembered(rater: Rater) -> None:
    rater.comes()
    expect(rater.page.locator("[data-loop-button]")).to_have_count(0)
    rater.page.keyboard.press("l")
    rater.page.keyboard.press("-")
    slider = rater.page.get_by_role("slider", name="Volume of both sides")
    expect(slider).to_have_attribute("aria-valuetext", "Volume 90%")
    rater.page.reload()
    expect(slider).to_have_value("0.9")


def test_the_help_opens_by_key_says_what_this_study_allows_and_gives_the_focus_back(rater: Rater) -> None:
    rater.stage.player = Player(loop=True, position="same_time")
    rater.comes()
    rater.button("Help and keys").focus()
    rater.page.keyboard.press("?")
    box = rater.page.get_by_role("dialog", name="Help and keys")
    expect(box).to_contain_text("the switch on the side")
    expect(box).to_contain_text("Both sides run along together")
    rater.page.keyboard.press("a")
    expect(box).to_contain_text(re.compile("loop a part"))
    rater.page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    expect(rater.button("Help and keys")).to_be_focused()
    expect(rater.button("Play A")).to_be_visible()


def test_many_long_clips_are_decoded_as_they_are_needed(rater: Rater) -> None:
    rater.stage.clips_a_side = 4
    rater.stage.seconds = 0.3
    rater.page.add_init_script("""
      const least = 44;   // bytes of a file without a sound
      window.decoded = 0;
      Object.defineProperty(navigator, "deviceMemory", { value: 2 });
      const decode = AudioContext.prototype.decodeAudioData;
      AudioContext.prototype.decodeAudioData = function (bytes) {
        if (bytes.byteLength > least) window.decoded += 1;
        return decode.call(this, bytes);
      };
    """)
    rater.page.route(
        "**/s/demo/task/",
        lambda route: route.fulfill(body=route.fetch().text().replace('max="0.3"', 'max="60"')),
    )
    rater.comes()
    rater.hears("A 1")
    assert rater.page.evaluate("decoded") == 2
    rater.hears("A 2")
    assert rater.page.evaluate("decoded") == 3
