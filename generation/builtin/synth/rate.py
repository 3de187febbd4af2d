"""The one sample rate of the synthesiser."""

from __future__ import annotations

import math

SAMPLE_RATE = 32_000
NYQUIST = SAMPLE_RATE / 2


def frames(seconds: float) -> int:
    """Seconds to the nearest frame."""
    return round(seconds * SAMPLE_RATE)


def hertz(pitch: float) -> float:
    """MIDI note number to Hz, A4 = 69 = 440 Hz."""
    return 440.0 * math.pow(2, (pitch - 69) / 12)
