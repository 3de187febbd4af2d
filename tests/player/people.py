"""Somebody in front of the page."""

from __future__ import annotations

import time

from playwright.sync_api import Locator, Page, expect

from tests.player.stage import Stage

REMEMBER_CONTEXTS = """
  window.contexts = [];
  window.AudioContext = class extends AudioContext {
    constructor(given) {
      super(window.rate ? { ...given, sampleRate: window.rate } : given);
      window.contexts.push(this);
    }
  };
"""


class Rater:
    """Somebody in front of the page."""

    def __init__(self, page: Page, stage: Stage, address: str) -> None:
        self.page = page
        self.stage = stage
        self.address = address
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda message: self._note(message.type, message.text))

    def _note(self, kind: str, text: str) -> None:
        if kind == "error" and "Failed to load resource" not in text and "Response Status" not in text:
            self.complaints.append(text)

    def comes(self) -> None:
        self.page.goto(f"{self.address}/s/demo/task/")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def hears(self, *clips: str) -> None:
        for clip in clips:
            self.button(f"Play {clip}").click()
            mark = self.page.locator(f'[data-label="{clip}"][data-heard]:not([data-playing])')
            mark.wait_for(state="attached", timeout=8_000)

    def answers(self, criterion: str, option: str) -> None:
        group = self.page.get_by_role("radiogroup", name=criterion, exact=True)
        group.get_by_role("radio", name=option, exact=True).check(force=True)

    def reason(self) -> Locator:
        return self.page.locator("#reason")

    def position(self, clip: str) -> float:
        return float(self.page.get_by_role("slider", name=f"Position in {clip}", exact=True).input_value())

    def listens(self, clip: str, seconds: float) -> None:
        """Plays it until it has come this far."""
        self.button(f"Play {clip}").click()
        while self.position(clip) < seconds:
            self.page.wait_for_timeout(20)

    def sees_task(self, number: int) -> None:
        expect(self.page.locator("#along")).to_have_text(f"{number} of 20")


def finishes(rater: Rater) -> None:
    rater.hears("A", "B")
    rater.answers("Acoustic quality", "Slightly prefer A")
    rater.answers("Musicality", "No preference")


def wait_until(stage: Stage, kind: str, count: int) -> None:
    deadline = time.monotonic() + 10
    while len(stage.sent(kind)) < count:
        assert time.monotonic() < deadline, f"{kind}: {stage.told}"
        time.sleep(0.02)
