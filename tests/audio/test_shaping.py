"""Every clip leaves in the same shape, or is refused with a reason."""

from __future__ import annotations

import math
import re

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.audio import AudioRejected, AudioTarget, shape
from tests.audio.signals import noise, plucks, sine

SHORT = AudioTarget(duration=1.0)
RATES = (8_000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000)


def refused(audio: torch.Tensor, rate: int = 32_000) -> tuple[str, str]:
    with pytest.raises(AudioRejected) as caught:
        shape(audio, rate)
    return caught.value.code, caught.value.message


@settings(max_examples=25, deadline=None)
@given(
    rate=st.sampled_from(RATES),
    channels=st.integers(1, 2),
    extra=st.floats(-0.49, 1.5),
    seed=st.integers(0, 9),
)
def test_any_rate_channel_count_and_length_becomes_the_target(
    rate: int, channels: int, extra: float, seed: int
) -> None:
    audio = noise(seed, frames=round((1.0 + extra) * rate), channels=channels)
    shaped = shape(audio, rate, SHORT)
    assert shaped.shape == (2, 32_000)
    assert shaped.dtype == torch.float32
    assert bool(torch.isfinite(shaped).all())


def test_ten_seconds_of_the_default_target_are_320000_frames() -> None:
    assert shape(sine(440, amplitude=0.5, rate=44_100), 44_100).shape == (2, 320_000)


def test_a_tone_keeps_pitch_and_level_through_a_change_of_rate() -> None:
    shaped = shape(sine(1000, amplitude=0.5, rate=44_100), 44_100)
    wanted = sine(1000, amplitude=0.5)
    assert torch.allclose(shaped[:, 1000:-1000], wanted[:, 1000:-1000], atol=1e-3)


def test_sound_above_the_new_nyquist_frequency_is_removed() -> None:
    audio = sine(1000, amplitude=0.1, rate=48_000) + sine(18_000, amplitude=0.5, rate=48_000)
    left_over = shape(audio, 48_000) - sine(1000, amplitude=0.1)
    assert float(left_over[:, 1000:-1000].abs().max()) < 1e-3


def test_mono_plays_on_both_sides() -> None:
    shaped = shape(noise(1, channels=1), 32_000)
    assert torch.equal(shaped[0], shaped[1])


def test_stereo_becomes_mono_by_its_mean() -> None:
    audio = noise(1)
    mono = shape(audio, 32_000, AudioTarget(channels=1))
    assert torch.allclose(mono[0, 1000:-1000], audio.mean(0)[1000:-1000])


def test_both_ends_fade_within_ten_milliseconds() -> None:
    shaped = shape(torch.full((2, 400_000), 0.5) * noise(1, amplitude=1.0, frames=400_000), 32_000)
    assert float(shaped[:, [0, -1]].abs().max()) == 0
    untouched = noise(1, amplitude=1.0, frames=400_000)[:, 320:319_680] * 0.5
    assert torch.equal(shaped[:, 320:-320], untouched)


def test_padding_follows_a_fade() -> None:
    shaped = shape(sine(440, amplitude=0.5, seconds=9.8), 32_000)
    end = round(9.8 * 32_000)
    assert float(shaped[:, end:].abs().max()) == 0
    assert float(shaped[:, end - 20 : end].abs().max()) < 0.01


def test_levels_stay_as_they_were() -> None:
    assert float(shape(sine(440, amplitude=1.4), 32_000).max()) == pytest.approx(1.4, abs=1e-3)


def test_the_input_is_not_changed() -> None:
    audio = noise(3)
    before = audio.clone()
    shape(audio, 32_000)
    assert torch.equal(audio, before)


def test_a_silent_clip_is_refused() -> None:
    code, message = refused(torch.zeros(2, 320_000))
    assert code == "silent"
    assert message == "loudness -70.0 LUFS; allowed are -60.0 LUFS or more"


def test_a_nearly_silent_clip_is_refused() -> None:
    assert refused(noise(1, amplitude=1e-4))[0] == "silent"


def test_a_clipped_clip_is_refused() -> None:
    code, message = refused(sine(100, amplitude=1.2).clamp(-1, 1))
    assert code == "clipped"
    assert "allowed are 0.50%" in message


def test_a_few_clipped_peaks_are_accepted() -> None:
    audio = sine(440, amplitude=0.5)
    audio[:, 1000:1010] = 1.0
    assert shape(audio, 32_000).shape == (2, 320_000)


