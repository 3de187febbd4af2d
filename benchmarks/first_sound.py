"""How long from the key to the first sound? In a headless Chromium, on a demo of its own.

    python -m benchmarks.first_sound [--tasks 8] [--cold 5]

"warm": the key is pressed on a page whose clips are there. "next": it is pressed the moment the next task has replaced
the last one, whose pair was fetched and decoded ahead. "cold": the page is opened by a browser that has nothing, the
key is pressed as soon as the page takes keys, and the time counts from the opening of the page. The sound's moment is
what the page's own scheduling asked of the audio clock, plus the latency that the browser says its output has. Nothing
is claimed about loudspeakers, radio links and networks: everything stays on this machine.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from scripts.screenshots import ARGUMENTS, BROWSERS, demo_running

STUDY = """
study: {slug: first-sound, title: "Which clip is better?", seed: 7}
prompts: [{id: pop, text: "a happy pop song with piano"}, {id: rock, text: "a fast rock song with guitar"},
  {id: jazz, text: "calm jazz with saxophone"}, {id: folk, text: "a slow folk song with flute"}]
systems:
  base: {backend: builtin, checkpoint: base}
  cfg: {backend: builtin, checkpoint: base, guidance_scale: 3.0}
  hot: {backend: builtin, checkpoint: base, temperature: 1.2}
audio: {duration: 10.0}
criteria: [acoustic_quality, musicality]
design: {ratings_per_comparison: 9}
raters: {tasks: 12, sound_check: false, listen: any}
"""
WATCH = """
  window.sounds = [];
  window.pressed = 0;
  addEventListener("keydown", (event) => { window.pressed = event.timeStamp; }, true);
  const start = AudioBufferSourceNode.prototype.start;
  AudioBufferSourceNode.prototype.start = function (when, ...more) {
    const context = this.context;
    const wait = when - context.currentTime + (context.outputLatency || context.baseLatency || 0);
    window.sounds.push({ at: performance.now() + 1000 * wait, pressed: window.pressed });
    return start.call(this, when, ...more);
  };
"""
LOADED = "document.querySelector('[data-loading]').hidden"
TAKES_KEYS = "document.querySelector('form.criteria button[type=submit]')?.disabled === false"
FORESEEN = "document.querySelector('[name=promise]').value !== ''"


def visitor(browser: Browser, state: Any = None) -> BrowserContext:  # noqa: ANN401 - playwright's storage state
    context = browser.new_context(storage_state=state, bypass_csp=True)
    context.add_init_script(WATCH)
    return context


def first_sound(page: Page) -> dict[str, float]:
    """Press A; when it sounded (milliseconds since the page was opened) and when the key went down."""
    before = page.evaluate("sounds.length")
    page.keyboard.press("a")
    page.wait_for_function(f"sounds.length > {before}")
    sound: dict[str, float] = page.evaluate("sounds.at(-1)")
    return sound


def delay(page: Page) -> float:
    sound = first_sound(page)
    return sound["at"] - sound["pressed"]


def next_task(page: Page, number: int) -> None:
    page.keyboard.press("b")
    page.wait_for_function("document.querySelector('[data-label=B]').hasAttribute('data-playing')")
    page.keyboard.press("1")
    page.keyboard.press("2")
    page.wait_for_function(FORESEEN)
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Enter")
    page.wait_for_function(f"document.querySelector('#along').textContent.startsWith('{number} ')")


def measure(browser: Browser, door: str, tasks: int, cold: int) -> dict[str, list[float]]:
    context = visitor(browser)
    page = context.new_page()
    page.goto(door)
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Start", exact=True).click()
    page.wait_for_function(LOADED)
    first_sound(page)  # opens the sound device, which "cold" counts and the others do not
    found: dict[str, list[float]] = {"warm": [], "next": [], "cold": []}
    for number in range(2, tasks + 2):
        page.keyboard.press(" ")
        found["warm"].append(delay(page))
        next_task(page, number)
        found["next"].append(delay(page))
    for _ in range(cold):
        other = visitor(browser, context.storage_state())
        opened = other.new_page()
        opened.goto(page.url, wait_until="commit")
        opened.wait_for_function(TAKES_KEYS)
        found["cold"].append(first_sound(opened)["at"])
        other.close()
    context.close()
    return found


def told(found: dict[str, list[float]]) -> Sequence[str]:
    return [
        f"{name}: median {statistics.median(times):.0f} ms, longest {max(times):.0f} ms of {len(times)}"
        for name, times in found.items()
    ]


def main() -> None:
    """Start a demo, measure, print one line a case."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tasks", type=int, default=8)
    parser.add_argument("--cold", type=int, default=5)
    options = parser.parse_args()
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        sys.exit("no Chromium found; install one (Debian: apt-get install chromium)")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        study = Path(folder) / "study.yaml"
        study.write_text(STUDY)
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        with demo_running(Path(folder), str(study)) as demo:
            print("\n".join(told(measure(browser, demo.door, options.tasks, options.cold))))
        browser.close()


if __name__ == "__main__":
    main()
