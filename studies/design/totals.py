"""How much a study is: what a researcher wants to know before launching it."""

from __future__ import annotations

from dataclasses import dataclass

from studies.design.samples import diversity_prompts
from studies.spec.model import StudySpec


@dataclass(frozen=True, slots=True)
class Totals:
    """``ratings`` counts filled slots: one rater judging one comparison on all its criteria.

    ``tasks_per_session`` is what the study file asks for, or all comparisons when those are fewer: nobody
    gets a comparison twice. ``sessions`` is how many raters then fill all slots, at least.
    """

    samples: int
    comparisons: int
    ratings: int
    tasks_per_session: int
    sessions: int


def totals(spec: StudySpec) -> Totals:
    """The study's size, calculated without listing it."""
    pairs, sets = len(spec.pairs()), len(diversity_prompts(spec))
    quality = pairs * len(spec.prompts) * spec.design.samples_per_prompt
    per_set = spec.diversity.ratings_per_comparison if spec.diversity else 0
    ratings = quality * spec.design.ratings_per_comparison + pairs * sets * per_set
    comparisons = quality + pairs * sets
    tasks = min(spec.raters.tasks, comparisons)
    busiest = max(spec.design.ratings_per_comparison, per_set)
    return Totals(_samples(spec, sets), comparisons, ratings, tasks, max(-(-ratings // tasks), busiest))


def _samples(spec: StudySpec, sets: int) -> int:
    single = spec.design.samples_per_prompt
    more = max(spec.diversity.set_size - single, 0) if spec.diversity else 0
    return len(spec.systems) * (len(spec.prompts) * single + sets * more)
