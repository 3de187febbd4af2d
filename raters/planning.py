"""Writes the comparisons of a study and the rows that raters will take, before anyone rates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from django.db import transaction

from generation.models import Sample
from raters.models import Assignment, Comparison, ComparisonSample
from studies.design import PlannedComparison, planned_comparisons, planned_slots
from studies.models import Study
from studies.selectors import spec_of
from studies.spec import StudySpec

CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Planned:
    """What planning did: comparisons written, and those left out because a sample of theirs failed."""

    written: int
    left_out: int


def plan_comparisons(*, study: Study) -> Planned:
    """Write every comparison whose samples are all ready, with its waiting assignments; existing ones stay."""
    spec = spec_of(study)
    ready = dict(study.samples.filter(state=Sample.State.READY).values_list("key", "pk"))
    existing = set(study.comparisons.values_list("key", flat=True))
    written = left_out = 0
    with transaction.atomic():
        for chunk in _chunks(plan for plan in planned_comparisons(spec) if plan.key not in existing):
            complete = [plan for plan in chunk if all(key in ready for key in _samples(plan))]
            left_out += len(chunk) - len(complete)
            written += _Writer(study, spec).write(complete, ready)
    return Planned(written=written, left_out=left_out)


def _chunks(plans: Iterable[PlannedComparison]) -> Iterator[list[PlannedComparison]]:
    source = iter(plans)
    while chunk := list(islice(source, CHUNK)):
        yield chunk


def _samples(plan: PlannedComparison) -> Sequence[str]:
    return (*plan.samples_a, *plan.samples_b)


class _Writer:
    """Rows of one chunk of comparisons."""

    def __init__(self, study: Study, spec: StudySpec) -> None:
        self.study = study
        self.spec = spec
        self.systems = {system.name: system.pk for system in study.systems.all()}
        self.prompts = {prompt.key: prompt.pk for prompt in study.prompts.all()}

    def write(self, plans: Sequence[PlannedComparison], ready: dict[str, int]) -> int:
        rows = Comparison.objects.bulk_create(self._comparison(plan) for plan in plans)
        pairs = list(zip(plans, rows, strict=True))
        ComparisonSample.objects.bulk_create(
            place for plan, row in pairs for place in self._places(plan, row, ready)
        )
        Assignment.objects.bulk_create(slot for plan, row in pairs for slot in self._slots(plan, row))
        return len(rows)

    def _comparison(self, plan: PlannedComparison) -> Comparison:
        return Comparison(
            study=self.study,
            key=plan.key,
            kind=plan.kind,
            prompt_id=self.prompts[plan.prompt_id],
            system_a_id=self.systems[plan.system_a],
            system_b_id=self.systems[plan.system_b],
        )

    def _places(
        self, plan: PlannedComparison, row: Comparison, ready: dict[str, int]
    ) -> Iterator[ComparisonSample]:
        for side, keys in (("a", plan.samples_a), ("b", plan.samples_b)):
            for number, key in enumerate(keys):
                yield ComparisonSample(comparison=row, side=side, number=number, sample_id=ready[key])

    def _slots(self, plan: PlannedComparison, row: Comparison) -> Iterator[Assignment]:
        slots = planned_slots(
            plan.key, plan.ratings, self.spec.study.seed, starts_swapped=plan.starts_swapped
        )
        for slot in slots:
            yield Assignment(
                study=self.study, comparison=row, round=slot.round, order=slot.order, swapped=slot.swapped
            )
