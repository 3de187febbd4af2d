"""All figures of a bundle."""

import re
from collections.abc import Mapping, Sequence

import numpy as np

from analysis.findings.bundle import Figure
from analysis.findings.criterion import CriterionResult
from analysis.findings.diagnostics import Diagnostic
from analysis.findings.planes import NamedPlane
from analysis.output.figures.dots import Dot, dots
from analysis.output.figures.forest import forest, ranking_figure
from analysis.output.figures.plane import plane_figure
from analysis.output.figures.preferences import preferences
from analysis.output.figures.svg import Drawing

Drawn = tuple[Figure, bytes]


def draw_all(
    criteria: Mapping[str, CriterionResult],
    diagnostics: Sequence[Diagnostic],
    planes: Sequence[NamedPlane],
    confidence: float,
) -> tuple[Drawn, ...]:
    """Figures with their stand-alone files, criterion by criterion, then the ones about all criteria."""
    names = _file_names(criteria)
    drawn = [
        figure for name, result in criteria.items() for figure in _criterion(result, names[name], confidence)
    ]
    crossed = [
        figure
        for named in planes
        for figure in _figure(
            plane_figure(named), "plane", "", f"{names[named.quality]}-{names[named.diversity]}", "planes.csv"
        )
    ]
    return (*drawn, *crossed, *_overall(criteria, diagnostics))


def _file_names(criteria: Mapping[str, CriterionResult]) -> dict[str, str]:
    """Names that every file system takes, distinct for distinct criteria."""
    names: dict[str, str] = {}
    for number, criterion in enumerate(criteria, start=1):
        plain = re.sub(r"[^A-Za-z0-9_-]+", "-", criterion)[:60]
        names[criterion] = plain if plain == criterion else f"{plain}-{number}"
    return names


def _figure(drawing: Drawing | None, kind: str, criterion: str, name: str, data_file: str) -> list[Drawn]:
    if drawing is None:
        return []
    file = f"figures/{kind}-{name}.svg" if name else f"figures/{kind}.svg"
    figure = Figure(file, criterion, kind, drawing.description, data_file, drawing.inline())
    return [(figure, drawing.standalone())]


def _criterion(result: CriterionResult, name: str, confidence: float) -> list[Drawn]:
    label, criterion = result.criterion.replace("_", " "), result.criterion
    return [
        *_figure(forest(result.pairs, label, confidence), "forest", criterion, name, "pairs.csv"),
        *_figure(
            ranking_figure(result.ranking, label, confidence), "ranking", criterion, name, "systems.csv"
        ),
        *_figure(
            preferences(result.votes, result.pairs, result.levels, label),
            "preferences",
            criterion,
            name,
            "preferences.csv",
        ),
    ]


def _overall(criteria: Mapping[str, CriterionResult], diagnostics: Sequence[Diagnostic]) -> list[Drawn]:
    agreement = [
        Dot(
            name.replace("_", " "), *(_nan(v) for v in (r.agreement.alpha, r.agreement.low, r.agreement.high))
        )
        for name, r in criteria.items()
    ]
    return [
        *_figure(
            dots(
                agreement,
                "Agreement",
                "Krippendorff's ordinal alpha: 1 = full agreement, 0 = chance",
                (0, 1),
                0,
            ),
            "agreement",
            "",
            "",
            "agreement.csv",
        ),
        *_measure(
            diagnostics,
            "first_side_share",
            "Position bias",
            "share of decided ratings for side A: 0.5 = none",
        ),
        *_measure(
            diagnostics,
            "identical_answers",
            "Criterion collapse",
            "share of tasks with the same answer to both",
            None,
        ),
    ]


def _measure(
    diagnostics: Sequence[Diagnostic], measure: str, title: str, subtitle: str, reference: float | None = 0.5
) -> list[Drawn]:
    rows = [
        Dot(row.criterion.replace("_", " "), row.value, row.low, row.high)
        for row in diagnostics
        if row.measure == measure
    ]
    return _figure(
        dots(rows, title, subtitle, (0, 1), reference), measure.replace("_", "-"), "", "", "diagnostics.csv"
    )


def _nan(value: float | None) -> float:
    return np.nan if value is None else value
