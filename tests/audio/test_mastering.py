"""Same length, same bytes, same loudness: nothing but the sound tells two clips apart."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.audio import (
    AudioRejected,
    AudioTarget,
    Measurement,
    common_loudness,
    master,
    measure,
    reachable_loudness,
    read_audio,
    shape,
    verify,
)
from tests.audio.signals import noise, plucks, sine, tone_with_quiet_half

SHORT = AudioTarget(duration=2.0)


def known(*, loudness: float, true_peak: float) -> Measurement:
    return Measurement(10.0, loudness, true_peak, 0.0, 0.0)


@pytest.mark.parametrize(
    ("loudness", "true_peak", "reachable"),
    [(-30.0, -20.0, -23.0), (-23.0, -1.0, -23.0), (-20.0, 3.0, -24.0), (-40.0, -10.0, -31.0)],
)
def test_a_clip_reaches_the_loudness_its_peaks_allow(
    loudness: float, true_peak: float, reachable: float
) -> None:
    assert reachable_loudness(known(loudness=loudness, true_peak=true_peak)) == pytest.approx(reachable)


def test_one_freak_clip_cannot_silence_a_study() -> None:
    with pytest.raises(
        AudioRejected, match=r"reaches -41\.0 LUFS; allowed are -36\.0 LUFS or more"
    ) as caught:
        reachable_loudness(known(loudness=-50.0, true_peak=-10.0))
    assert caught.value.code == "loudness_unreachable"


def test_the_peakiest_clip_sets_the_common_loudness() -> None:
    assert common_loudness([-23.0, -25.5, -24.0]) == -25.5


def test_the_common_loudness_never_passes_the_target() -> None:
    assert common_loudness([]) == -23.0
    assert common_loudness([-12.0]) == -23.0


def material(kind: str, seed: int, level: float, target: AudioTarget) -> torch.Tensor:
    """Shaped clips that have nothing in common."""
    clips = {
        "noise": noise(seed, frames=64_000),
        "sine": sine(50.0 * (seed + 1), amplitude=0.3, seconds=2),
        "plucks": plucks(gap=8_000 + 100 * seed, frames=64_000),
        "quiet half": tone_with_quiet_half(seconds=2),
        "one side": noise(seed, frames=64_000) * torch.tensor([[1.0], [0.01]]),
    }
    return shape(clips[kind] * level, 32_000, target)


KINDS = st.sampled_from(["noise", "sine", "plucks", "quiet half", "one side"])


@settings(max_examples=12, deadline=None)
@given(first=KINDS, second=KINDS, seed=st.integers(0, 5), level=st.floats(0.05, 3.0))
def test_two_clips_differ_in_nothing_but_the_sound(first: str, second: str, seed: int, level: float) -> None:
    clips = [material(first, seed, level, SHORT), material(second, seed + 1, 0.5, SHORT)]
    loudness = common_loudness([reachable_loudness(measure(clip, 32_000), SHORT) for clip in clips], SHORT)
    files = [master(clip, loudness=loudness, target=SHORT) for clip in clips]
    assert files[0][:44] == files[1][:44]
    assert len(files[0]) == len(files[1]) == 44 + 64_000 * 4
    for file in files:
        assert verify(file, loudness=loudness, target=SHORT).loudness == pytest.approx(loudness, abs=0.1)


@settings(max_examples=6, deadline=None)
@given(kind=KINDS, seed=st.integers(0, 5))
def test_mastering_is_idempotent(kind: str, seed: int) -> None:
    once = master(material(kind, seed, 1.0, SHORT), loudness=-30.0, target=SHORT)
    audio, _ = read_audio(once)
    assert master(audio, loudness=-30.0, target=SHORT) == once


def test_mastering_is_deterministic() -> None:
    clip = material("noise", 3, 1.0, SHORT)
    assert master(clip, loudness=-23.0, target=SHORT) == master(clip.clone(), loudness=-23.0, target=SHORT)


def test_mastering_is_one_gain_and_a_step_or_two_of_dither() -> None:
    clip = material("noise", 3, 1.0, SHORT)
    audio, _ = read_audio(master(clip, loudness=-23.0, target=SHORT))
    gain = float((audio * clip).sum() / clip.square().sum())
    assert float((audio - gain * clip).abs().max()) <= 1.6 * 2**-15


def test_padding_carries_dither_like_everything_else() -> None:
    clip = material("noise", 3, 1.0, SHORT)
    clip[:, 40_000:] = 0
    audio, _ = read_audio(master(clip, loudness=-23.0, target=SHORT))
    steps = audio[:, 40_000:] * 2**15
    assert float(steps.square().mean()) == pytest.approx(
        0.25, abs=0.03
    )  # 1/6 of the dither + 1/12 of the rounding


def test_a_clip_that_would_clip_is_refused_not_limited() -> None:
    with pytest.raises(AudioRejected, match="true peak") as caught:
        master(material("plucks", 0, 1.0, SHORT), loudness=-10.0, target=SHORT)
    assert caught.value.code == "true_peak_exceeded"


def test_only_shaped_clips_are_mastered() -> None:
    with pytest.raises(
        AudioRejected, match=r"shape \[2, 9\]; allowed is \[2, 320000\], as shaping"
    ) as caught:
        master(torch.ones(2, 9), loudness=-23.0)
    assert caught.value.code == "not_canonical"


def test_a_silent_clip_has_no_loudness_to_reach() -> None:
    with pytest.raises(AudioRejected) as caught:
        master(torch.zeros(2, 64_000), loudness=-23.0, target=SHORT)
    assert caught.value.code == "loudness_missed"


def code_of_bytes(wav: bytes, loudness: float = -23.0) -> str:
    with pytest.raises(AudioRejected) as caught:
        verify(wav, loudness=loudness, target=SHORT)
    return caught.value.code


def test_verification_finds_what_is_wrong_with_a_file() -> None:
    good = master(material("noise", 1, 1.0, SHORT), loudness=-23.0, target=SHORT)
    other_rate = master(material("noise", 1, 1.0, SHORT), loudness=-23.0, target=SHORT).replace(
        b"\x00}", b"\x80\xbb", 1
    )
    assert code_of_bytes(good[:-4]) == "not_canonical"
    assert code_of_bytes(good + b"LIST") == "not_canonical"
    assert code_of_bytes(other_rate) == "not_canonical"
    assert code_of_bytes(b"") == "not_canonical"
    assert code_of_bytes(good, loudness=-22.8) == "loudness_missed"


def test_verification_finds_peaks_above_the_guard() -> None:
    loose = AudioTarget(duration=2.0, true_peak=0.0)
    clip = material("plucks", 0, 1.0, SHORT)
    loudness = reachable_loudness(
        measure(clip, 32_000), AudioTarget(duration=2.0, true_peak=0.0, loudness=-5.0)
    )
    assert code_of_bytes(master(clip, loudness=loudness, target=loose), loudness) == "true_peak_exceeded"
