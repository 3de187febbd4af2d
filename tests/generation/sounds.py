"""Sound files of every kind for tests, honest and not."""

from __future__ import annotations

import io

import numpy as np
import soundfile


def sound(
    kind: str,
    *,
    seconds: float = 6.0,
    rate: int = 44_100,
    channels: int = 2,
    seed: int = 1,
    subtype: str | None = None,
) -> bytes:
    """Noise that swells, as a file of libsndfile's ``kind``."""
    frames = round(seconds * rate)
    swell = np.abs(np.sin(np.arange(frames) / 30_000))[:, None]
    audio = 0.1 * np.random.default_rng(seed).standard_normal((frames, channels)) * swell
    buffer = io.BytesIO()
    soundfile.write(buffer, audio.astype(np.float32), rate, format=kind, subtype=subtype)
    return buffer.getvalue()


def claiming(flac: bytes, frames: int) -> bytes:
    """The same FLAC file, its header claiming another number of frames; 0: unknown, as into a pipe."""
    # STREAMINFO begins at byte 8; its last 36 bits before the MD5 sum are the number of frames (RFC 9639, 8.2).
    place = slice(18, 26)
    said = int.from_bytes(flac[place], "big") >> 36 << 36 | frames
    return flac[: place.start] + said.to_bytes(8, "big") + flac[place.stop :]


def without_table(mp3: bytes) -> bytes:
    """The same MP3 without the frame that says how many frames follow (Xing, Info)."""
    start = mp3.index(b"\xff", 0)
    table = next(at for tag in (b"Xing", b"Info") if (at := mp3.find(tag, start, start + 200)) >= 0)
    end = mp3.index(mp3[start : start + 2], table)
    return mp3[:start] + mp3[end:]


def streamed(wav: bytes, size: int) -> bytes:
    """The same WAV, as written into a pipe: the sizes in its header are not known."""
    said = size.to_bytes(4, "little")
    return wav[:4] + said + wav[8:40] + said + wav[44:]
