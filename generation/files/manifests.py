"""Folders of finished clips: the manifest says which file belongs to which prompt. Pure: no Django, no torch.

A manifest is a CSV file (UTF-8) with the columns ``prompt_id,path`` and, if wanted, ``seed``, or a JSONL file with an
object of these keys on each line; paths are relative to the manifest and stay inside its folder. The first row of a
prompt is its clip 0, the second its clip 1, ...
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from generation.files.names import Listing, difference, lookalike
from generation.files.sound_files import ALLOWED_KINDS, NoSound, Sound, listen
from studies.design import planned_samples
from studies.spec import Problem, StudyRefused, StudySpec
from studies.spec.problems import shown
from studies.spec.strict_yaml import decode
from studies.spec.systems import Folder

COLUMNS = ("prompt_id", "path", "seed")
BIGGEST = 50_000_000
# As much as canonical audio may miss of the duration and be padded (generation.audio).
MISSING_SECONDS = 0.5
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
    """One row: ``place`` is the clip's number within its prompt, from 0; ``path`` the file that ``written`` means."""

    line: int
    prompt_id: str
    place: int
    path: Path
    seed: str
    written: str


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
    names = Listing(folder)
    entries = []
    for line, row in rows:
        prompt = row["prompt_id"]
        if not row["path"].isprintable() or len(row["path"].encode("utf-8", "replace")) > LONGEST_PATH:
            raise _Malformed(f"line {line} has a path that no file has")
        path, seed = names.find(row["path"]), row.get("seed", "")
        entries.append(Entry(line, prompt, places[prompt], path, seed, row["path"]))
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


def folder_problems(
    spec: StudySpec, folder: Path, *, show: Callable[[int, int], None] | None = None
) -> list[Problem]:
    """Everything that is wrong with the manifests a study names: the complete list, before anything is written.

    Every clip is decoded to its end, several at a time; ``show`` is told how many of how many are.
    """
    wanted = Counter((plan.system, plan.prompt_id) for plan in planned_samples(spec))
    checks, problems = [], []
    for name, system in spec.systems.items():
        if isinstance(system, Folder):
            counts = {prompt.id: wanted[name, prompt.id] for prompt in spec.prompts}
            where, manifest = f"systems.{name}.manifest", folder / system.manifest
            try:
                entries = read_manifest(manifest)
            except StudyRefused as refused:
                problems += [Problem(f"{where}: {p.path}", p.given, p.allowed) for p in refused.problems]
            else:
                checks.append(_Check(where, manifest, entries, counts, spec.audio.duration))
    sounds = _heard({path for check in checks for path in check.files()}, show)
    return [*problems, *(problem for check in checks for problem in check.problems(sounds))]


def _heard(
    paths: Collection[Path], show: Callable[[int, int], None] | None
) -> Mapping[Path, Sound | NoSound]:
    """What is in every file."""
    sounds: dict[Path, Sound | NoSound] = {}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for done, (path, sound) in enumerate(zip(paths, pool.map(_listened, paths), strict=True), start=1):
            sounds[path] = sound
            if show is not None:
                show(done, len(paths))
    return sounds


def _listened(path: Path) -> Sound | NoSound:
    try:
        return listen(path)
    except NoSound as no_sound:
        return no_sound


@dataclass(frozen=True, slots=True)
class _Check:
    """One system's manifest against its study."""

    where: str
    manifest: Path
    entries: Sequence[Entry]
    counts: Mapping[str, int]
    duration: float

    def files(self) -> set[Path]:
        """The files to decode."""
        paths = {entry.path.resolve() for entry in self.entries}
        return {path for path in paths if self._inside(path) and path.is_file()}

    def problems(self, sounds: Mapping[Path, Sound | NoSound]) -> Iterator[Problem]:
        yield from self._doubled()
        yield from self._missing()
        for entry in self.entries:
            if entry.prompt_id not in self.counts:
                yield self._problem(entry, shown(entry.prompt_id), self._allowed_prompt(entry.prompt_id))
            yield from self._sound(entry, sounds.get(entry.path.resolve()))
        yield from self._copies(sounds)

    def _doubled(self) -> Iterator[Problem]:
        seen: dict[Path, int] = {}
        for entry in self.entries:
            first = seen.setdefault(entry.path.resolve(), entry.line)
            if first != entry.line:
                yield self._problem(entry, shown(entry.path.name), f"each file once; line {first} has it too")

    def _missing(self) -> Iterator[Problem]:
        there = Counter(entry.prompt_id for entry in self.entries)
        for prompt, count in self.counts.items():
            if there[prompt] < count:
                given = f"{there[prompt]} clips of prompt {prompt!r}"
                yield Problem(self.where, given, f"{count} clips of every prompt")

    def _allowed_prompt(self, given: str) -> str:
        like = lookalike(given, self.counts)
        allowed = "the id of a prompt of the study"
        return f"{allowed}; {shown(like)} differs in {difference(given, like)}" if like else allowed

    def _sound(self, entry: Entry, sound: Sound | NoSound | None) -> Iterator[Problem]:
        if sound is None or not self._inside(entry.path.resolve()):
            yield self._problem(entry, shown(entry.path.name), self._allowed_file(entry))
        elif isinstance(sound, NoSound):
            yield self._problem(entry, f"{shown(entry.path.name)}, {sound}", _ALLOWED_FILE)
        else:
            yield from self._length_and_channels(entry, sound)

    def _length_and_channels(self, entry: Entry, sound: Sound) -> Iterator[Problem]:
        name, least = shown(entry.path.name), self.duration - MISSING_SECONDS
        if sound.seconds < least:
            yield self._problem(entry, f"{name}, {sound.seconds:.2f} s of sound", f"at least {least:g} s")
        if sound.channels not in {1, 2}:
            allowed = "1 or 2 channels: how more are to be mixed is for whoever made them to say"
            yield self._problem(entry, f"{name}, {sound.channels} channels", allowed)

    def _allowed_file(self, entry: Entry) -> str:
        """What may be named instead of a file that is not there, and which of those there may have been meant."""
        folder = entry.path.parent
        like = (
            lookalike(entry.path.name, Listing(folder).names(folder))
            if self._inside(folder.resolve())
            else None
        )
        if like is None:
            return _ALLOWED_FILE
        return f"{_ALLOWED_FILE}; {shown(like)} is there and differs in {difference(entry.path.name, like)}"

    def _copies(self, sounds: Mapping[Path, Sound | NoSound]) -> Iterator[Problem]:
        """Files of another name and the same bytes: one clip would stand for two."""
        seen: dict[str, Entry] = {}
        for entry in self.entries:
            sound = sounds.get(entry.path.resolve())
            if isinstance(sound, Sound):
                first = seen.setdefault(sound.sha256, entry)
                if first.path.resolve() != entry.path.resolve():
                    allowed = f"each clip once; {first.path.name} of line {first.line} has the same bytes"
                    yield self._problem(entry, shown(entry.path.name), allowed)

    def _inside(self, path: Path) -> bool:
        return path.is_relative_to(self.manifest.parent.resolve())

    def _problem(self, entry: Entry, given: str, allowed: str) -> Problem:
        return Problem(f"{self.where}: {self.manifest.name} line {entry.line}", given, allowed)
