"""Files as bytes."""

from __future__ import annotations

import io
import struct
import wave
from io import BytesIO

import pytest
import soundfile
import torch

from generation.audio import AudioRejected, AudioTarget, master, pack_raw, read_audio, shape
from tests.audio.signals import noise, sine

SHORT = AudioTarget(duration=1.0)


def test_the_header_is_the_plain_one_of_44_bytes() -> None:
    wav = master(shape(sine(440, amplitude=0.2), 32_000, SHORT), loudness=-23.0, target=SHORT)
    expected = struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        *(b"RIFF", 36 + 128_000, b"WAVE", b"fmt ", 16, 1, 2, 32_000, 128_000, 4, 16, b"data", 128_000),
    )
    assert wav[:44] == expected


def test_the_standard_library_reads_the_file_too() -> None:
    wav = master(shape(sine(440, amplitude=0.2), 32_000, SHORT), loudness=-23.0, target=SHORT)
    with wave.open(io.BytesIO(wav)) as file:
        assert file.getparams()[:4] == (2, 2, 32_000, 32_000)


@pytest.mark.parametrize("channels", [1, 2, 4])
def test_a_raw_clip_comes_back_bit_by_bit(channels: int) -> None:
    audio = noise(1, amplitude=2.0, frames=777, channels=channels)
    back, rate = read_audio(pack_raw(audio, 44_100))
    assert rate == 44_100
    assert torch.equal(back, audio)


def test_equal_clips_pack_to_equal_bytes() -> None:
    assert pack_raw(noise(1), 32_000) == pack_raw(noise(1), 32_000)


def test_integers_cannot_be_packed() -> None:
    with pytest.raises(AudioRejected, match="allowed is floating-point"):
        pack_raw(torch.zeros(2, 9, dtype=torch.int16), 32_000)


@pytest.mark.parametrize(
    ("name", "subtype"), [("WAV", "PCM_24"), ("FLAC", "PCM_16"), ("OGG", "VORBIS"), ("MP3", None)]
)
def test_the_usual_files_are_read(name: str, subtype: str | None) -> None:
    buffer = BytesIO()
    soundfile.write(
        buffer, sine(440, amplitude=0.5, seconds=0.5).T.numpy(), 32_000, format=name, subtype=subtype
    )
    audio, rate = read_audio(buffer.getvalue())
    assert (audio.shape[0], rate, audio.dtype) == (2, 32_000, torch.float32)
    assert float(audio.abs().max()) == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("data", [b"", b"RIFF", b"<html>not found</html>", b"\x00" * 5000])
def test_what_is_no_sound_file_is_refused(data: bytes) -> None:
    with pytest.raises(AudioRejected, match=f"{len(data)} bytes") as caught:
        read_audio(data)
    assert caught.value.code == "not_audio"


def test_a_file_without_samples_is_refused() -> None:
    empty = pack_raw(torch.zeros(1, 1), 32_000)[:-4].replace(
        struct.pack("<4sI", b"data", 4), struct.pack("<4sI", b"data", 0)
    )
    with pytest.raises(AudioRejected, match="without samples"):
        read_audio(empty)
