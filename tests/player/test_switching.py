"""What the player's own scheduling code lets sound, sample by sample, rendered in an OfflineAudioContext."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from playwright.sync_api import Page

RATE = 48_000
TONE = 1_000.0
FADE = 0.008
SEAM = 0.003
GLIDE = 0.015
LEAD = 0.005
QUANTUM = 128 / RATE

Signal = npt.NDArray[np.float64]

# Runs the moves at their times through the deck; gives the samples and what each move answered.
RENDER = """async ({rate, seconds, clips, moves}) => {
  const { Deck } = await import("/static/raters/deck.js");
  const context = new OfflineAudioContext(1, Math.round(rate * seconds), rate);
  const buffers = clips.map(({length, frequency, phase}) => {
    const buffer = context.createBuffer(1, Math.round(rate * length), rate);
    const samples = buffer.getChannelData(0);
    for (let n = 0; n < samples.length; n += 1) samples[n] = Math.cos(2 * Math.PI * frequency * n / rate + phase);
    return buffer;
  });
  const { Volume } = await import("/static/raters/volume.js");
  const volume = new Volume(context);
  const deck = new Deck(context, volume.node);
  const answers = [];
  const ended = [];
  for (const [time, name, clip, offset, loop] of moves) {
    context.suspend(time).then(() => {
      if (name === "volume") volume.set(offset);
      else if (name === "stop") answers.push(deck.stop());
      else answers.push(deck.play(buffers[clip], offset, () => ended.push(clip), loop ?? null));
      context.resume();
    });
  }
  const rendered = await context.startRendering();
  await new Promise((resolve) => setTimeout(resolve, 50));
  const bytes = new Uint8Array(rendered.getChannelData(0).buffer);
  const packed = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return { samples: packed, answers, ended };
}"""

# The same switch as it is done without any care, to show that the measure below would notice.
RENDER_HARD = """async ({rate, seconds, at}) => {
  const context = new OfflineAudioContext(1, rate * seconds, rate);
  for (const [phase, from, to] of [[0, 0, at], [Math.PI, at, seconds]]) {
    const buffer = context.createBuffer(1, rate * seconds, rate);
    const samples = buffer.getChannelData(0);
    for (let n = 0; n < samples.length; n += 1) samples[n] = Math.cos(2 * Math.PI * 1000 * n / rate + phase);
    const source = new AudioBufferSourceNode(context, { buffer });
    source.connect(context.destination);
    source.start(from, from, to - from);
  }
  return Array.from((await context.startRendering()).getChannelData(0));
}"""


@dataclass(frozen=True)
class Rendering:
    samples: Signal
    answers: list[float]
    ended: list[int]


def sine(phase: float, *, length: float = 2.0) -> dict[str, float]:
    return {"length": length, "frequency": TONE, "phase": phase}


def flat(*, length: float = 2.0) -> dict[str, float]:
    """A constant one: what comes out is the sum of the gains itself."""
    return {"length": length, "frequency": 0.0, "phase": 0.0}


def render(
    page: Page, clips: list[dict[str, float]], moves: list[list[Any]], seconds: float = 1.0
) -> Rendering:
    given = {"rate": RATE, "seconds": seconds, "clips": clips, "moves": moves}
    result = page.evaluate(RENDER, given)
    samples = np.frombuffer(base64.b64decode(result["samples"]), "<f4").astype(np.float64)
    return Rendering(samples, result["answers"], result["ended"])


def largest_step(samples: Signal) -> float:
    return float(np.abs(np.diff(samples)).max())


STEP_OF_SINE = 2 * np.sin(np.pi * TONE / RATE)
# A linear ramp of one over FADE, which is all that a switch may add: 2% of the sine's own step.
STEP_OF_RAMP = 1 / (FADE * RATE)


def splatter(samples: Signal) -> float:
    """Energy above 6 kHz against all of it (dB): a click is wide, a sine is not."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
    high = np.fft.rfftfreq(len(samples), 1 / RATE) > 6_000
    return float(10 * np.log10(spectrum[high].sum() / spectrum.sum()))


@pytest.mark.parametrize("phase", [0.0, np.pi / 3, np.pi / 2, np.pi])
def test_a_switch_between_two_sines_leaves_no_step_that_the_sine_does_not_have(
    page: Page, phase: float
) -> None:
    moves = [[0.0, "play", 0, 0.0], [0.3, "play", 1, 0.3], [0.6, "play", 0, 0.6]]
    sounding = render(page, [sine(0.0), sine(phase)], moves).samples
    assert largest_step(sounding) <= STEP_OF_SINE + STEP_OF_RAMP


