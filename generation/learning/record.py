"""The log of a run, one JSON object a line, and the picture that is drawn from it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from generation.learning.figure import Line, Panel, figure
from generation.learning.files import placed

LOG, FIGURE = "losses.jsonl", "losses.svg"


@dataclass(frozen=True, slots=True)
class Record:
    """``LOG`` and ``FIGURE`` in the folder of a run. Every line has a ``step``."""

    folder: Path
    title: str
    panels: Sequence[Panel]

    def lines(self) -> list[Line]:
        """All of the log so far."""
        path = self.folder / LOG
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def go_on(self, step: int) -> None:
        """Drop what was logged after ``step``: the run goes on from there and will log it again."""
        self._write([line for line in self.lines() if line["step"] <= step])

    def add(self, line: Mapping[str, object]) -> None:
        """One more line; the picture is drawn anew."""
        self._write([*self.lines(), line])

    def _write(self, lines: Sequence[Line]) -> None:
        with placed(self.folder / LOG) as fresh:
            fresh.write_text("".join(json.dumps(line) + "\n" for line in lines))
        with placed(self.folder / FIGURE) as fresh:
            fresh.write_text(figure(self.title, self.panels, lines))
