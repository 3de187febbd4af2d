"""FLAC as clips travel: the same samples, one size for all that are heard together, nothing damaged."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from generation.files import compressed, storage

RATE = 32_000


@pytest.fixture(autouse=True)
def _nothing_known() -> None:
    compressed._size.cache_clear()  # noqa: SLF001 - another test's store had other files


def sound(seed: int, *, level: float = 3_000, frames: int = 9_000) -> bytes:
    """A 16-bit stereo WAV file of noise: the louder, the less FLAC can spare."""
    noise = np.random.default_rng(seed).normal(0, level, (frames, 2)).clip(-32_768, 32_767)
    file = BytesIO()
    soundfile.write(file, noise.astype("int16"), RATE, format="WAV", subtype="PCM_16")
    return file.getvalue()


def samples(data: bytes) -> npt.NDArray[np.int16]:
    read: npt.NDArray[np.int16] = soundfile.read(BytesIO(data), dtype="int16", always_2d=True)[0]
    return read


def test_two_sounds_come_in_one_size_and_hold_their_very_samples() -> None:
    quiet, loud = sound(1, level=20), sound(2, level=9_000)
    digests = tuple(storage.put(each) for each in (quiet, loud))
    size = compressed.common_size(digests)
    sent = [compressed.padded(digest, size) for digest in digests]
    assert [len(each) for each in sent] == [size, size]
    for each, original in zip(sent, (quiet, loud), strict=True):
        assert np.array_equal(samples(each), samples(original))


def test_what_is_sent_begins_with_the_same_bytes_and_carries_no_tag() -> None:
    digests = tuple(storage.put(sound(seed)) for seed in (1, 2))
    sent = [compressed.padded(digest, compressed.common_size(digests)) for digest in digests]
    assert sent[0][:12] == sent[1][:12]  # "fLaC", the first block's head, block sizes
    assert not any(tag in each for each in sent for tag in (b"libFLAC", b"reference", b"EARW"))


def test_a_damaged_compressed_sound_is_made_anew(own_store: Path) -> None:
    digest = storage.put(sound(3))
    size = compressed.common_size((digest,))
    before = compressed.padded(digest, size)
    stored = own_store / storage.name_of(digest, "flac")
    damaged = bytearray(stored.read_bytes())
    damaged[-500] ^= 1
    stored.write_bytes(damaged)
    assert compressed.padded(digest, size) == before


def test_a_proxy_finds_the_padded_sound_under_its_name(own_store: Path) -> None:
    digest = storage.put(sound(4))
    size = compressed.common_size((digest,))
    name = compressed.store_padded(digest, size)
    assert (own_store / name).read_bytes() == compressed.padded(digest, size)


def test_a_sound_that_is_gone_is_missing_in_every_form() -> None:
    with pytest.raises(storage.SoundMissing):
        compressed.common_size(("0" * 64,))


def blocks(padding: bytes) -> list[tuple[int, int, bool]]:
    """Kind, length and whether it is the last, of each block."""
    found, place = [], 0
    while place < len(padding):
        length = int.from_bytes(padding[place + 1 : place + 4], "big")
        found.append((padding[place] & 0x7F, length, bool(padding[place] & 0x80)))
        place += 4 + length
    assert place == len(padding)
    return found


@given(
    st.one_of(st.integers(4, 5_000), st.integers(-9, 9).map(lambda off: compressed.LONGEST_BLOCK + 4 + off))
)
def test_padding_is_whole_blocks_of_padding_that_take_exactly_the_bytes(size: int) -> None:
    found = blocks(compressed._padding(size))  # noqa: SLF001 - 16 MB of a sound would say no more
    assert all(kind == 1 for kind, _, _ in found)
    assert [last for _, _, last in found] == [False] * (len(found) - 1) + [True]
