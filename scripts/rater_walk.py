"""`python -m scripts.rater_walk FOLDER`: a rater's way through a study under hard conditions, in figures and pictures.

A demo of its own, with clips of 10 s, is walked by a phone on a slow line, by a slow machine, by a keyboard alone, by
what a screen reader reads and in the reader's own few colours. Look at the pictures: the figures say nothing of beauty.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from playwright.sync_api import Browser, Page, Response, sync_playwright

from scripts.screenshots import ARGUMENTS, BROWSERS, Demo, demo_running, pass_sound_check, sound_check, task

STUDY = """
study: {slug: walk, title: "Which clip is better?", seed: 7}
prompts:
  - {id: jazz, text: "soulful jazz with saxophone and brushed drums"}
  - {id: pop, text: "a happy fast pop song with piano and drums"}
  - {id: rock, text: "an energetic fast rock song with guitar and drums"}
systems:
  base: {backend: folder, manifest: base.csv}
  cfg: {backend: folder, manifest: cfg.csv}
audio: {duration: 10.0, loudness: -23.0}
criteria: [acoustic_quality, text_adherence, musicality]
scale: preference-5
design: {pairs: all, samples_per_prompt: 1, ratings_per_comparison: 20}
raters: {tasks: 3, listen: whole, sound_check: true}
recruitment: {kind: open}
"""
SLOW_LINE = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 95_000}
THROTTLE = 4
SECONDS, RATE = 10, 32_000
DESK: Mapping[str, Any] = {"viewport": {"width": 1440, "height": 900}}
PHONE: Mapping[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2,
}
SOUNDS = """() => Number(document.querySelector('[data-label="A"] .seek').value) > 0"""
STARTED = """() => document.documentElement.hasAttribute("data-started")"""

# Two clips that are one everywhere: whatever differs from one while they are switched is a break.
SWITCHES = """async ({switches}) => {
  const { Deck, Lead } = await import("/static/raters/deck.js");
  const context = new AudioContext({ latencyHint: "interactive" });
  const source = `registerProcessor("tap", class extends AudioWorkletProcessor {
    process([input]) {
      const samples = input[0];
      if (samples) for (const sample of samples) {
        const low = sample < 0.98;
        if (low && !this.low) this.port.postMessage(currentTime);
        this.low = low;
      }
      return true;
    }
  })`;
  await context.audioWorklet.addModule(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  const tap = new AudioWorkletNode(context, "tap");
  tap.connect(new GainNode(context, { gain: 0 })).connect(context.destination);
  const clips = [0, 1].map(() => {
    const buffer = context.createBuffer(2, 20 * context.sampleRate, context.sampleRate);
    for (const channel of [0, 1]) buffer.getChannelData(channel).fill(1);
    return buffer;
  });
  const breaks = [];
  const deck = new Deck(context, tap, new Lead(0.025));
  const waits = [];
  deck.play(clips[0], 0);
  await new Promise((done) => setTimeout(done, 300));
  tap.port.onmessage = ({ data }) => breaks.push(data);
  for (let n = 1; n <= switches; n += 1) {
    const asked = context.currentTime;
    waits.push(deck.play(clips[n % 2], (n % 10) + 1) - asked);
    document.body.dataset.turn = n;
    await new Promise((done) => setTimeout(done, 40 + 60 * Math.random()));
  }
  waits.sort((a, b) => a - b);
  const output = context.outputLatency || context.baseLatency;
  return { breaks: breaks.length, median: waits[switches >> 1], longest: waits.at(-1), output };
}"""


@dataclass(frozen=True)
class Walk:
    browser: Browser
    demo: Demo
    folder: Path

    @contextmanager
    def visitor(self, device: Mapping[str, Any], **options: Any) -> Iterator[Page]:  # noqa: ANN401 - Playwright's own
        context = self.browser.new_context(locale="en-GB", reduced_motion="reduce", **device, **options)
        yield context.new_page()
        context.close()

    def picture(self, page: Page, name: str) -> None:
        page.screenshot(path=self.folder / f"{name}.png")


def write_study(folder: Path) -> Path:
    """A study of clips that FLAC can hardly shorten, as a line meets them in the worst case: pink noise in stereo."""
    generator = np.random.default_rng(7)
    for system in ("base", "cfg"):
        rows = ["prompt_id,path"]
        for prompt in ("jazz", "pop", "rock"):
            spectrum = np.fft.rfft(generator.normal(size=(2, SECONDS * RATE)))
            pink = np.fft.irfft(spectrum / np.sqrt(np.arange(1, spectrum.shape[1] + 1)))
            name = f"{system}-{prompt}.wav"
            soundfile.write(folder / name, 0.1 * (pink / pink.std()).T, RATE, subtype="PCM_16")
            rows.append(f"{prompt},{name}")
        (folder / f"{system}.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    study = folder / "walk.yaml"
    study.write_text(STUDY, encoding="utf-8")
    return study


def slow_line(walk: Walk) -> str:
    """From the first task's address to the first sound of A at 1.6 Mbit/s; the scripts came with the pages before."""
    with walk.visitor(PHONE) as page:
        sound_check(page, walk.demo)
        pass_sound_check(page, walk.demo)
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", SLOW_LINE)
        sizes: list[int] = []

        def note(answer: Response) -> None:
            if "/clip/" in answer.url:
                sizes.append(int(answer.headers["content-length"]))

        page.on("response", note)
        started = time.monotonic()
        page.reload(wait_until="commit")
        page.get_by_role("button", name="Play A", exact=True).wait_for()
        shown = time.monotonic() - started
        page.wait_for_function(STARTED)
        page.get_by_role("button", name="Play A", exact=True).click()
        walk.picture(page, "slow-line-loading")
        page.wait_for_function(SOUNDS, timeout=60_000)
        sounding = time.monotonic() - started
        walk.picture(page, "slow-line-sounding")
    return (
        f"page {shown:.1f} s, first sound {sounding:.1f} s after the link; a clip has {sizes[0] / 1e6:.2f} MB"
    )


def busy_machine(walk: Walk) -> str:
    """Switches under a processor that is four times slower: breaks, and the time from key to sound."""
    with walk.visitor(DESK, bypass_csp=True) as page:
        task(page, walk.demo)
        page.keyboard.press(" ")
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": THROTTLE})
        found = page.evaluate(SWITCHES, {"switches": 5000})
    return (
        f"{found['breaks']} breaks in 5000 switches; planned {1000 * found['median']:.0f} ms ahead (longest "
        f"{1000 * found['longest']:.0f}), and {1000 * found['output']:.0f} ms of output"
    )


def main_thread(walk: Walk) -> str:
    """How much of the page's time drawing takes while a clip plays, at four times throttle."""
    with walk.visitor(DESK) as page:
        task(page, walk.demo)
        session = page.context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": THROTTLE})
        session.send("Performance.enable")
        before = _durations(session.send("Performance.getMetrics"))
        page.wait_for_timeout(4000)
        after = _durations(session.send("Performance.getMetrics"))
    shares = {name: f"{100 * (after[name] - before[name]) / 4:.0f}%" for name in PARTS}
    return f"while B plays {shares}"


PARTS = ("TaskDuration", "ScriptDuration", "LayoutDuration", "RecalcStyleDuration")


def _durations(metrics: Mapping[str, Any]) -> dict[str, float]:
    return {one["name"]: float(one["value"]) for one in metrics["metrics"] if one["name"] in PARTS}


def keyboard(walk: Walk) -> str:
    """Three tasks with keys alone, no pause to judge: what a task takes beyond its 20 s of listening."""
    with walk.visitor(DESK) as page:
        task(page, walk.demo)
        times = []
        for number in (1, 2, 3):
            page.locator("#along", has_text=f"{number} of 3").wait_for()
            started = time.monotonic()
            _judge_by_keys(page)
            if number == 2:
                walk.picture(page, "keyboard-ready")
            page.keyboard.press("Enter")
            page.locator("#along", has_text=f"{number} of 3").wait_for(state="detached")
            times.append(time.monotonic() - started)
        walk.picture(page, "done")
    return (
        "tasks of "
        + ", ".join(f"{seconds:.1f}" for seconds in times[1:])
        + " s for 20 s of sound; 6 keys each"
    )


def _judge_by_keys(page: Page) -> None:
    for letter in "ab":
        if page.locator(f'[data-label="{letter.upper()}"][data-heard]').count() == 0:
            page.keyboard.press(letter)
        page.locator(f'[data-label="{letter.upper()}"][data-heard]').wait_for(
            state="attached", timeout=60_000
        )
    for _ in range(3):
        page.keyboard.press("4")


def screen_reader(walk: Walk) -> str:
    """The tree that a screen reader walks, as text beside the pictures."""
    with walk.visitor(DESK) as page:
        task(page, walk.demo)
        tree = page.locator("body").aria_snapshot()
        (walk.folder / "screen-reader.yaml").write_text(tree + "\n", encoding="utf-8")
        unnamed = [
            line.strip() for line in tree.splitlines() if line.strip() in {"- button", "- slider", "- radio"}
        ]
    return f"{len(tree.splitlines())} lines, {len(unnamed)} controls without a name"


def forced_colours(walk: Walk) -> str:
    """The task in the reader's own colours, light and dark."""
    for scheme in ("light", "dark"):
        with walk.visitor(DESK, forced_colors="active", color_scheme=scheme) as page:
            task(page, walk.demo)
            walk.picture(page, f"forced-colours-{scheme}")
    return "two pictures"


def large_text(walk: Walk) -> str:
    """Text of double size on a laptop, and the phone in the middle of a task, scrolled to its end."""
    with walk.visitor(DESK) as page:
        task(page, walk.demo)
        page.evaluate("document.documentElement.style.fontSize = '212.5%'")
        walk.picture(page, "large-text")
    with walk.visitor(PHONE) as page:
        task(page, walk.demo)
        walk.picture(page, "phone")
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        walk.picture(page, "phone-end")
    return "three pictures"


LEGS: Mapping[str, Callable[[Walk], str]] = {
    "slow line": slow_line,
    "busy machine": busy_machine,
    "main thread": main_thread,
    "keyboard": keyboard,
    "screen reader": screen_reader,
    "forced colours": forced_colours,
    "large text and phone": large_text,
}


def main() -> None:
    """Walk every leg, or those named with --only."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where pictures go")
    parser.add_argument("--only", nargs="*", choices=LEGS, default=list(LEGS))
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        sys.exit("no Chromium found; install one (Debian: apt-get install chromium)")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        study = write_study(Path(folder))
        with demo_running(Path(folder) / "house", str(study)) as demo:
            for name in given.only:
                print(f"{name}: {LEGS[name](Walk(browser, demo, given.folder))}", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
