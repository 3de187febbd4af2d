"""Is the table to be trusted? Measures that a reader of the study checks first."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass

from analysis.criterion import CriterionResult
from analysis.settings import Settings
from analysis.stats.position_bias import Share, first_side_share


@dataclass(frozen=True)
class Diagnostic:
    """One row of `diagnostics.csv`; nan where there is no number."""

    criterion: str
    measure: str
    value: float
    low: float
    high: float
    p_value: float
    n: int
    note: str

    @property
    def cells(self) -> tuple[str | float | int, ...]:
        """In the order of the file's columns."""
        return astuple(self)


def diagnose(criteria: Mapping[str, CriterionResult], settings: Settings) -> tuple[Diagnostic, ...]:
    """All diagnostics, criterion by criterion."""
    return tuple(
        _of_share(
            name,
            "first_side_share",
            first_side_share(result.votes, confidence=settings.confidence),
            "Share of decided ratings for side A; 0.5 without position bias. Interval clustered by rater.",
        )
        for name, result in criteria.items()
    )


def _of_share(criterion: str, measure: str, share: Share, note: str) -> Diagnostic:
    return Diagnostic(criterion, measure, share.value, share.low, share.high, share.p_value, share.n, note)
