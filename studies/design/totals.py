"""How much a study is: what a researcher wants to know before launching it."""

from __future__ import annotations

from dataclasses import dataclass

from studies.spec.model import StudySpec


@dataclass(frozen=True, slots=True)
class Totals:
    """``ratings`` counts filled slots: one rater judging one comparison on all its criteria.

    ``tasks_per_session`` is what the study file asks for, or all comparisons when those are fewer: nobody gets a
    comparison twice. ``sessions`` is how many raters then fill all slots, at least. ``set_ratings`` of the ratings
    are of sets against sets.
    """

    samples: int
    comparisons: int
    ratings: int
    tasks_per_session: int
    sessions: int
    set_ratings: int = 0


def totals(spec: StudySpec) -> Totals:
    """The study's size, calculated without listing it."""
    pairs, sets = len(spec.pairs()), spec.diversity.prompts if spec.diversity else 0
    quality = pairs * len(spec.prompts) * spec.design.samples_per_prompt
    per_set = spec.diversity.ratings_per_comparison if spec.diversity else 0
    set_ratings = pairs * sets * per_set
    ratings = quality * spec.design.ratings_per_comparison + set_ratings
    comparisons = quality + pairs * sets
    tasks = min(spec.raters.tasks, comparisons)
    busiest = max(spec.design.ratings_per_comparison, per_set)
    sessions = max(-(-ratings // tasks), busiest)
    return Totals(_samples(spec, sets), comparisons, ratings, tasks, sessions, set_ratings)


def _samples(spec: StudySpec, sets: int) -> int:
    single = spec.design.samples_per_prompt
    more = max(spec.diversity.set_size - single, 0) if spec.diversity else 0
    return len(spec.systems) * (len(spec.prompts) * single + sets * more)
