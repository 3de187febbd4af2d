"""Sound files are decoded to their end: what a header says of the length is never believed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from generation.files.sound_files import NoSound, Sound, decode, listen
from tests.generation.sounds import claiming, sound, streamed, without_table

NAMES = {"WAV": "a.wav", "WAVEX": "a.wav", "RF64": "a.wav", "FLAC": "a.flac", "OGG": "a.ogg", "MP3": "a.mp3"}


def heard(folder: Path, data: bytes, name: str) -> Sound:
    (folder / name).write_bytes(data)
    return listen(folder / name)


@pytest.mark.parametrize("kind", NAMES)
@pytest.mark.parametrize("channels", [1, 2])
def test_every_kind_of_sound_is_as_long_as_it_was_made(tmp_path: Path, kind: str, channels: int) -> None:
    found = heard(tmp_path, sound(kind, seconds=1.3, channels=channels), NAMES[kind])
    assert (found.frames, found.rate, found.channels) == (round(1.3 * 44_100), 44_100, channels)


@pytest.mark.parametrize(
    ("kind", "subtype"),
    [
        ("WAV", "PCM_U8"), ("WAV", "PCM_16"), ("WAV", "PCM_24"), ("WAV", "PCM_32"), ("WAV", "FLOAT"), ("WAV", "DOUBLE"),
        ("WAV", "ULAW"), ("FLAC", "PCM_16"), ("FLAC", "PCM_24"),
    ],
)  # fmt: skip
def test_exact_formats_decode_to_what_libsndfile_reads(tmp_path: Path, kind: str, subtype: str) -> None:
    """The second implementation."""
    data = sound(kind, seconds=0.4, subtype=subtype)
    (tmp_path / "a").write_bytes(data)
    theirs, _ = soundfile.read(tmp_path / "a", dtype="float32", always_2d=True)
    ours, rate = decode(data)
    assert rate == 44_100
    np.testing.assert_array_equal(ours, theirs.T)


@pytest.mark.parametrize("kind", ["OGG", "MP3"])
def test_lossy_formats_decode_as_libsndfile_does_but_for_rounding(tmp_path: Path, kind: str) -> None:
    data = sound(kind, seconds=1.0)
    (tmp_path / "a").write_bytes(data)
    theirs, _ = soundfile.read(tmp_path / "a", dtype="float32", always_2d=True)
    np.testing.assert_allclose(decode(data)[0], theirs.T, atol=1e-4)


@pytest.mark.parametrize("claim", [0, 44_100, 2**32 - 1, 2**36 - 1])
def test_a_flac_file_is_as_long_as_its_sound_whatever_it_claims(tmp_path: Path, claim: int) -> None:
    assert heard(tmp_path, claiming(sound("FLAC"), claim), "a.flac").seconds == 6.0


@pytest.mark.parametrize("size", [0, 2**31 - 1, 2**32 - 1])
def test_a_wav_file_written_into_a_pipe_is_read_to_its_end(tmp_path: Path, size: int) -> None:
    assert heard(tmp_path, streamed(sound("WAV"), size), "a.wav").seconds == 6.0


def test_an_mp3_without_its_table_is_as_long_as_its_frames(tmp_path: Path) -> None:
    assert heard(tmp_path, without_table(sound("MP3")), "a.mp3").seconds == pytest.approx(6.0, abs=0.06)


@pytest.mark.parametrize(("kind", "slack"), [("OGG", 0.0), ("MP3", 0.08)])
def test_joined_files_are_as_long_as_all_of_them(tmp_path: Path, kind: str, slack: float) -> None:
    joined = sound(kind, seconds=2.0, seed=1) + sound(kind, seconds=3.0, seed=2)
    assert heard(tmp_path, joined, NAMES[kind]).seconds == pytest.approx(5.0, abs=slack)


def test_each_link_of_a_chain_is_decoded_by_its_own_headers(tmp_path: Path) -> None:
    first, second = (
        sound("OGG", seconds=1.0, seed=1),
        sound("OGG", seconds=1.0, seed=2, channels=2, rate=44_100),
    )
    both, _ = decode(first + second)
    np.testing.assert_array_equal(both, np.concatenate((decode(first)[0], decode(second)[0]), axis=1))


@pytest.mark.parametrize(("rate", "channels"), [(48_000, 2), (44_100, 1)])
def test_joined_files_of_another_form_are_refused(tmp_path: Path, rate: int, channels: int) -> None:
    for kind in ("OGG", "MP3"):
        joined = sound(kind, seconds=1.0) + sound(kind, seconds=1.0, rate=rate, channels=channels)
        with pytest.raises(NoSound, match="several sounds in one file"):
            heard(tmp_path, joined, NAMES[kind])


@pytest.mark.parametrize("kind", ["WAV", "OGG", "MP3"])
def test_half_a_file_is_half_as_long(tmp_path: Path, kind: str) -> None:
    data = sound(kind)
    assert heard(tmp_path, data[: len(data) // 2], NAMES[kind]).seconds == pytest.approx(3.0, abs=0.4)


@pytest.mark.parametrize("share", [0.3, 0.5, 0.9])
def test_part_of_a_flac_file_is_refused(tmp_path: Path, share: float) -> None:
    data = sound("FLAC")
    with pytest.raises(NoSound, match=r"damaged or cut off after \d\.\d\d s"):
        heard(tmp_path, data[: int(share * len(data))], "a.flac")


@pytest.mark.parametrize("after", [bytes(4000), b"TAG" + bytes(125), b"APETAGEX" + bytes(100)])
def test_what_players_leave_at_the_end_of_an_mp3_is_no_damage(tmp_path: Path, after: bytes) -> None:
    assert heard(tmp_path, sound("MP3") + after, "a.mp3").seconds == pytest.approx(6.0, abs=0.03)


def test_a_tag_at_the_beginning_is_passed_over(tmp_path: Path) -> None:
    tag = b"ID3\3\0\0\0\0\0\x0a" + bytes(10)
    for kind in ("MP3", "FLAC"):
        assert heard(tmp_path, tag + sound(kind), NAMES[kind]).seconds == pytest.approx(6.0, abs=0.03)


def test_an_mp3_that_is_damaged_within_is_refused(tmp_path: Path) -> None:
    data = sound("MP3")
    noise = np.random.default_rng(3).bytes(300)
    with pytest.raises(NoSound, match="damaged or cut off after"):
        heard(tmp_path, data[:50_000] + noise + data[50_300:], "a.mp3")


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.wav", b"", "no sound that can be read"),
        ("a.wav", b"this is no sound" * 50, "no sound that can be read"),
        ("a.mp3", b"\xff\xfb" * 400, "no sound that can be read"),
        ("a.ogg", b"OggS" * 400, "no sound that can be read|without samples"),
        ("a.wav", sound("WAV", seconds=1.0)[:44], "without samples"),
        ("a.wav", sound("FLAC", seconds=1.0), "a file named .wav that holds FLAC"),
        ("a.mp3", sound("OGG", seconds=1.0), "a file named .mp3 that holds OGG"),
        ("a.aiff", sound("WAV", seconds=1.0), "a name that ends in '.aiff'"),
        ("a", sound("WAV", seconds=1.0), "a name without an ending"),
    ],
)
def test_what_is_no_sound_or_another_is_refused(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    with pytest.raises(NoSound, match=said):
        heard(tmp_path, data, name)


def test_looking_at_sounds_needs_no_torch() -> None:
    """Web processes check uploads; torch takes seconds and a gigabyte."""
    program = "import sys, generation.files.manifests; print('torch' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"
