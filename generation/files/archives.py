"""A ZIP of clips and manifests from somebody's browser: looked through whole, then unpacked. Pure: no Django, no torch.

Nothing that the archive says of itself is believed: names are judged before anything is opened, bytes are counted while
they come out, and every clip must be the kind of sound that its name says.
"""

from __future__ import annotations

import errno
import stat
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from generation.files.sound_headers import ALLOWED_KINDS, KINDS, NoSound, header
from studies.spec import Problem, StudyRefused
from studies.spec.problems import shown

MOST_FILES = 20_000
MOST_BYTES = 8 * 2**30
MOST_BYTES_A_FILE = 512 * 2**20
LONGEST_NAME = 240
DEEPEST = 8
# Recordings pack by less than ten; only what was made to burst packs a hundredfold.
MOST_RATIO = 100
_SMALL = 2**20
_BLOCK = 2**20
_TABLES = frozenset({".csv", ".jsonl"})
_PACKED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_ENCRYPTED = 0x1
# What a Mac adds to every archive.
_MAC = ("__MACOSX", ".DS_Store")
_ALLOWED_NAME = "a relative path without '..', at most 8 folders deep and 240 bytes long"
_ALLOWED_FILE = f"manifests (CSV, JSONL) and clips ({', '.join(KINDS)})"


@dataclass(frozen=True, slots=True)
class Contents:
    """What came: how many files, and their bytes unpacked."""

    files: int
    bytes: int


def unpack(archive: IO[bytes], into: Path, *, name: str) -> Contents:
    """Unpack ``archive`` into the folder ``into``, which the caller throws away when it is refused.

    Raises:
        StudyRefused: with everything that is wrong; what is found by looking is found before a byte is written.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            entries = [entry for entry in opened.infolist() if not _of_a_mac(entry.filename)]
            if problems := list(_problems(entries, name)):
                raise StudyRefused(problems)
            files = [entry for entry in entries if not entry.is_dir()]
            return _written(opened, files, into, name)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as error:
        if isinstance(error, OSError) and error.errno not in {None, errno.EINVAL}:
            raise  # the disk's own troubles are not the archive's; a place before the file's beginning is
        raise StudyRefused([Problem(name, f"a damaged archive ({error})", "a ZIP archive")]) from error


def _of_a_mac(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return bool(parts) and (parts[0] == _MAC[0] or parts[-1] == _MAC[1])


def _problems(entries: Sequence[zipfile.ZipInfo], name: str) -> Iterator[Problem]:
    if len(entries) > MOST_FILES:
        yield Problem(name, f"{len(entries)} files", f"at most {MOST_FILES}")
        return
    if not entries:
        yield Problem(name, "an empty archive", _ALLOWED_FILE)
    total = sum(entry.file_size for entry in entries)
    if total > MOST_BYTES:
        yield Problem(name, f"{total} bytes unpacked", f"at most {MOST_BYTES}")
    seen: dict[str, str] = {}
    folders = {str(folder) for entry in entries for folder in PurePosixPath(entry.filename).parents}
    for entry in entries:
        where = f"{name}: {shown(entry.filename)}"
        yield from (Problem(where, given, allowed) for given, allowed in _faults(entry))
        first = seen.setdefault(str(PurePosixPath(entry.filename)).casefold(), entry.filename)
        if first is not entry.filename:
            yield Problem(where, f"the same name as {shown(first)}", "each name once")
        if not entry.is_dir() and str(PurePosixPath(entry.filename)) in folders:
            yield Problem(where, "a file that is a folder too", "either")


def _faults(entry: zipfile.ZipInfo) -> Iterator[tuple[str, str]]:
    path = PurePosixPath(entry.filename)
    if not _stays(entry.filename, path):
        yield "a name that leads elsewhere or nowhere", _ALLOWED_NAME
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        yield (
            "a link or a special file" if kind != stat.S_IFLNK else "a symbolic link",
            "plain files and folders",
        )
    if entry.flag_bits & _ENCRYPTED:
        yield "an encrypted file", "files that anybody can read"
    if entry.is_dir():
        return
    if path.suffix.lower() not in _TABLES | KINDS.keys():
        yield f"a file of the kind {path.suffix!r}", _ALLOWED_FILE
    if entry.compress_type not in _PACKED:
        yield f"compression method {entry.compress_type}", "stored or deflated files"
    yield from _bursts(entry)


def _stays(name: str, path: PurePosixPath) -> bool:
    odd = "\\" in name or ":" in name or not name.isprintable() or not path.parts
    return not (
        odd
        or path.is_absolute()
        or ".." in path.parts
        or len(name.encode()) > LONGEST_NAME
        or len(path.parts) > DEEPEST
    )


def _bursts(entry: zipfile.ZipInfo) -> Iterator[tuple[str, str]]:
    if entry.file_size > MOST_BYTES_A_FILE:
        yield f"{entry.file_size} bytes unpacked", f"at most {MOST_BYTES_A_FILE} for one file"
    elif entry.file_size > _SMALL and entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
        yield (
            f"{entry.compress_size} bytes that become {entry.file_size}",
            f"files that pack by less than {MOST_RATIO}",
        )


def _written(opened: zipfile.ZipFile, files: Sequence[zipfile.ZipInfo], into: Path, name: str) -> Contents:
    problems = []
    for entry in files:
        target = into.joinpath(*PurePosixPath(entry.filename).parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        _write(opened, entry, target)
        try:
            if target.suffix.lower() in KINDS:
                header(target)
        except NoSound as no_sound:
            problems.append(Problem(f"{name}: {shown(entry.filename)}", str(no_sound), ALLOWED_KINDS))
    if problems:
        raise StudyRefused(problems)
    return Contents(len(files), sum(entry.file_size for entry in files))


def _write(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> None:
    """zipfile stops at the size that the directory promised, and checks the sum of what came."""
    with opened.open(entry) as source, target.open("xb") as file:
        while block := source.read(_BLOCK):
            file.write(block)
