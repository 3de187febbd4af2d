"""The headphone check's stimuli, synthesised: stereo, 16 bits, WAV, because lossy or mono delivery destroys them.

Every trial of a check has the same number of bytes. Places count from 0.
"""

from __future__ import annotations

import io
import wave

import numpy as np
from numpy.typing import NDArray

RATE = 32_000
PLACES = 3
BURST = 1.0
LEAD = 0.1

NOISE_GAP = 1.0
NOISE_LEVEL = 0.08  # root mean square of full scale; four standard deviations stay far from clipping
NOISE_RAMP = 0.03
PITCH = 600.0
HALF_BAND = 0.06

TONE = 200.0
TONE_GAP = 0.5
TONE_LEVEL = 0.3  # amplitude
TONE_RAMP = 0.1
SOFTER = 10 ** (-6 / 20)

Stereo = NDArray[np.float64]
"""Two rows, left and right, of samples within -1 and 1."""


def huggins(place: int, *, seed: int) -> bytes:
    """Three bursts of white noise, 1 s each and 1 s apart; the one at ``place`` hides a pitch.

    The same noise goes to both ears, but in that burst the right ear has the band of 6% either side of 600 Hz in
    opposite phase: a faint tone over headphones, nothing in either ear alone (Milne et al. 2021).
    """
    noise = np.random.default_rng(seed)
    bursts = [_burst(noise, pitched=number == place) for number in range(PLACES)]
    return _wav(_row(bursts, NOISE_GAP))


def _burst(noise: np.random.Generator, *, pitched: bool) -> Stereo:
    left = NOISE_LEVEL * noise.standard_normal(round(RATE * BURST))
    right = _shifted(left) if pitched else left
    return np.stack([left, right]) * _envelope(NOISE_RAMP)


def _shifted(noise: NDArray[np.float64]) -> NDArray[np.float64]:
    spectrum = np.fft.rfft(noise)
    hertz = np.fft.rfftfreq(noise.size, 1 / RATE)
    spectrum[np.abs(hertz - PITCH) <= HALF_BAND * PITCH] *= -1
    return np.fft.irfft(spectrum, noise.size)


def antiphase(quietest: int, *, opposite: int) -> bytes:
    """Three tones of 200 Hz, 1 s each: one 6 dB softer, another with the right ear in opposite phase.

    Over loudspeakers the opposite one cancels and sounds quietest; over headphones it does not (Woods et al. 2017).

    Raises:
        ValueError: both at the same place.
    """
    if quietest == opposite:
        raise ValueError(f"the softer and the opposite tone are two, not both at {quietest}")
    time = np.arange(round(RATE * BURST)) / RATE
    tone = TONE_LEVEL * np.sin(2 * np.pi * TONE * time) * _envelope(TONE_RAMP)
    tones = []
    for number in range(PLACES):
        left = tone * (SOFTER if number == quietest else 1.0)
        tones.append(np.stack([left, -left if number == opposite else left]))
    return _wav(_row(tones, TONE_GAP))


def _envelope(ramp: float) -> NDArray[np.float64]:
    """Raised-cosine ramps of so many seconds at both ends of a burst."""
    edge = 0.5 - 0.5 * np.cos(np.pi * np.arange(round(RATE * ramp)) / round(RATE * ramp))
    return np.concatenate([edge, np.ones(round(RATE * BURST) - 2 * edge.size), edge[::-1]])


def starts(gap: float) -> list[int]:
    """The first sample of each burst."""
    return [round(RATE * (LEAD + number * (BURST + gap))) for number in range(PLACES)]


def _row(bursts: list[Stereo], gap: float) -> Stereo:
    sound = np.zeros((2, starts(gap)[-1] + round(RATE * (BURST + LEAD))))
    for start, burst in zip(starts(gap), bursts, strict=True):
        sound[:, start : start + burst.shape[1]] = burst
    return sound


def _wav(sound: Stereo) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(np.round(32_767 * sound.T).astype("<i2").tobytes())
    return buffer.getvalue()