def test_clipping_is_found_at_the_rate_it_happened_at() -> None:
    """Resampling rounds the flat tops off, which hides them."""
    assert refused(sine(100, amplitude=1.5, rate=44_100).clamp(-1, 1), 44_100)[0] == "clipped"


def test_a_truncated_clip_is_refused() -> None:
    code, message = refused(sine(440, seconds=9.4))
    assert code == "truncated"
    assert message == "9.400 s of sound; allowed are 9.500 s or more"


def test_half_a_second_may_be_missing() -> None:
    assert shape(sine(440, seconds=9.5), 32_000).shape == (2, 320_000)


def test_more_than_two_channels_are_refused() -> None:
    assert refused(noise(1, channels=6)) == ("too_many_channels", "6 channels; allowed are 1 or 2")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_is_refused(value: float) -> None:
    audio = noise(1)
    audio[1, 77] = value
    assert refused(audio)[0] == "not_finite"


@pytest.mark.parametrize(
    "audio",
    [
        torch.zeros(320_000),
        torch.zeros(1, 2, 320_000),
        torch.zeros(2, 0),
        torch.zeros(0, 9),
        torch.zeros(2, 9).int(),
    ],
    ids=["one axis", "three axes", "no frames", "no channels", "integers"],
)
def test_what_is_no_audio_is_refused(audio: torch.Tensor) -> None:
    assert refused(audio)[0] == "not_audio"


@pytest.mark.parametrize("rate", [0, -32_000, 7_999, 192_001])
def test_what_is_no_audio_rate_is_refused(rate: int) -> None:
    code, message = refused(noise(1), rate)
    assert code == "unsupported_rate"
    assert f"{rate} Hz; allowed are 8000 to 192000 Hz" in message


@pytest.mark.parametrize(
    "wrong",
    [
        {"channels": 3},
        {"sample_rate": 0},
        {"duration": math.nan},
        {"duration": 0.01},
        {"loudness": 1.0},
        {"true_peak": 2.0},
    ],
)
def test_an_impossible_target_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="allowed"):
        AudioTarget(**wrong)  # type: ignore[arg-type]  # the wrong types are the point


@pytest.mark.parametrize(
    ("rate", "error"),
    [
        (8_000, 0.001),
        (11_025, 0.001),
        (44_100, 0.001),
        (88_200, 0.001),
        (22_051, 0.01),
        (44_056, 0.01),
        (191_999, 0.01),
    ],
)
def test_any_rate_becomes_the_studys(rate: int, error: float) -> None:
    """A second of 500 Hz made at any rate is a second of 500 Hz at 32 kHz; standard rates are exact."""
    target = AudioTarget(duration=1.0, fade=0.0)
    shaped = shape(sine(500, amplitude=0.5, seconds=1.0, rate=rate), rate, target)
    wanted = sine(500, amplitude=0.5, seconds=1.0)
    assert float((shaped - wanted)[:, 1_000:-1_000].abs().max()) < error


def click(height: float) -> torch.Tensor:
    """A soft tone with one loud sample in its middle."""
    audio = sine(440, amplitude=0.01)
    audio[:, 160_000] = height
    return audio


def one_sided() -> torch.Tensor:
    audio = noise(1)
    audio[1] *= 1e-4
    return audio


def short_sound(seconds: float) -> torch.Tensor:
    audio = noise(1)
    audio[:, round(seconds * 32_000) :] = 0
    return audio


@pytest.mark.parametrize(
    ("audio", "code", "said"),
    [
        (noise(1) + 0.3, "dc_offset", "a constant offset of 0.300"),
        (one_sided(), "dead_channel", "80 dB below the other; allowed are up to 60 dB"),
        (short_sound(3.0), "mostly_silent", "70% of the clip is one silence"),
        (click(0.9), "lone_click", r"one click lies 39\.1 dB above everything else"),
    ],
)
def test_a_clip_that_something_is_wrong_with_is_refused_by_its_name(
    audio: torch.Tensor, code: str, said: str
) -> None:
    found, message = refused(audio)
    assert found == code
    assert re.search(said, message)


@pytest.mark.parametrize(
    "audio", [short_sound(4.0), click(0.05), noise(1) + 0.01, noise(1, channels=1), plucks()]
)
def test_what_music_does_is_accepted(audio: torch.Tensor) -> None:
    assert shape(audio, 32_000).shape == (2, 320_000)
