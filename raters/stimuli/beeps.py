"""The sound check's stimulus, synthesised: a code of short beeps. Every code has the same number of bytes."""

from __future__ import annotations

import io
from functools import lru_cache

import numpy as np
import soundfile

RATE = 32_000
SECONDS = 4.0
LEAD = 0.3
BEEP = 0.22
STEP = 0.62
RAMP = 0.012
HERTZ = 660.0
LEVEL = 0.18


@lru_cache(maxsize=8)
def beep_code(beeps: int) -> bytes:
    """A mono 16-bit WAV of 4 s with ``beeps`` tones of 660 Hz, each with 12 ms ramps."""
    time = np.arange(int(RATE * SECONDS)) / RATE
    number, inside = np.divmod(time - LEAD, STEP)
    sounding = (time >= LEAD) & (number < beeps) & (inside < BEEP)
    envelope = np.minimum(1.0, np.minimum(inside, BEEP - inside) / RAMP)
    tone = np.where(sounding, LEVEL * envelope * np.sin(2 * np.pi * HERTZ * time), 0.0)
    buffer = io.BytesIO()
    samples = np.round(32_767 * tone).astype(np.int16)
    soundfile.write(buffer, samples, RATE, format="WAV", subtype="PCM_16")
    return buffer.getvalue()
