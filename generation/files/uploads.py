"""Uploaded archives of clips: kept in the store by their digest, unpacked on whichever machine needs them.

The web receives an archive, a worker makes the samples; they may share no disk but the store.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings

from generation.files import storage
from generation.files.archives import Contents, unpack
from studies.models import Study


@dataclass(frozen=True, slots=True)
class Upload:
    """An archive that was looked through and lies unpacked in ``folder``."""

    name: str
    sha256: str
    contents: Contents
    folder: Path

    @property
    def record(self) -> Mapping[str, object]:
        """What the study keeps of it (``Study.archive``)."""
        files, size = self.contents.files, self.contents.bytes
        return {"sha256": self.sha256, "name": self.name, "files": files, "bytes": size}


@contextmanager
def unpacked(archive: IO[bytes], *, name: str) -> Iterator[Upload]:
    """The archive in a folder that is gone afterwards, unless ``keep`` moved it.

    Raises:
        StudyRefused: with everything that is wrong with it.
        storage.StorageFailed: this machine's disk did not take it.
    """
    _home().mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=".looking-", dir=_home()))
    try:
        digest = _digest(archive)
        yield Upload(name, digest, _unpack(archive, folder, name), folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _digest(archive: IO[bytes]) -> str:
    archive.seek(0)
    digest = hashlib.sha256()
    while block := archive.read(2**20):
        digest.update(block)
    archive.seek(0)
    return digest.hexdigest()


def _unpack(archive: IO[bytes], folder: Path, name: str) -> Contents:
    try:
        return unpack(archive, folder, name=name)
    except OSError as error:
        raise storage.StorageFailed(
            f"{name} could not be unpacked on this machine: {error.strerror}"
        ) from error


def keep(upload: Upload, archive: IO[bytes]) -> Path:
    """Store the archive, and its unpacked folder under its digest. Returns where it lies on this machine.

    Raises:
        storage.StorageFailed: the store did not take it; nothing is kept.
    """
    archive.seek(0)
    storage.put_archive(upload.sha256, archive)
    return _moved(upload.folder, upload.sha256)


def folder_of(study: Study) -> Path:
    """Where the study's relative paths start on this machine; an uploaded archive is fetched and unpacked if need be.

    Raises:
        storage.SoundMissing: the store has no such archive, or a damaged one.
        storage.StorageFailed: the store could not be read.
    """
    digest = str(study.archive.get("sha256", ""))
    if not digest:
        return Path(study.folder)
    place = _home() / digest
    if place.is_dir():
        return place
    with tempfile.TemporaryFile() as archive:
        storage.get_archive(digest, archive)
        with unpacked(archive, name=digest) as upload:
            return _moved(upload.folder, digest)


def _moved(folder: Path, digest: str) -> Path:
    place = _home() / digest
    try:
        folder.rename(place)
    except OSError:
        # Somebody was faster: the same bytes lie there already.
        if not place.is_dir():
            raise
    return place


def _home() -> Path:
    return Path(settings.VAR) / "uploads"