def test_a_switch_is_no_louder_than_either_sine(page: Page) -> None:
    sounding = render(page, [sine(0.0), sine(1.0)], [[0.0, "play", 0, 0.0], [0.3, "play", 1, 0.0]]).samples
    assert np.abs(sounding).max() <= 1.0 + 1e-6


def test_a_switch_spreads_nothing_over_the_spectrum(page: Page) -> None:
    moves = [[0.0, "play", 0, 0.0], [0.5, "play", 1, 0.5]]
    sounding = render(page, [sine(0.0), sine(np.pi)], moves).samples
    middle = sounding[int(0.3 * RATE) : int(0.7 * RATE)]
    assert splatter(middle) < -70


def test_a_careless_switch_would_be_found(page: Page) -> None:
    sounding = np.array(page.evaluate(RENDER_HARD, {"rate": RATE, "seconds": 1, "at": 0.5}))
    middle = sounding[int(0.3 * RATE) : int(0.7 * RATE)]
    assert largest_step(sounding) > 10 * STEP_OF_SINE
    assert splatter(middle) > -50


def test_the_gains_of_leaving_and_coming_sum_to_one(page: Page) -> None:
    moves = [[0.0, "play", 0, 0.0], [0.3, "play", 1, 0.0], [0.6, "play", 0, 0.5]]
    gain = render(page, [flat(), flat()], moves).samples
    up = int((LEAD + FADE + QUANTUM) * RATE)
    assert np.allclose(gain[up:], 1.0, atol=1e-6)


def test_sound_comes_and_goes_on_a_straight_ramp(page: Page) -> None:
    played = render(page, [flat()], [[0.0, "play", 0, 0.0], [0.3, "stop", 0, 0.0]])
    assert largest_step(played.samples) == pytest.approx(STEP_OF_RAMP, rel=0.01)
    start = round(played.answers[0] * RATE)
    ramp = played.samples[start : start + int(FADE * RATE)]
    assert np.allclose(ramp, np.arange(len(ramp)) * STEP_OF_RAMP, atol=1e-5)
    assert not played.samples[int((0.3 + LEAD + FADE + QUANTUM) * RATE) :].any()


@pytest.mark.parametrize("after_ms", [0, 2, 4, 6, 7, 9, 12])
def test_a_switch_in_the_middle_of_another_one_makes_no_step(page: Page, after_ms: int) -> None:
    again = 0.3 + after_ms / 1000
    moves = [[0.0, "play", 0, 0.0], [0.3, "play", 1, 0.3], [again, "play", 0, again]]
    if round(again / QUANTUM) == round(0.3 / QUANTUM):
        moves[2][0] = 0.3 + QUANTUM
    gain = render(page, [flat(), flat()], moves).samples
    after_start = gain[int((LEAD + FADE + QUANTUM) * RATE) :]
    assert largest_step(gain) <= 1.05 * STEP_OF_RAMP
    assert after_start.max() <= 1 + 1e-6
    assert largest_step(render(page, [sine(0.0), sine(2.0)], moves).samples) <= STEP_OF_SINE + STEP_OF_RAMP


def test_twenty_hasty_switches_make_no_step(page: Page) -> None:
    moves = [[0.0, "play", 0, 0.0]] + [[0.1 + 0.011 * n, "play", n % 2, 0.1] for n in range(20)]
    sounding = render(page, [sine(0.0), sine(2.5)], moves).samples
    assert largest_step(sounding) <= STEP_OF_SINE + STEP_OF_RAMP


def test_a_change_is_heard_on_a_whole_sample_and_within_eight_milliseconds(page: Page) -> None:
    played = render(page, [flat()], [[0.25, "play", 0, 0.0]])
    (at,) = played.answers
    assert 0.25 <= at <= 0.25 + 0.008
    assert at * RATE == pytest.approx(round(at * RATE), abs=1e-6)
    assert not played.samples[: round(at * RATE)].any()


def test_a_clip_goes_on_exactly_where_it_was_left(page: Page) -> None:
    stopped = render(page, [sine(0.0)], [[0.0, "play", 0, 0.0], [0.3, "stop", 0, 0.0]])
    position = stopped.answers[1]
    resumed = render(page, [sine(0.0)], [[0.0, "play", 0, position]])
    start, first = round(resumed.answers[0] * RATE), round(position * RATE)
    settled = np.arange(int(FADE * RATE) + 1, 4_000)
    expected = np.cos(2 * np.pi * TONE * (first + settled) / RATE)
    assert np.allclose(resumed.samples[start + settled], expected, atol=1e-4)


