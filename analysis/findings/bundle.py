"""What an analysis hands back: files by name, and the pieces that a page can show."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analysis.findings.answers import Answer
from analysis.findings.criterion import CriterionResult
from analysis.findings.diagnostics import Diagnostic
from analysis.findings.planes import NamedPlane
from analysis.findings.rater_table import RaterRow
from analysis.stats.notice import Notice


@dataclass(frozen=True)
class Figure:
    """A figure of the report. `svg` is for a page that sets the colours; the file of the same name stands alone."""

    file: str  # "figures/forest-musicality.svg"
    criterion: str  # empty: about all criteria
    kind: str  # forest, ranking, preferences, agreement, position, ...
    caption: str
    data_file: str  # the CSV with the figure's numbers
    svg: str


@dataclass(frozen=True)
class Facts:
    """What was asked and who rated."""

    study: str
    rows: int
    main_ratings: int
    kept_ratings: int
    raters: int
    prompts: int
    systems: tuple[str, ...]
    simulated: int
    exclusions: Mapping[str, int]  # rule -> ratings
    emptied: Mapping[str, int]  # criterion -> ratings, where the rules exclude all of them


@dataclass(frozen=True)
class Bundle:
    """All outputs of one analysis. `files` is what is written and downloaded; the rest is for the console."""

    files: Mapping[str, bytes]
    results: Mapping[str, Any]
    facts: Facts
    planned: tuple[Answer, ...]  # the contrasts that were declared beforehand
    answers: tuple[Answer, ...]
    criteria: Mapping[str, CriterionResult]
    raters: tuple[RaterRow, ...]
    diagnostics: tuple[Diagnostic, ...]
    planes: tuple[NamedPlane, ...]
    figures: tuple[Figure, ...]
    warnings: tuple[Notice, ...]
    methods: tuple[str, ...]  # paragraphs, ready to paste
    references: tuple[str, ...]
