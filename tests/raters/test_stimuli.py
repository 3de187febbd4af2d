"""What the headphone check plays, measured: levels, spectra and what one ear does to the other."""

from __future__ import annotations

import io
import wave
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import signal

from raters.stimuli.headphones import NOISE_GAP, RATE, TONE_GAP, antiphase, burst_starts, huggins

EACH = pytest.mark.parametrize("place", range(3))
Stereo = NDArray[np.float64]


def bursts_of(wav: bytes, gap: float) -> list[Stereo]:
    """The steady part of each burst: two rows, left and right."""
    with wave.open(io.BytesIO(wav)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (2, 2, RATE)
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    sound = samples.reshape(-1, 2).T / 32_767
    return [sound[:, start + 4000 : start + RATE - 4000] for start in burst_starts(gap)]


def phases(burst: Stereo, low: float, high: float) -> NDArray[np.float64]:
    """The interaural phase in degrees, by Welch's cross spectrum, at the frequencies between."""
    hertz, cross = signal.csd(burst[0], burst[1], RATE, nperseg=8000)
    inside = cross[(hertz >= low) & (hertz <= high)]
    return np.asarray(np.abs(np.degrees(np.angle(inside))), dtype=np.float64)


def decibels(parts: Sequence[NDArray[np.float64]]) -> list[float]:
    levels = [float(20 * np.log10(np.sqrt(np.mean(part**2)))) for part in parts]
    return [round(level - levels[0], 2) for level in levels]


@EACH
def test_huggins_shifts_the_band_around_600_hz_by_half_a_turn_in_one_burst_only(place: int) -> None:
    for number, burst in enumerate(bursts_of(huggins(place, seed=5), NOISE_GAP)):
        inside = phases(burst, 572, 628)
        assert np.all(inside > 175) if number == place else np.all(inside < 1)


@EACH
def test_outside_its_band_huggins_is_the_same_in_both_ears(place: int) -> None:
    for burst in bursts_of(huggins(place, seed=5), NOISE_GAP):
        for low, high in ((50, 550), (650, 15_500)):
            assert np.all(phases(burst, low, high) < 5)


def test_one_ear_of_huggins_alone_tells_nothing() -> None:
    """Same level and a flat spectrum, with and without the pitch, in either ear."""
    pitched, *plain = bursts_of(huggins(0, seed=5), NOISE_GAP)
    for ear in (0, 1):
        assert max(map(abs, decibels([pitched[ear], *(burst[ear] for burst in plain)]))) < 0.2
        hertz, power = signal.welch(pitched[ear], RATE, nperseg=2000)
        band = power[np.abs(hertz - 600) <= 36].mean() / power[(hertz > 200) & (hertz < 1200)].mean()
        assert 0.6 < band < 1.6


def test_the_noise_is_white() -> None:
    hertz, power = signal.welch(bursts_of(huggins(0, seed=1), NOISE_GAP)[1][0], RATE, nperseg=512)
    octaves = [power[(hertz > low) & (hertz <= 2 * low)].mean() for low in (500, 1000, 2000, 4000, 7000)]
    assert max(octaves) / min(octaves) < 1.4


def test_mono_turns_the_pitch_into_a_notch_and_so_destroys_the_check() -> None:
    burst = bursts_of(huggins(0, seed=5), NOISE_GAP)[0]
    hertz, power = signal.welch(burst.mean(axis=0), RATE, nperseg=8000)
    assert power[np.abs(hertz - 600) < 25].mean() < 0.01 * power[(hertz > 700) & (hertz < 900)].mean()


@EACH
def test_the_quietest_tone_is_6_db_softer_in_both_ears(place: int) -> None:
    tones = bursts_of(antiphase(place, opposite=(place + 1) % 3), TONE_GAP)
    loud = tones[(place + 2) % 3]
    for ear in (0, 1):
        assert decibels([loud[ear], tones[place][ear]])[1] == pytest.approx(-6, abs=0.02)
        assert decibels([loud[ear], tones[(place + 1) % 3][ear]])[1] == pytest.approx(0, abs=0.02)


@EACH
def test_over_loudspeakers_the_opposite_tone_is_the_quietest(place: int) -> None:
    tones = bursts_of(antiphase((place + 1) % 3, opposite=place), TONE_GAP)
    together = [float(np.abs(tone.sum(axis=0)).max()) for tone in tones]
    assert together[place] < 0.001
    assert all(level > 0.2 for number, level in enumerate(together) if number != place)


def test_the_tones_are_pure_and_at_200_hz() -> None:
    for tone in bursts_of(antiphase(0, opposite=1), TONE_GAP):
        hertz, power = signal.periodogram(tone[0], RATE, window="hann")
        near = np.abs(hertz - 200) < 5
        assert power[near].sum() / power.sum() > 0.9999


def test_the_two_special_tones_are_not_one() -> None:
    with pytest.raises(ValueError, match="not both in interval 1"):
        antiphase(1, opposite=1)


def test_all_trials_of_a_check_have_the_same_number_of_bytes() -> None:
    assert len({len(huggins(place, seed=place)) for place in range(3)}) == 1
    pairs = [(quiet, other) for quiet in range(3) for other in range(3) if quiet != other]
    assert len({len(antiphase(quiet, opposite=other)) for quiet, other in pairs}) == 1


def test_no_trial_clips_and_none_begins_with_a_click() -> None:
    for wav in (huggins(1, seed=3), antiphase(0, opposite=2)):
        with wave.open(io.BytesIO(wav)) as file:
            samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)
        assert np.abs(samples.astype(int)).max() < 20_000
        start = round(0.1 * RATE)
        assert np.abs(np.diff(samples[start - 10 : start + 60].astype(int), axis=0)).max() < 600
