"""How many comparisons were rated, of those planned: the study's, and by pair and by prompt."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import QuerySet

from raters.assigning.counts import Tally, tally_of
from raters.models import Assignment
from studies.models import Study


@dataclass(frozen=True, slots=True)
class RatingCounts:
    """Comparisons rated, of those planned, in one study or a part of it."""

    name: str
    planned: int
    submitted: int
    under_way: int

    @property
    def percent(self) -> int:
        return 100 * self.submitted // self.planned if self.planned else 0


def rating_counts(study: Study, tally: Tally | None = None) -> RatingCounts:
    """Main comparisons of the study. ``tally``: counts just read, otherwise everything until now."""
    tally = tally or tally_of(study)
    everything = ("all", "")
    planned, submitted = (counts.get(everything, 0) for counts in (tally.planned, tally.submitted))
    return RatingCounts(study.slug, planned, submitted, main_under_way(study).count())


def counts_by_pair(study: Study, tally: Tally) -> list[RatingCounts]:
    names = ("comparison__system_a__name", "comparison__system_b__name")
    under_way = Counter(f"{a} / {b}" for a, b in main_under_way(study).values_list(*names))
    return counts_by("pair", tally, under_way)


def counts_by_prompt(study: Study, tally: Tally) -> list[RatingCounts]:
    under_way = Counter(main_under_way(study).values_list("comparison__prompt__key", flat=True))
    return counts_by("prompt", tally, under_way)


def main_under_way(study: Study) -> QuerySet[Assignment]:
    return study.assignments.filter(role=Assignment.Role.MAIN, state=Assignment.State.ASSIGNED)


def counts_by(what: str, tally: Tally, under_way: Counter[str]) -> list[RatingCounts]:
    """One for each ``pair`` or each ``prompt``, by name."""
    return [
        RatingCounts(name, planned, tally.submitted.get((kind, name), 0), under_way[name])
        for (kind, name), planned in sorted(tally.planned.items())
        if kind == what
    ]
