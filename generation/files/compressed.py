"""Sounds as they travel to a browser: lossless FLAC, padded so that its length tells nothing of what it holds.

A compressed sound lies beside the sound that it was made from, under the same digest, and can be made again at any
time. It carries its own SHA-256 in an APPLICATION block (RFC 9639, section 8.4), which is checked when it is read and
does not leave the store.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from io import BytesIO

import numpy as np
import soundfile

from generation.files import storage

FORM = "flac"
MARK = b"fLaC"
STREAMINFO, PADDING, APPLICATION, LAST = 0, 1, 2, 0x80
INFO_BYTES = 34
HEAD_BYTES = len(MARK) + 4 + INFO_BYTES
OWNER = b"EARW"
SEAL_BYTES = 4 + len(OWNER) + hashlib.sha256().digest_size
LONGEST_BLOCK = 2**24 - 1
# Sizes are rounded up to whole steps, so that a sound that is met in several pairs has few sizes.
STEP = 32 * 1024


def common_size(digests: tuple[str, ...]) -> int:
    """The bytes that each of these sounds takes, padded to one size.

    Raises:
        SoundMissing, StorageFailed: as `storage.get`.
    """
    least = max(_size(digest) for digest in digests) + 4  # a padding block has four bytes of its own
    return -(-least // STEP) * STEP


def padded(digest: str, size: int) -> bytes:
    """The sound as a FLAC file of exactly ``size`` bytes, from `common_size`.

    Raises:
        SoundMissing, StorageFailed: as `storage.get`.
    """
    head, frames = _parts(digest)
    return head + _padding(size - len(head) - len(frames)) + frames


def store_padded(digest: str, size: int) -> str:
    """The name under which a web server finds `padded`, which is stored there if it was not yet."""
    form = f"{size}.{FORM}"
    if not storage.has_form(digest, form):
        storage.put_form(digest, form, padded(digest, size))
    return storage.name_of(digest, form)


@lru_cache(maxsize=8192)
def _size(digest: str) -> int:
    """Bytes without padding and seal; compresses the sound where that was not done yet."""
    head, frames = _parts(digest)
    return len(head) + len(frames)


def _parts(digest: str) -> tuple[bytes, bytes]:
    """Head and frames. What was lost or damaged is made anew: the sound itself is what counts."""
    stored = storage.get_form(digest, FORM)
    found = None if stored is None else _unsealed(stored)
    if found is not None:
        return found
    head, frames = _split(_compress(storage.get(digest)))
    storage.put_form(digest, FORM, head + _seal(head, frames) + frames)
    return head, frames


def _compress(wav: bytes) -> bytes:
    samples, rate = soundfile.read(BytesIO(wav), dtype="int16", always_2d=True)
    file = BytesIO()
    soundfile.write(file, samples, rate, format="FLAC", subtype="PCM_16")
    again, _ = soundfile.read(BytesIO(file.getvalue()), dtype="int16", always_2d=True)
    if not np.array_equal(samples, again):
        raise storage.SoundMissing("FLAC did not give the same samples back")
    return file.getvalue()


def _split(flac: bytes) -> tuple[bytes, bytes]:
    """The stream's head, which says that more blocks follow, and its frames; every other block is left out."""
    place, last = len(MARK), False
    while not last:
        last = bool(flac[place] & LAST)
        place += 4 + int.from_bytes(flac[place + 1 : place + 4], "big")
    return MARK + _block(STREAMINFO, flac[len(MARK) + 4 : HEAD_BYTES]), flac[place:]


def _block(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + len(body).to_bytes(3, "big") + body


def _seal(head: bytes, frames: bytes) -> bytes:
    return _block(APPLICATION | LAST, OWNER + hashlib.sha256(head + frames).digest())


def _unsealed(stored: bytes) -> tuple[bytes, bytes] | None:
    head, frames = stored[:HEAD_BYTES], stored[HEAD_BYTES + SEAL_BYTES :]
    intact = stored[HEAD_BYTES : HEAD_BYTES + SEAL_BYTES] == _seal(head, frames)
    return (head, frames) if intact else None


def _padding(size: int) -> bytes:
    """Padding blocks of ``size`` bytes together, the last of which says that it is the last block.

    Raises:
        ValueError: not even the head of a block has room in ``size`` bytes.
    """
    if size < 4:
        raise ValueError(f"a padding block takes 4 bytes or more, not {size}")
    blocks = []
    while size > 4 + LONGEST_BLOCK:
        body = min(LONGEST_BLOCK, size - 8)  # what is left has room for the head of another block
        blocks.append(_block(PADDING, bytes(body)))
        size -= 4 + body
    return b"".join([*blocks, _block(PADDING | LAST, bytes(size - 4))])
