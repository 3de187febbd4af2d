"""Peaks, silence and clipping of signals for which they are known."""

from __future__ import annotations

import json
import math
from dataclasses import asdict

import pytest
import torch
from torchaudio.functional import resample

from generation.audio import AudioRejected, measure
from generation.audio.levels import true_peak
from tests.audio.signals import noise, sine


def middle_faded(audio: torch.Tensor) -> torch.Tensor:
    """Without the sudden start of a tone, which overshoots by itself."""
    ramp = torch.linspace(0, 1, 3200)
    audio[:, :3200] *= ramp
    audio[:, -3200:] *= ramp.flip(0)
    return audio


def test_a_peak_between_the_samples_is_found() -> None:
    """A sine at a quarter of the rate, 45 degrees off: every sample is at -3.01 dB, the wave reaches 0."""
    audio = middle_faded(sine(8000, phase=math.pi / 4))
    assert float(audio.abs().max()) == pytest.approx(math.sqrt(0.5), abs=1e-4)
    assert measure(audio, 32_000).true_peak == pytest.approx(0.0, abs=0.1)


@pytest.mark.parametrize("level", [-6.0, -1.0, 3.0])
def test_a_slow_sine_peaks_at_its_amplitude(level: float) -> None:
    audio = middle_faded(sine(997, amplitude=10 ** (level / 20)))
    assert measure(audio, 32_000).true_peak == pytest.approx(level, abs=0.05)


def test_half_a_clip_of_silence_is_a_share_of_one_half() -> None:
    audio = sine(440)
    audio[:, 160_000:] = 0
    assert measure(audio, 32_000).silence_share == pytest.approx(0.5, abs=0.01)


def test_sound_on_one_side_is_not_silence() -> None:
    audio = sine(440)
    audio[0] = 0
    assert measure(audio, 32_000).silence_share == 0


def test_a_clamped_sine_is_clipped_where_it_is_flat() -> None:
    """A sine of amplitude 2 stays above 1 for two thirds of its time."""
    audio = sine(100, amplitude=2).clamp(-1, 1)
    assert measure(audio, 32_000).clipped_share == pytest.approx(2 / 3, abs=0.02)


@pytest.mark.parametrize("amplitude", [0.9, 1.0, 1.7])
def test_loud_is_not_clipped(amplitude: float) -> None:
    assert measure(sine(50, amplitude=amplitude), 32_000).clipped_share == 0


def test_a_flat_top_below_full_scale_is_a_choice_of_the_music() -> None:
    square = torch.sign(sine(110, phase=0.1)) * 0.5
    assert measure(square, 32_000).clipped_share == 0


def test_silence_measures_in_numbers_that_json_can_hold() -> None:
    text = json.dumps(asdict(measure(torch.zeros(2, 3200), 32_000)), allow_nan=False)
    assert json.loads(text) == {
        "duration": 0.1,
        "loudness": -70.0,
        "true_peak": -120.0,
        "silence_share": 1.0,
        "clipped_share": 0.0,
    }


def test_what_is_not_finite_cannot_be_measured() -> None:
    audio = noise(1)
    audio[0, 5] = math.nan
    with pytest.raises(AudioRejected, match="1 of 640000 samples") as caught:
        measure(audio, 32_000)
    assert caught.value.code == "not_finite"


def test_a_rate_nobody_uses_cannot_be_measured() -> None:
    with pytest.raises(AudioRejected, match="100 Hz; allowed are 8000 to 192000 Hz") as caught:
        measure(noise(1), 100)
    assert caught.value.code == "unsupported_rate"


@pytest.mark.parametrize("frames", [1, 40, 16_383, 16_384, 16_385, 50_000])
def test_the_true_peak_is_that_of_the_whole_clip_wherever_its_pieces_meet(frames: int) -> None:
    """torchaudio oversamples the whole clip at once. The loudest samples lie where two pieces meet."""
    audio = 0.01 * torch.randn((2, frames), generator=torch.Generator().manual_seed(frames))
    loudest = max(0, min(frames - 1, 16_384) - 3)
    audio[1, loudest : loudest + 6] = 0.5
    whole = resample(audio, 1, 4, lowpass_filter_width=24, rolloff=0.99)
    expected = 20 * math.log10(max(float(whole.abs().max()), float(audio.abs().max())))
    assert true_peak(audio) == pytest.approx(expected, abs=1e-5)
