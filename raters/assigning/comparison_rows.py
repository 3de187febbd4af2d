"""Writes the comparisons of a study and the rows that raters will take, before anyone rates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from django.db import transaction

from generation.models import Sample
from generation.review.selectors import LEFT_OUT
from raters.assigning.counts import plan_again
from raters.models import Assignment, Comparison, ComparisonSample
from studies.design import (
    PlannedComparison,
    known_candidates,
    pairs_with_a_known_answer,
    planned_comparisons,
    planned_slots,
)
from studies.models import Study
from studies.selectors import spec_of
from studies.spec import StudySpec

CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Planned:
    """What planning did: comparisons written, and those left out because a sample of theirs failed or is left out."""

    written: int
    left_out: int


def plan_comparisons(*, study: Study) -> Planned:
    """Write every comparison whose samples are all ready, with its waiting assignments; existing ones stay."""
    spec = spec_of(study)
    heard = study.samples.filter(state=Sample.State.READY).exclude(LEFT_OUT)
    ready = dict(heard.values_list("key", "pk"))
    existing = set(study.comparisons.values_list("key", flat=True))
    written = left_out = 0
    writer = _Writer(study, spec)
    with transaction.atomic():
        _plan_known(study, spec, existing)
        for chunk in _chunks(plan for plan in planned_comparisons(spec) if plan.key not in existing):
            complete = [plan for plan in chunk if all(key in ready for key in _samples(plan))]
            left_out += len(chunk) - len(complete)
            written += writer.write(complete, ready)
        plan_again(study)
    return Planned(written=written, left_out=left_out)


def _plan_known(study: Study, spec: StudySpec, existing: set[str]) -> None:
    """Pairs with a known answer, written like any others. The first are for training, the others gold."""
    twins = study.samples.filter(state=Sample.State.READY, source__isnull=False).select_related("source")
    twins = twins.exclude(source__review__left_out_because__gt="")
    place = {key: number for number, key in enumerate(known_candidates(spec))}
    ready = sorted(twins, key=lambda twin: place[twin.source.key] if twin.source else len(place))
    for number, twin in enumerate(ready[: pairs_with_a_known_answer(spec)]):
        training = number < spec.raters.training
        role = Comparison.Role.TRAINING if training else Comparison.Role.GOLD
        key = f"{role}.{twin.key}"
        if key not in existing and twin.source is not None:
            _write_known(twin.source, twin, role, key)


def _write_known(clean: Sample, broken: Sample, role: Comparison.Role, key: str) -> None:
    """One system on both sides: a sample of it as side a, the sample's broken twin as side b."""
    row = Comparison.objects.create(
        study_id=clean.study_id,
        key=key,
        kind=Comparison.Kind.QUALITY,
        role=role,
        prompt_id=clean.prompt_id,
        system_a_id=clean.system_id,
        system_b_id=clean.system_id,
    )
    sides = ((ComparisonSample.Side.A, clean), (ComparisonSample.Side.B, broken))
    ComparisonSample.objects.bulk_create(
        ComparisonSample(comparison=row, side=side, number=0, sample=sample) for side, sample in sides
    )


def _chunks(plans: Iterable[PlannedComparison]) -> Iterator[list[PlannedComparison]]:
    source = iter(plans)
    while chunk := list(islice(source, CHUNK)):
        yield chunk


def _samples(plan: PlannedComparison) -> Sequence[str]:
    return (*plan.samples_a, *plan.samples_b)


class _Writer:
    """Rows of comparisons, a chunk at a time. What every chunk needs to know is read once."""

    def __init__(self, study: Study, spec: StudySpec) -> None:
        self.study = study
        self.spec = spec
        self.systems = dict(study.systems.values_list("name", "pk"))
        self.prompts = dict(study.prompts.values_list("key", "pk"))

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
