"""Bytes of sound. Our own writers, because equal sound must be equal bytes: no tags, dates, extra chunks."""

from __future__ import annotations

import struct
from io import BytesIO

import soundfile
import torch
from torch import Tensor

from generation.audio.errors import AudioRejected
from generation.files.sound_files import ALLOWED_KINDS, NoSound, decode

PCM, IEEE_FLOAT = 1, 3
HEADER_BYTES = 44


def pcm16_header(*, sample_rate: int, channels: int, frames: int) -> bytes:
    """The 44 bytes before the samples of a plain 16-bit WAV file."""
    size = frames * channels * 2
    riff = struct.pack("<4sI4s", b"RIFF", HEADER_BYTES - 8 + size, b"WAVE")
    return riff + _format_chunk(PCM, sample_rate, channels, 2) + struct.pack("<4sI", b"data", size)


def pcm16_wav(steps: Tensor, sample_rate: int) -> bytes:
    """A 16-bit WAV file of ``[channels, frames]`` int16 samples."""
    channels, frames = steps.shape
    header = pcm16_header(sample_rate=sample_rate, channels=channels, frames=frames)
    return header + steps.T.contiguous().numpy().astype("<i2").tobytes()


def pack_raw(audio: Tensor, sample_rate: int) -> bytes:
    """A clip as its system made it, as a 32-bit float WAV file, which keeps what passes full scale too.

    ``audio`` is ``[channels, frames]``, floating point. Raises ``AudioRejected`` for anything else.
    """
    if audio.ndim != 2 or 0 in audio.shape or not audio.is_floating_point():
        found = f"shape {list(audio.shape)}, dtype {audio.dtype}"
        raise AudioRejected("not_audio", f"{found}; allowed is floating-point [channels, frames]")
    channels, frames = audio.shape
    samples = audio.detach().cpu().float().T.contiguous().numpy().astype("<f4").tobytes()
    body = _format_chunk(IEEE_FLOAT, sample_rate, channels, 4) + struct.pack("<4sII", b"fact", 4, frames)
    body += struct.pack("<4sI", b"data", len(samples)) + samples
    return struct.pack("<4sI4s", b"RIFF", 4 + len(body), b"WAVE") + body


def read_audio(data: bytes) -> tuple[Tensor, int]:
    """The samples ``[channels, frames]`` float32 and the rate in Hz of a sound file that was written here.

    Raises ``AudioRejected("not_audio")`` for bytes that are none of these, or hold no sample.
    """
    try:
        samples, sample_rate = soundfile.read(BytesIO(data), dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as error:
        raise AudioRejected(
            "not_audio",
            f"{len(data)} bytes that are no readable sound file ({error}); allowed are WAV, FLAC, Ogg, MP3",
        ) from error
    if not len(samples):
        raise AudioRejected("not_audio", "a sound file without samples; allowed is at least one")
    return torch.from_numpy(samples).T.contiguous(), int(sample_rate)


def read_foreign_audio(data: bytes) -> tuple[Tensor, int]:
    """As ``read_audio``, of a file that somebody else made: decoded to its end, whatever its header says of the length.

    Raises ``AudioRejected("not_audio")`` also for what is damaged or cut off, or longer than a clip can be.
    """
    try:
        samples, sample_rate = decode(data)
    except NoSound as no_sound:
        raise AudioRejected(
            "not_audio", f"{len(data)} bytes that are {no_sound}; allowed is {ALLOWED_KINDS}, whole"
        ) from no_sound
    return torch.from_numpy(samples), sample_rate


def _format_chunk(code: int, sample_rate: int, channels: int, width: int) -> bytes:
    frame = channels * width
    return struct.pack(
        "<4sIHHIIHH", b"fmt ", 16, code, channels, sample_rate, sample_rate * frame, frame, width * 8
    )
