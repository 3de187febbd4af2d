"""The sound check's stimulus, synthesised: a code of short beeps. Every code has the same number of bytes."""

from __future__ import annotations

import io
import math
import struct
import wave
from functools import lru_cache

RATE = 32_000
SECONDS = 4.0
BEEP = 0.22
STEP = 0.62
RAMP = 0.012
HERTZ = 660.0
LEVEL = 0.18


@lru_cache(maxsize=8)
def beep_code(beeps: int) -> bytes:
    """A mono 16-bit WAV of 4 s with ``beeps`` tones of 660 Hz, each with 12 ms ramps."""
    frames = [_sample(index / RATE, beeps) for index in range(int(RATE * SECONDS))]
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(struct.pack(f"<{len(frames)}h", *frames))
    return buffer.getvalue()


def _sample(time: float, beeps: int) -> int:
    number, inside = divmod(time - 0.3, STEP)
    if time < 0.3 or number >= beeps or inside >= BEEP:
        return 0
    envelope = min(1.0, inside / RAMP, (BEEP - inside) / RAMP)
    return round(32767 * LEVEL * envelope * math.sin(2 * math.pi * HERTZ * time))
