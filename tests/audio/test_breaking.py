"""Broken twins: plainly worse, plainly the same clip, and canonical like every other."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from generation.audio import WAYS, AudioTarget, Way, break_sound, master, measure, read_audio, shape, verify
from tests.audio.signals import noise, plucks, sine, tone_with_quiet_half

TARGET = AudioTarget(duration=2.0)
SIGNALS = {
    "tone": lambda: sine(440, amplitude=0.3, seconds=2.0),
    "noise": lambda: noise(3, frames=64_000),
    "plucks": lambda: plucks(frames=64_000, gap=2_000),
    "quiet half": lambda: tone_with_quiet_half(seconds=2.0),
}


def shaped(name: str) -> Tensor:
    return shape(SIGNALS[name](), 32_000, TARGET)


def likeness(clean: Tensor, broken: Tensor) -> float:
    """Scale-invariant signal-to-distortion ratio in dB (J. Le Roux et al., SDR half-baked or well done?, 2019)."""
    clean, broken = clean.flatten().double(), broken.flatten().double()
    part = clean * (broken @ clean) / (clean @ clean)
    return float(10 * torch.log10(part.square().sum() / (broken - part).square().sum()))


@pytest.mark.parametrize("name", SIGNALS)
@pytest.mark.parametrize("way", WAYS)
def test_a_broken_twin_is_canonical_at_the_loudness_of_its_study(way: Way, name: str) -> None:
    clean = shaped(name)
    loudness = min(
        TARGET.loudness, measure(clean, 32_000).loudness + TARGET.true_peak - measure(clean, 32_000).true_peak
    )
    wav = master(break_sound(clean, way=way, seed=5, target=TARGET), loudness=loudness, target=TARGET)
    verify(wav, loudness=loudness, target=TARGET)
    assert len(wav) == len(master(clean, loudness=loudness, target=TARGET))


@pytest.mark.parametrize("way", WAYS)
def test_the_damage_is_at_least_half_as_strong_as_what_is_left_of_the_clip(way: Way) -> None:
    """Codecs that listeners rate as transparent stay above 10 dB; 3 dB is damage half as strong as the signal."""
    clean = shaped("tone")
    assert -3 < likeness(clean, break_sound(clean, way=way, seed=5, target=TARGET)) < 3


def test_noise_is_as_strong_as_the_signal() -> None:
    """The reference unit at Q = 0 dB: signal and noise have the same power (ITU-T P.810)."""
    clean = shaped("tone")
    assert likeness(clean, break_sound(clean, way="noise", seed=1, target=TARGET)) == pytest.approx(
        0, abs=0.3
    )


def test_four_tenths_of_a_clip_with_gaps_are_silent() -> None:
    broken = break_sound(shaped("tone"), way="gaps", seed=1, target=AudioTarget(duration=2.0))
    loud = broken[0].abs().unfold(-1, 32, 32).amax(-1) > 1e-3
    assert float(loud.float().mean()) == pytest.approx(0.6, abs=0.06)


@pytest.mark.parametrize("way", WAYS)
def test_the_same_seed_breaks_in_the_same_way_and_another_in_another(way: Way) -> None:
    one, again, other = (
        break_sound(shaped("noise"), way=way, seed=seed, target=TARGET) for seed in (1, 1, 2)
    )
    assert torch.equal(one, again)
    assert not torch.equal(one, other)


@pytest.mark.parametrize("way", WAYS)
def test_mono_and_stereo_keep_their_channels(way: Way) -> None:
    clip = noise(4, frames=64_000, channels=1)
    target = AudioTarget(duration=2.0, channels=1)
    assert break_sound(shape(clip, 32_000, target), way=way, seed=1, target=target).shape == (1, 64_000)


def test_a_loud_study_gets_a_twin_that_reaches_its_loudness() -> None:
    target = AudioTarget(duration=2.0, loudness=-8.0)
    clean = shape(sine(440, amplitude=0.9, seconds=2.0), 32_000, target)
    broken = break_sound(clean, way="noise", seed=2, target=target)
    read, rate = read_audio(master(broken, loudness=-8.0, target=target))
    assert measure(read, rate).loudness == pytest.approx(-8.0, abs=0.1)
