"""From a study file to samples, comparisons and the slots raters fill. Pure and repeatable."""

from studies.design.comparisons import PlannedComparison, planned_comparisons
from studies.design.known_answers import (
    break_seed,
    broken_key,
    known_candidates,
    pairs_with_a_known_answer,
    way_number,
)
from studies.design.samples import PlannedSample, planned_samples, sample_key
from studies.design.slots import Slot, planned_slots
from studies.design.totals import Totals, totals

__all__ = [
    "PlannedComparison",
    "PlannedSample",
    "Slot",
    "Totals",
    "break_seed",
    "broken_key",
    "known_candidates",
    "pairs_with_a_known_answer",
    "planned_comparisons",
    "planned_samples",
    "planned_slots",
    "sample_key",
    "totals",
    "way_number",
]
