"""Sounds under their SHA-256. Writing the same sound twice is writing it once."""

from __future__ import annotations

import hashlib
import secrets
from typing import IO

from botocore.exceptions import BotoCoreError, ClientError
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

# What a folder and an S3 bucket raise when they cannot be reached, are full, or refuse us.
STORE_ERRORS = (OSError, BotoCoreError, ClientError)


class StorageFailed(Exception):
    """The store did not take or give the bytes (disk full, bucket unreachable). A retry can help."""


class SoundMissing(Exception):
    """The row names a sound that the store does not have."""


def name_of(digest: str, form: str = "wav") -> str:
    return f"{digest[:2]}/{digest}.{form}"


def put(data: bytes) -> str:
    """Store ``data`` and return its SHA-256. Half a file is never left under the name.

    Raises:
        StorageFailed: the store did not take it.
    """
    digest = hashlib.sha256(data).hexdigest()
    try:
        if not _holds(digest, len(data)):
            _write(name_of(digest), data)
    except STORE_ERRORS as error:
        raise StorageFailed(f"the sample store did not take {len(data)} bytes: {error}") from error
    return digest


def _holds(digest: str, size: int) -> bool:
    name = name_of(digest)
    return default_storage.exists(name) and default_storage.size(name) == size


def _write(name: str, data: bytes) -> None:
    # A file of another size under this name is what a full disk or a pulled plug left behind.
    if default_storage.exists(name):
        default_storage.delete(name)
    saved = default_storage.save(name, ContentFile(data))
    if saved == name:
        return
    # Somebody stored the same bytes between our two looks: theirs stay, ours go.
    default_storage.delete(saved)


def get(digest: str) -> bytes:
    """The bytes under ``digest``.

    Raises:
        SoundMissing: no such sound, or its bytes are not what the digest says.
        StorageFailed: the store could not be read.
    """
    try:
        with default_storage.open(name_of(digest), "rb") as file:
            data: bytes = file.read()
    except FileNotFoundError as error:
        raise SoundMissing(f"no sound is stored under {digest}") from error
    except STORE_ERRORS as error:
        raise StorageFailed(f"the sample store could not be read: {error}") from error
    if hashlib.sha256(data).hexdigest() != digest:
        raise SoundMissing(f"the sound stored under {digest} is damaged")
    return data


def has_form(digest: str, form: str) -> bool:
    """Whether the sound under ``digest`` has been stored in another form too."""
    try:
        return default_storage.exists(name_of(digest, form))
    except STORE_ERRORS as error:
        raise StorageFailed(f"the sample store could not be read: {error}") from error


def put_form(digest: str, form: str, data: bytes) -> None:
    """Store another form of the sound under ``digest``, in place of what was there.

    Raises:
        StorageFailed: the store did not take it.
    """
    try:
        _write(name_of(digest, form), data)
    except STORE_ERRORS as error:
        raise StorageFailed(f"the sample store did not take {len(data)} bytes: {error}") from error


def get_form(digest: str, form: str) -> bytes | None:
    """What `put_form` stored, unchecked; None where there is nothing.

    Raises:
        StorageFailed: the store could not be read.
    """
    try:
        with default_storage.open(name_of(digest, form), "rb") as file:
            data: bytes = file.read()
    except FileNotFoundError:
        return None
    except STORE_ERRORS as error:
        raise StorageFailed(f"the sample store could not be read: {error}") from error
    return data


def put_archive(digest: str, archive: IO[bytes]) -> None:
    """Store an uploaded archive, whose SHA-256 is ``digest``, as it came.

    Raises:
        StorageFailed: the store did not take it.
    """
    name = _archive_name(digest)
    try:
        if not default_storage.exists(name):
            default_storage.save(name, File(archive, name))
    except STORE_ERRORS as error:
        raise StorageFailed(f"the sample store did not take the archive: {error}") from error


def get_archive(digest: str, into: IO[bytes]) -> None:
    """Copy the archive under ``digest`` into an open file.

    Raises:
        SoundMissing: no such archive, or its bytes are not what the digest says.
        StorageFailed: the store could not be read.
    """
    seen = hashlib.sha256()
    try:
        with default_storage.open(_archive_name(digest), "rb") as file:
            for part in file.chunks():
                seen.update(part)
                into.write(part)
    except FileNotFoundError as error:
        raise SoundMissing(f"no archive is stored under {digest}") from error
    except STORE_ERRORS as error:
        raise StorageFailed(f"the sample store could not be read: {error}") from error
    if seen.hexdigest() != digest:
        raise SoundMissing(f"the archive stored under {digest} is damaged")


def _archive_name(digest: str) -> str:
    return f"archives/{digest}.zip"


def must_answer() -> None:
    """Ask the store for something it cannot have; raises StorageFailed when it does not answer."""
    try:
        default_storage.exists(f"readyz-{secrets.token_hex(4)}")
    except STORE_ERRORS as error:
        raise StorageFailed(f"the sample store does not answer: {error}") from error
