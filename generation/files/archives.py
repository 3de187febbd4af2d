"""A ZIP of clips and manifests from somebody's browser: looked through whole, then unpacked. Pure: no Django, no torch.

Nothing that the archive says of itself is believed: its directory is measured before it is read, names are judged
before anything is opened, bytes are counted while they come out, and every clip must be the kind of sound that its
name says.
Names are read as their makers meant them: UTF-8 without the bit that says so (Linux), and backslashes (Windows).
"""

from __future__ import annotations

import errno
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from generation.files.names import difference, folded
from generation.files.sound_files import ALLOWED_KINDS, KINDS, NoSound, look
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
_STUDY_FILES = frozenset({".yaml", ".yml"})
_ENCRYPTED, _UTF_8 = 0x1, 0x800
# What a Mac and Windows add to folders of their own accord.
_MAC_FOLDER, _MAC_FORK = "__MACOSX", "._"
_LITTER = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
# An entry of the directory: 46 bytes, its name, and what else packers note of a file.
_MOST_DIRECTORY = MOST_FILES * (46 + LONGEST_NAME + 160)
_DIRECTORY_END, _DIRECTORY_END_64, _LOCATOR_64 = b"PK\5\6", b"PK\6\6", b"PK\6\7"
_LONGEST_COMMENT = 2**16
_ALLOWED_NAME = "a relative path without '..', at most 8 folders deep and 240 bytes long"
_ALLOWED_FILE = f"manifests (CSV, JSONL) and clips ({', '.join(KINDS)})"


@dataclass(frozen=True, slots=True)
class Contents:
    """What came: how many files, and their bytes unpacked."""

    files: int
    bytes: int


@dataclass(frozen=True, slots=True)
class _Member:
    """An entry under the name that its maker gave it."""

    entry: zipfile.ZipInfo
    name: str

    @property
    def path(self) -> PurePosixPath:
        return PurePosixPath(self.name)

    @property
    def is_folder(self) -> bool:
        return self.name.endswith("/")

    @property
    def is_litter(self) -> bool:
        """Whether an operating system left it there and nobody means it."""
        parts = self.path.parts
        return bool(parts) and (
            parts[0] == _MAC_FOLDER or parts[-1] in _LITTER or parts[-1].startswith(_MAC_FORK)
        )


def unpack(archive: IO[bytes], into: Path, *, name: str) -> Contents:
    """Unpack ``archive`` into the folder ``into``, which the caller throws away when it is refused.

    Raises:
        StudyRefused: with everything that is wrong; what is found by looking is found before a byte is written.
    """
    try:
        _require_small_directory(archive, name)
        with zipfile.ZipFile(archive) as opened:
            members = [_Member(entry, _name(entry)) for entry in opened.infolist()]
            members = [member for member in members if not member.is_litter]
            if problems := list(_problems(members, name)):
                raise StudyRefused(problems)
            return _written(opened, [member for member in members if not member.is_folder], into, name)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as error:
        if isinstance(error, OSError) and error.errno not in {None, errno.EINVAL}:
            raise  # the disk's own troubles are not the archive's; a place before the file's beginning is
        raise StudyRefused([Problem(name, f"a damaged archive ({error})", "a ZIP archive")]) from error


def _require_small_directory(archive: IO[bytes], name: str) -> None:
    """Refuse by the archive's last bytes what would take long only to list."""
    size = archive.seek(0, 2)
    start = max(0, size - _LONGEST_COMMENT - 22)
    archive.seek(start)
    tail = archive.read()
    archive.seek(0)
    place = tail.rfind(_DIRECTORY_END)
    if place < 0 or len(tail) < place + 22:
        return  # zipfile says what is wrong
    entries, directory = struct.unpack_from("<HL", tail, place + 10)
    if tail[max(0, place - 20) :].startswith(_LOCATOR_64):
        large = tail.rfind(_DIRECTORY_END_64, 0, place)
        if large >= 0 and len(tail) >= large + 56:
            entries, directory = struct.unpack_from("<QQ", tail, large + 32)
    if entries > MOST_FILES or directory > _MOST_DIRECTORY:
        given = f"{entries} files" if entries > MOST_FILES else f"a directory of {directory} bytes"
        raise StudyRefused([Problem(name, given, f"at most {MOST_FILES} files")])


def _name(entry: zipfile.ZipInfo) -> str:
    """The entry's name; one that does not say its encoding is UTF-8 if it can be (APPNOTE 6.3.10, appendix D)."""
    name = entry.filename
    if not entry.flag_bits & _UTF_8:
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            name = entry.filename
    return name.replace("\\", "/")


def _problems(members: Sequence[_Member], name: str) -> Iterator[Problem]:
    if len(members) > MOST_FILES:
        yield Problem(name, f"{len(members)} files", f"at most {MOST_FILES}")
        return
    if not members:
        yield Problem(name, "an empty archive", _ALLOWED_FILE)
    total = sum(member.entry.file_size for member in members)
    if total > MOST_BYTES:
        yield Problem(name, f"{total} bytes unpacked", f"at most {MOST_BYTES}")
    seen: dict[str, _Member] = {}
    folders = {str(folder) for member in members for folder in member.path.parents}
    for member in members:
        where = f"{name}: {shown(member.name)}"
        yield from (Problem(where, given, allowed) for given, allowed in _faults(member))
        first = seen.setdefault(folded(str(member.path)), member)
        if first is not member:
            differs = difference(member.name, first.name)
            given = f"the same name as {shown(first.name)}" + (f" but for {differs}" if differs else "")
            yield Problem(where, given, "each name once")
        if not member.is_folder and str(member.path) in folders:
            yield Problem(where, "a file that is a folder too", "either")


def _faults(member: _Member) -> Iterator[tuple[str, str]]:
    entry, suffix = member.entry, member.path.suffix.lower()
    if not _stays(member.name, member.path):
        yield "a name that leads elsewhere or nowhere", _ALLOWED_NAME
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        yield (
            "a link or a special file" if kind != stat.S_IFLNK else "a symbolic link",
            "plain files and folders",
        )
    if entry.flag_bits & _ENCRYPTED:
        yield "an encrypted file", "files that anybody can read"
    if member.is_folder:
        return
    if suffix in _STUDY_FILES:
        yield "a study file", f"it beside the archive, in a field of its own; inside: {_ALLOWED_FILE}"
    elif suffix not in _TABLES | KINDS.keys():
        yield f"a file of the kind {member.path.suffix!r}", _ALLOWED_FILE
    if entry.compress_type not in _PACKED:
        yield f"compression method {entry.compress_type}", "stored or deflated files"
    yield from _bursts(entry)


def _stays(name: str, path: PurePosixPath) -> bool:
    odd = ":" in name or not name.isprintable() or not path.parts
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


def _written(opened: zipfile.ZipFile, files: Sequence[_Member], into: Path, name: str) -> Contents:
    problems = []
    for member in files:
        target = into.joinpath(*member.path.parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        _write(opened, member.entry, target)
        try:
            if target.suffix.lower() in KINDS:
                look(target)
        except NoSound as no_sound:
            problems.append(Problem(f"{name}: {shown(member.name)}", str(no_sound), ALLOWED_KINDS))
    if problems:
        raise StudyRefused(problems)
    return Contents(len(files), sum(member.entry.file_size for member in files))


def _write(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> None:
    """zipfile stops at the size that the directory promised, and checks the sum of what came."""
    with opened.open(entry) as source, target.open("xb") as file:
        while block := source.read(_BLOCK):
            file.write(block)
