"""Prompts from a CSV file: the columns ``id`` and ``text``, if wanted ``tags`` separated by semicolons."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from studies.spec.problems import Problem, StudyRefused
from studies.spec.strict_yaml import decode

BIGGEST = 8 * 2**20  # half of a study file, so that a study with its prompts in line can be read back
_COLUMNS = ("id", "text", "tags")


@dataclass(frozen=True, slots=True)
class PromptRows:
    """Rows as the study file would hold them, and the name of each row in a refusal."""

    rows: list[dict[str, object]]
    names: list[str]


def read_prompts(path: Path) -> PromptRows:
    """The prompts of a CSV file; raises ``StudyRefused`` when it is missing or not such a table."""
    try:
        data = _bytes_of_table(path)
    except (OSError, ValueError) as error:
        given = f"{path.name!r}: {getattr(error, 'strerror', None) or error}"
        raise StudyRefused([Problem("prompts", given, "the path of a CSV file that can be read")]) from error
    text = decode(data, what=path.name, biggest=BIGGEST)
    return _Table(path.name, text).read()


def _bytes_of_table(path: Path) -> bytes:
    """Only of a file, and never more than fits: a pipe would never end, a device neither."""
    if path.exists() and not path.is_file():
        raise ValueError("no file")
    with path.open("rb") as file:
        return file.read(BIGGEST + 1)


class _Table:
    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        self.found = PromptRows([], [])
        self.problems: list[Problem] = []

    def read(self) -> PromptRows:
        try:
            header = self._header(next(self.reader, []))
            for cells in self.reader:
                self._add(header, cells)
        except csv.Error as error:
            raise self._refused(
                f"line {self.reader.line_num}", str(error), "a CSV file (RFC 4180)"
            ) from error
        if self.problems:
            raise StudyRefused(self.problems)
        return self.found

    def _header(self, cells: list[str]) -> list[str]:
        header = [cell.strip() for cell in cells]
        columns = set(header)
        if len(columns) < len(header) or not {"id", "text"} <= columns <= set(_COLUMNS):
            # What the file holds is not repeated: it may be a file that nobody meant to show.
            raise self._refused("line 1", "other columns", "the columns id,text and, if wanted, tags")
        return header

    def _add(self, header: list[str], cells: list[str]) -> None:
        where = f"{self.name} line {self.reader.line_num}"
        if not cells:
            return
        if len(cells) != len(header):
            self.problems.append(Problem(where, f"{len(cells)} cells", f"{len(header)} cells"))
            return
        row: dict[str, object] = dict(zip(header, cells, strict=True))
        if "tags" in row:
            row["tags"] = tuple(tag for tag in str(row["tags"]).split(";") if tag.strip())
        self.found.rows.append(row)
        self.found.names.append(where)

    def _refused(self, where: str, given: str, allowed: str) -> StudyRefused:
        return StudyRefused([Problem(f"{self.name} {where}", given, allowed)])