def test_only_a_clip_that_comes_to_its_own_end_says_so(page: Page) -> None:
    short, long = sine(0.0, length=0.2), sine(0.0)
    moves = [[0.0, "play", 1, 0.0], [0.2, "play", 0, 0.0], [0.7, "play", 1, 0.0], [0.8, "stop", 1, 0.0]]
    assert render(page, [short, long], moves).ended == [0]


@pytest.mark.parametrize(
    "to", [0.0, 0.1234, 0.3, 1.2], ids=["restart", "back", "where it is anyway", "further on"]
)
def test_a_seek_within_a_clip_makes_no_step(page: Page, to: float) -> None:
    moves = [[0.0, "play", 0, 0.0], [0.3, "play", 0, to], [0.6, "play", 0, 0.0]]
    sounding = render(page, [sine(0.7)], moves).samples
    assert largest_step(sounding) <= STEP_OF_SINE + STEP_OF_RAMP
    assert splatter(sounding[int(0.2 * RATE) : int(0.8 * RATE)]) < -70


LOOP = {"from": 0.1001, "to": 0.3}  # 1 kHz does not come round evenly in it: a bare seam would click


def looping(page: Page, clips: list[dict[str, float]]) -> Rendering:
    return render(page, clips, [[0.0, "play", 0, 0.1, LOOP]], seconds=1.2)


def test_a_part_comes_round_to_the_very_sample(page: Page) -> None:
    played = looping(page, [sine(0.0)])
    period = round(LOOP["to"] * RATE) - round(LOOP["from"] * RATE)
    start = round(played.answers[0] * RATE) + int(FADE * RATE) + 1
    once, again, third = (played.samples[start + n * period :][: period // 2] for n in range(3))
    assert np.array_equal(once, again)
    assert np.array_equal(again, third)


def test_the_seams_of_a_part_that_repeats_are_faded(page: Page) -> None:
    gain = looping(page, [flat()]).samples[int((LEAD + FADE + QUANTUM) * RATE) :]
    assert largest_step(gain) == pytest.approx(1 / (SEAM * RATE), rel=0.01)
    assert gain.min() == pytest.approx(0, abs=1e-6)
    sounding = looping(page, [sine(1.0)]).samples
    assert largest_step(sounding) <= STEP_OF_SINE + 1 / (SEAM * RATE)
    assert splatter(sounding[int(0.1 * RATE) :]) < -60


def test_a_part_is_entered_and_left_without_a_step(page: Page) -> None:
    moves = [
        [0.0, "play", 0, 0.0],
        [0.25, "play", 0, 0.25, LOOP],
        [0.61, "play", 1, 0.5],
        [0.8, "play", 0, 0.9, LOOP],
        [1.0, "stop", 0, 0.0],
    ]
    played = render(page, [sine(0.0), sine(2.0)], moves, seconds=1.2)
    assert largest_step(played.samples) <= STEP_OF_SINE + 1 / (SEAM * RATE)
    assert LOOP["from"] <= played.answers[-1] < LOOP["to"]
    assert not played.samples[int(1.02 * RATE) :].any()


def test_a_change_of_volume_glides(page: Page) -> None:
    turns = [[0.2 + 0.008 * n, "volume", 0, n % 2] for n in range(1, 9)]
    moves = [[0.0, "play", 0, 0.0], [0.2, "volume", 0, 0.0], *turns]
    gain = render(page, [flat()], moves).samples
    assert largest_step(gain) <= 1.01 * STEP_OF_RAMP
    assert largest_step(render(page, [sine(0.3)], moves).samples) <= STEP_OF_SINE + 1 / (GLIDE * RATE)


def test_the_lowest_volume_is_still_heard_and_the_steps_are_even(page: Page) -> None:
    moves = [[0.0, "play", 0, 0.0], *([0.2 * n, "volume", 0, 1 - n / 3] for n in range(1, 4))]
    gain = render(page, [flat()], moves).samples
    settled = [20 * np.log10(gain[int((0.2 * n + 0.19) * RATE)]) for n in range(4)]
    assert np.allclose(settled, [0, -10, -20, -30], atol=0.1)
