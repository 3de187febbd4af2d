"""All figures of an analysis: criterion by criterion, then the ones about all criteria."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from analysis.findings.all_findings import Findings
from analysis.output.figures.canvas import KINDS, WIDTHS, Drawing
from analysis.output.figures.forest import ranking_figure, win_rate_figure
from analysis.output.figures.plane import plane_figure
from analysis.output.figures.preferences import preference_figure
from analysis.output.figures.prompts import prompt_figure
from analysis.output.figures.rows import Axis, Row, paint_rows


@dataclass(frozen=True)
class Figure:
    """A figure of the report. `criterion`: empty where it is about all criteria. `data_file`: holds its numbers."""

    name: str  # "forest-musicality"
    criterion: str
    kind: str  # forest, ranking, preferences, prompts, plane, agreement, first-side-share, ...
    drawing: Drawing
    data_file: str

    @property
    def file(self) -> str:
        """One column wide, as SVG; PDF, PNG and two columns lie beside it."""
        return f"figures/{self.name}.svg"

    @property
    def caption(self) -> str:
        """What it shows, in words."""
        return self.drawing.description

    @cached_property
    def svg(self) -> str:
        """For a page that sets the colours."""
        return self.drawing.inline(self.name)

    def files(self) -> dict[str, Callable[[], bytes]]:
        """Name of each of its files -> what makes it."""
        return {
            f"figures/{self.name}{ending}.{kind}": partial(self.drawing.file, width, kind)
            for ending, width in WIDTHS.items()
            for kind in KINDS
        }


def figures_of(findings: Findings) -> tuple[Figure, ...]:
    """Every figure that there is something to draw for. Painted when asked for."""
    stems = file_stems(findings.names.in_order(findings.criteria))
    return tuple(
        figure
        for figure in (*_by_criterion(findings, stems), *_overall(findings, stems))
        if figure is not None
    )


def file_stems(criteria: Iterable[str]) -> dict[str, str]:
    """Criterion -> a name that every file system takes, distinct for distinct criteria."""
    stems: dict[str, str] = {}
    for number, criterion in enumerate(criteria, start=1):
        plain = re.sub(r"[^A-Za-z0-9_-]+", "-", criterion)[:60]
        stems[criterion] = plain if plain == criterion else f"{plain}-{number}"
    return stems


def _figure(
    drawing: Drawing | None, kind: str, stem: str, data_file: str, criterion: str = ""
) -> Figure | None:
    return (
        Figure(f"{kind}-{stem}" if stem else kind, criterion, kind, drawing, data_file) if drawing else None
    )


def _by_criterion(findings: Findings, stems: dict[str, str]) -> Iterator[Figure | None]:
    names, confidence = findings.names, findings.settings.confidence
    for criterion, stem in stems.items():
        result, answers, label = (
            findings.criteria[criterion],
            findings.answers_for(criterion),
            names.criterion(criterion),
        )
        yield _figure(
            win_rate_figure(answers, names, label, confidence), "forest", stem, "pairs.csv", criterion
        )
        yield _figure(
            ranking_figure(result.ranking, names, label, confidence),
            "ranking",
            stem,
            "systems.csv",
            criterion,
        )
        yield _figure(
            preference_figure(result.votes, answers, result.levels, names, label),
            "preferences",
            stem,
            "preferences.csv",
            criterion,
        )
        yield _figure(
            prompt_figure(findings.prompts[criterion].systems, names, label),
            "prompts",
            stem,
            "prompts.csv",
            criterion,
        )


def _overall(findings: Findings, stems: dict[str, str]) -> Iterator[Figure | None]:
    for named in findings.planes:
        stem = f"{stems[named.quality]}-{stems[named.diversity]}"
        yield _figure(plane_figure(named, findings.names), "plane", stem, "planes.csv")
    agreement = [
        _estimate(
            findings.names.criterion(name), *(_nan(value) for value in (part.alpha, part.low, part.high))
        )
        for name, part in ((name, findings.criteria[name].agreement) for name in stems)
    ]
    yield _figure(
        _estimates(
            agreement, "Agreement", "Krippendorff's ordinal alpha: 1 = full agreement, 0 = chance", 0.0
        ),
        "agreement",
        "",
        "agreement.csv",
    )
    for measure, title, subtitle, reference in (
        ("first_side_share", "Position bias", "share of decided ratings for side A: 0.5 = none", 0.5),
        ("identical_answers", "Criterion collapse", "share of tasks with the same answer to both", None),
    ):
        rows = [
            _estimate(_both_names(findings, row.criterion), row.value, row.low, row.high)
            for row in findings.diagnostics
            if row.measure == measure
        ]
        drawing = _estimates(rows, title, subtitle, reference)
        yield _figure(drawing, measure.replace("_", "-"), "", "diagnostics.csv")


def _both_names(findings: Findings, criterion: str) -> str:
    return " + ".join(map(findings.names.criterion, criterion.split(" + ")))


def _estimate(label: str, value: float, low: float, high: float) -> Row:
    bounds = "" if np.isnan(low) else f" [{low:.2f}, {high:.2f}]"
    return Row(label, f"{value:.2f}{bounds}", value, low, high)


def _estimates(rows: list[Row], title: str, subtitle: str, reference: float | None) -> Drawing | None:
    """A row per estimate on an axis from 0 to 1, or lower where an interval reaches lower."""
    rows = [row for row in rows if not np.isnan(row.value)]
    if not rows:
        return None
    low = min([0.0, *(row.value for row in rows), *(row.low for row in rows if not np.isnan(row.low))])
    return Drawing(
        title,
        subtitle,
        lambda width: paint_rows(width, rows, Axis(low, 1.0, reference=reference), title, subtitle),
    )


def _nan(value: float | None) -> float:
    return np.nan if value is None else value
