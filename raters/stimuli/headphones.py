"""The headphone check's stimuli, synthesised: stereo, 16 bits, WAV, because lossy or mono delivery destroys them.

Every trial of a check has the same number of bytes. Intervals count from 0.
"""

from __future__ import annotations

import io

import numpy as np
import soundfile
from numpy.typing import NDArray

RATE = 32_000
INTERVALS = 3
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


def huggins(interval: int, *, seed: int) -> bytes:
    """Three bursts of white noise, 1 s each and 1 s apart; the one in ``interval`` hides a pitch.

    The same noise goes to both ears, but in that burst the right ear has the band of 6% either side of 600 Hz in
    opposite phase: a faint tone over headphones, nothing in either ear alone (Milne et al. 2021).
    """
    noise = np.random.default_rng(seed)
    bursts = []
    for number in range(INTERVALS):
        left = NOISE_LEVEL * noise.standard_normal(round(RATE * BURST))
        right = invert_band(left) if number == interval else left
        bursts.append(np.stack([left, right]) * burst_envelope(NOISE_RAMP))
    return encode_wav(join_bursts(bursts, NOISE_GAP))


def invert_band(noise: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same noise with the band around the pitch in opposite phase."""
    spectrum = np.fft.rfft(noise)
    hertz = np.fft.rfftfreq(noise.size, 1 / RATE)
    spectrum[np.abs(hertz - PITCH) <= HALF_BAND * PITCH] *= -1
    return np.fft.irfft(spectrum, noise.size)


def antiphase(quietest: int, *, opposite: int) -> bytes:
    """Three tones of 200 Hz, 1 s each: one 6 dB softer, another with the right ear in opposite phase.

    Over loudspeakers the opposite one cancels and sounds quietest; over headphones it does not (Woods et al. 2017).

    Raises:
        ValueError: both in the same interval.
    """
    if quietest == opposite:
        raise ValueError(f"the softer and the opposite tone are two, not both in interval {quietest}")
    time = np.arange(round(RATE * BURST)) / RATE
    tone = TONE_LEVEL * np.sin(2 * np.pi * TONE * time) * burst_envelope(TONE_RAMP)
    tones = []
    for number in range(INTERVALS):
        left = tone * (SOFTER if number == quietest else 1.0)
        tones.append(np.stack([left, -left if number == opposite else left]))
    return encode_wav(join_bursts(tones, TONE_GAP))


def burst_envelope(ramp: float) -> NDArray[np.float64]:
    """Raised-cosine ramps of so many seconds at both ends of a burst."""
    edge = 0.5 - 0.5 * np.cos(np.pi * np.arange(round(RATE * ramp)) / round(RATE * ramp))
    return np.concatenate([edge, np.ones(round(RATE * BURST) - 2 * edge.size), edge[::-1]])


def burst_starts(gap: float) -> list[int]:
    """The first sample of each burst."""
    return [round(RATE * (LEAD + number * (BURST + gap))) for number in range(INTERVALS)]


def join_bursts(bursts: list[Stereo], gap: float) -> Stereo:
    """One after the other, ``gap`` seconds apart, with silence before and after."""
    sound = np.zeros((2, burst_starts(gap)[-1] + round(RATE * (BURST + LEAD))))
    for start, burst in zip(burst_starts(gap), bursts, strict=True):
        sound[:, start : start + burst.shape[1]] = burst
    return sound


def encode_wav(sound: Stereo) -> bytes:
    """16-bit samples: rounded here, so that the bytes do not depend on how a library rounds."""
    buffer = io.BytesIO()
    samples = np.round(32_767 * sound.T).astype(np.int16)
    soundfile.write(buffer, samples, RATE, format="WAV", subtype="PCM_16")
    return buffer.getvalue()
