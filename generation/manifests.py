"""Folders of finished clips: the manifest says which file belongs to which prompt. Pure: no Django, no torch.

A manifest is a CSV file (UTF-8) with the columns ``prompt_id,path`` and, if wanted, ``seed``; paths are relative to
the manifest and stay inside its folder. The first row of a prompt is its clip 0, the second its clip 1, ...
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import soundfile

from studies.design import planned_samples
from studies.spec import Problem, StudyRefused, StudySpec
from studies.spec.problems import shown
from studies.spec.systems import Folder

COLUMNS = ("prompt_id", "path", "seed")
# As much as canonical audio may miss of the duration and be padded (generation.audio).
MISSING_SECONDS = 0.5
_ALLOWED_FILE = "a WAV, FLAC, OGG or MP3 file inside the manifest's folder"


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
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            return _entries(csv.DictReader(file, strict=True), path)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        allowed = f"a CSV file in UTF-8 with the columns {','.join(COLUMNS[:2])} and, if wanted, seed"
        raise StudyRefused([Problem(path.name, str(error), allowed)]) from error


def _entries(rows: csv.DictReader[str], path: Path) -> list[Entry]:
    given = set(rows.fieldnames or ())
    if not set(COLUMNS[:2]) <= given <= set(COLUMNS):
        # What the file holds is not repeated: it may be a file that nobody meant to show.
        raise csv.Error("other columns")
    places: Counter[str] = Counter()
    entries = []
    for row in rows:
        if None in row or None in row.values():
            raise csv.Error(f"line {rows.line_num} has another number of cells than the header")
        prompt = row["prompt_id"]
        entries.append(
            Entry(rows.line_num, prompt, places[prompt], path.parent / row["path"], row.get("seed", ""))
        )
        places[prompt] += 1
    return entries


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
        return [*self._doubled(entries), *self._missing(entries), *self._rows(entries)]

    def _doubled(self, entries: Sequence[Entry]) -> Iterator[Problem]:
        seen: dict[Path, int] = {}
        for entry in entries:
            first = seen.setdefault(entry.path.resolve(), entry.line)
            if first != entry.line:
                yield self._problem(entry, shown(entry.path.name), f"each file once; line {first} has it too")

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
        folder, path = self.manifest.parent.resolve(), entry.path.resolve()
        if not path.is_relative_to(folder):
            yield self._problem(entry, shown(str(entry.path.name)), _ALLOWED_FILE)
            return
        try:
            info = soundfile.info(str(path))
        except (soundfile.LibsndfileError, OSError):
            yield self._problem(entry, shown(entry.path.name), _ALLOWED_FILE)
            return
        if info.duration < self.duration - MISSING_SECONDS:
            yield self._problem(
                entry, f"{info.duration:.2f} s", f"at least {self.duration - MISSING_SECONDS:g} s"
            )
        if info.channels not in {1, 2}:
            yield self._problem(entry, f"{info.channels} channels", "1 or 2 channels")

    def _problem(self, entry: Entry, given: str, allowed: str) -> Problem:
        return Problem(f"{self.where}: {self.manifest.name} line {entry.line}", given, allowed)
