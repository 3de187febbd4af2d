"""Loudness against the answers the standards give, and against a second implementation."""

from __future__ import annotations

import math

import pytest
import torch
from torchaudio.transforms import Loudness

from generation.audio.loudness import ABSOLUTE_GATE, integrated_loudness
from tests.audio.signals import noise, sine, tone_with_quiet_half

RATES = (32_000, 44_100, 48_000)


@pytest.mark.parametrize("rate", RATES)
def test_a_full_scale_sine_in_one_channel_is_minus_3_lufs(rate: int) -> None:
    audio = sine(997, rate=rate)
    audio[1] = 0
    assert integrated_loudness(audio, rate) == pytest.approx(-3.01, abs=0.02)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("level", [-23.0, -33.0])
def test_the_ebu_sine_measures_what_ebu_tech_3341_says(rate: int, level: float) -> None:
    audio = sine(1000, amplitude=10 ** (level / 20), seconds=5, rate=rate)
    assert integrated_loudness(audio, rate) == pytest.approx(level, abs=0.1)


def test_soft_passages_are_gated_as_in_case_3_of_ebu_tech_3341() -> None:
    parts = [(-36.0, 5), (-23.0, 20), (-36.0, 5)]
    audio = torch.cat([sine(1000, amplitude=10 ** (level / 20), seconds=s) for level, s in parts], 1)
    assert integrated_loudness(audio, 32_000) == pytest.approx(-23.0, abs=0.1)


def test_the_soft_half_of_a_clip_does_not_count() -> None:
    audio = tone_with_quiet_half()
    loud_half = audio[:, : audio.shape[-1] // 2]
    assert integrated_loudness(audio, 32_000) == pytest.approx(
        integrated_loudness(loud_half, 32_000), abs=0.2
    )


def test_silence_measures_the_absolute_gate() -> None:
    assert integrated_loudness(torch.zeros(2, 32_000), 32_000) == ABSOLUTE_GATE


def test_a_clip_shorter_than_a_block_is_one_block() -> None:
    assert integrated_loudness(sine(997, seconds=0.3), 32_000) == pytest.approx(0.0, abs=0.1)


def test_two_equal_channels_are_3_lu_above_one() -> None:
    both = noise(1)
    one = both[:1]
    doubled = integrated_loudness(one.expand(2, -1), 32_000)
    assert doubled - integrated_loudness(one, 32_000) == pytest.approx(10 * math.log10(2), abs=1e-6)


@pytest.mark.parametrize("rate", RATES)
def test_torchaudio_agrees_below_full_scale(rate: int) -> None:
    for audio in (
        noise(2, amplitude=0.05),
        sine(300, amplitude=0.1, rate=rate),
        tone_with_quiet_half() * 0.5,
    ):
        theirs = float(Loudness(rate)(audio.double()))
        assert integrated_loudness(audio, rate) == pytest.approx(theirs, abs=0.1)


def test_loud_treble_is_not_clamped() -> None:
    """A gain of 20 dB is 20 LU, at full scale too, where the K filter adds 4 dB on top."""
    audio = sine(6000)
    assert integrated_loudness(audio, 32_000) == pytest.approx(
        integrated_loudness(audio * 0.1, 32_000) + 20, abs=1e-3
    )
