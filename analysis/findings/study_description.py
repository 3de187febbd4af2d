"""What is known of a study besides its table: names to show, the smallest effect of interest, how it was run."""

from __future__ import annotations

from dataclasses import dataclass, field

from analysis.findings.names import Names
from analysis.stats.verdicts import SMALLEST_EFFECT
from analysis.stats.winrates import Weights


@dataclass(frozen=True)
class Section:
    """A part of the methods under its heading."""

    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class StudyDescription:
    """Empty where only the table is known. `sections` go into the methods before what the table shows."""

    names: Names = field(default_factory=Names)
    smallest_effect: float = SMALLEST_EFFECT
    weights: Weights = "ratings"
    sections: tuple[Section, ...] = ()
