"""Folders of finished clips: the manifest says which file belongs to which prompt. Pure: no Django, no torch.

A manifest is a CSV file (UTF-8) with the columns ``prompt_id,path`` and, if wanted, ``seed``, or a JSONL file with an
object of these keys on each line; paths are relative to the manifest and stay inside its folder. The first row of a
prompt is its clip 0, the second its clip 1, ...
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from generation.files.sound_headers import ALLOWED_KINDS, NoSound, header
from studies.design import planned_samples
from studies.spec import Problem, StudyRefused, StudySpec
from studies.spec.problems import shown
from studies.spec.strict_yaml import decode
from studies.spec.systems import Folder

COLUMNS = ("prompt_id", "path", "seed")
BIGGEST = 50_000_000
# As much as canonical audio may miss of the duration and be padded (generation.audio).
MISSING_SECONDS = 0.5
# Some twenty minutes of stereo at 44.1 kHz: a packed silence of days must not fill a worker's memory.
MOST_NUMBERS = 100_000_000
LONGEST_PATH = 240
_ALLOWED_FILE = f"{ALLOWED_KINDS} inside the manifest's folder"
_ALLOWED_TABLE = {
    ".csv": "a CSV file in UTF-8 with the columns prompt_id,path and, if wanted, seed",
    ".jsonl": 'one object a line, {"prompt_id": text, "path": text} and, if wanted, "seed": number',
}


class _Malformed(ValueError):
    """The table has another form. What the file holds is not repeated: nobody may have meant to show it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: ``place`` is the clip's number within its prompt, from 0."""

    line: int
    prompt_id: str
    place: int
    path: Path
    seed: str


def read_manifest(path: Path) -> list[Entry]:
    """The rows of a manifest, as they stand; nothing but their form is checked.

    Raises:
        StudyRefused: the file cannot be read, or is not such a table.
    """
    rows = _json_rows if path.suffix.lower() == ".jsonl" else _csv_rows
    try:
        text = decode(path.read_bytes(), what=path.name, biggest=BIGGEST)
        return _entries(rows(text), path.parent)
    except (OSError, csv.Error, _Malformed) as error:
        given = str(error.strerror) if isinstance(error, OSError) else str(error)
        allowed = _ALLOWED_TABLE.get(path.suffix.lower(), _ALLOWED_TABLE[".csv"])
        raise StudyRefused([Problem(path.name, given, allowed)]) from error


def _entries(rows: Iterator[tuple[int, Mapping[str, str]]], folder: Path) -> list[Entry]:
    places: Counter[str] = Counter()
    entries = []
    for line, row in rows:
        prompt = row["prompt_id"]
        if not row["path"].isprintable() or len(row["path"].encode("utf-8", "replace")) > LONGEST_PATH:
            raise _Malformed(f"line {line} has a path that no file has")
        entries.append(Entry(line, prompt, places[prompt], folder / row["path"], row.get("seed", "")))
        places[prompt] += 1
    return entries


