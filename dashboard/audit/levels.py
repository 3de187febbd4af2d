"""What a program can measure of a clip without hearing it: the bytes before the sound, loudness, peak."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from generation.audio import read_audio
from generation.audio.levels import decibels
from generation.audio.loudness import integrated_loudness

HEAD_BYTES = 512  # where the sound must have begun


@dataclass(frozen=True, slots=True)
class Level:
    """``head`` in hexadecimal, up to and with the size of the data chunk; LUFS; dBFS of the highest sample."""

    head: str
    loudness: float
    peak: float


@lru_cache(maxsize=4096)
def level_of(wav: bytes) -> Level:
    """Raises ``AudioRejected`` for bytes that are no sound."""
    audio, rate = read_audio(wav)
    return Level(_head(wav).hex(), integrated_loudness(audio, rate), decibels(float(audio.abs().max())))


def _head(wav: bytes) -> bytes:
    return wav[: wav.find(b"data", 0, HEAD_BYTES) + 8]