def _csv_rows(text: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    given = rows.fieldnames or ()
    if not set(COLUMNS[:2]) <= set(given) <= set(COLUMNS) or len(set(given)) < len(given):
        raise _Malformed("other columns")
    for row in rows:
        if None in row or None in row.values():
            raise _Malformed(f"line {rows.line_num} has another number of cells than the header")
        yield rows.line_num, row


def _json_rows(text: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    for line, written in enumerate(text.splitlines(), start=1):
        if written.strip():
            yield line, _json_row(line, written)


def _json_row(line: int, written: str) -> Mapping[str, str]:
    try:
        row = json.loads(written)
    except (ValueError, RecursionError) as error:
        raise _Malformed(f"line {line} is no JSON object") from error
    if not isinstance(row, dict) or not set(COLUMNS[:2]) <= set(row) <= set(COLUMNS):
        raise _Malformed(f"line {line} has other keys")
    seed = row.get("seed")
    if not (isinstance(row["prompt_id"], str) and isinstance(row["path"], str)) or isinstance(
        seed, bool | float | list | dict
    ):
        raise _Malformed(f"line {line} has a value of another kind")
    return {"prompt_id": row["prompt_id"], "path": row["path"], "seed": "" if seed is None else str(seed)}


def folder_problems(spec: StudySpec, folder: Path) -> list[Problem]:
    """Everything that is wrong with the manifests a study names: the complete list, before anything is written."""
    wanted = Counter((plan.system, plan.prompt_id) for plan in planned_samples(spec))
    problems: list[Problem] = []
    for name, system in spec.systems.items():
        if isinstance(system, Folder):
            counts = {prompt.id: wanted[name, prompt.id] for prompt in spec.prompts}
            check = _Check(f"systems.{name}.manifest", folder / system.manifest, counts, spec.audio.duration)
            problems += check.problems()
    return problems


@dataclass(frozen=True, slots=True)
class _Check:
    where: str
    manifest: Path
    counts: Mapping[str, int]
    duration: float

    def problems(self) -> list[Problem]:
        try:
            entries = read_manifest(self.manifest)
        except StudyRefused as refused:
            return [Problem(f"{self.where}: {p.path}", p.given, p.allowed) for p in refused.problems]
        return [
            *self._doubled(entries),
            *self._missing(entries),
            *self._rows(entries),
            *self._copies(entries),
        ]

    def _doubled(self, entries: Sequence[Entry]) -> Iterator[Problem]:
        seen: dict[Path, int] = {}
        for entry in entries:
            first = seen.setdefault(entry.path.resolve(), entry.line)
            if first != entry.line:
                yield self._problem(entry, shown(entry.path.name), f"each file once; line {first} has it too")

    def _copies(self, entries: Sequence[Entry]) -> Iterator[Problem]:
        """Files of another name and the same bytes: one clip would stand for two."""
        sizes: dict[int, dict[Path, Entry]] = defaultdict(dict)
        for entry in entries:
            path = entry.path.resolve()
            if self._inside(path) and path.is_file():
                sizes[path.stat().st_size].setdefault(path, entry)
        for alike in sizes.values():
            yield from self._same_bytes(alike) if len(alike) > 1 else ()

    def _same_bytes(self, alike: Mapping[Path, Entry]) -> Iterator[Problem]:
        seen: dict[str, Entry] = {}
        for path, entry in alike.items():
            with path.open("rb") as file:
                first = seen.setdefault(hashlib.file_digest(file, "sha256").hexdigest(), entry)
            if first is not entry:
                allowed = f"each clip once; {first.path.name} of line {first.line} has the same bytes"
                yield self._problem(entry, shown(entry.path.name), allowed)

    def _missing(self, entries: Sequence[Entry]) -> Iterator[Problem]:
        there = Counter(entry.prompt_id for entry in entries)
        for prompt, count in self.counts.items():
            if there[prompt] < count:
                given = f"{there[prompt]} clips of prompt {prompt!r}"
                yield Problem(self.where, given, f"{count} clips of every prompt")

    def _rows(self, entries: Sequence[Entry]) -> Iterator[Problem]:
        for entry in entries:
            if entry.prompt_id not in self.counts:
                yield self._problem(entry, shown(entry.prompt_id), "the id of a prompt of the study")
            yield from self._file(entry)

    def _file(self, entry: Entry) -> Iterator[Problem]:
        path = entry.path.resolve()
        if not self._inside(path) or not path.is_file():
            yield self._problem(entry, shown(entry.path.name), _ALLOWED_FILE)
            return
        try:
            found = header(path)
        except NoSound as no_sound:
            yield self._problem(entry, f"{shown(entry.path.name)}, {no_sound}", _ALLOWED_FILE)
            return
        if found.seconds < self.duration - MISSING_SECONDS:
            allowed = f"at least {self.duration - MISSING_SECONDS:g} s"
            yield self._problem(entry, f"{found.seconds:.2f} s", allowed)
        if found.seconds * found.rate * found.channels > MOST_NUMBERS:
            yield self._problem(
                entry, f"{found.seconds:.0f} s", f"at most {MOST_NUMBERS} samples in all channels"
            )
        if found.channels not in {1, 2}:
            allowed = "1 or 2 channels: how more are to be mixed is for whoever made them to say"
            yield self._problem(entry, f"{found.channels} channels", allowed)

    def _inside(self, path: Path) -> bool:
        return path.is_relative_to(self.manifest.parent.resolve())

    def _problem(self, entry: Entry, given: str, allowed: str) -> Problem:
        return Problem(f"{self.where}: {self.manifest.name} line {entry.line}", given, allowed)
