"""Writes the comparisons of a study and the rows that raters will take, before anyone rates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from django.db import transaction

from generation.models import Sample
from generation.review.selectors import LEFT_OUT
from raters.assigning.counts import plan_again
from raters.models import Assignment, Comparison, ComparisonSample
from raters.selectors.quarantine import quarantined_samples
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
KNOWN_ROLES = (f"{Comparison.Role.TRAINING}.", f"{Comparison.Role.GOLD}.")


@dataclass(frozen=True, slots=True)
class Planned:
    """What planning did: comparisons written, and those left out because a sample of theirs failed or is left out."""

    written: int
    left_out: int


def plan_comparisons(*, study: Study) -> Planned:
    """Write every comparison whose samples are all ready, with its waiting assignments; existing ones stay."""
    spec = spec_of(study)
    heard = study.samples.filter(state=Sample.State.READY).exclude(LEFT_OUT)
    heard = heard.exclude(pk__in=quarantined_samples(study.pk))
    ready = dict(heard.values_list("key", "pk"))
    existing = set(study.comparisons.values_list("key", flat=True))
    written = left_out = 0
    with transaction.atomic():
        write_known_pairs(study, spec, existing)
        plans = (plan for plan in planned_comparisons(spec) if plan.key not in existing)
        while chunk := list(islice(plans, CHUNK)):
            complete = [plan for plan in chunk if ready.keys() >= {*plan.samples_a, *plan.samples_b}]
            write_comparisons(study, spec, complete, ready)
            written += len(complete)
            left_out += len(chunk) - len(complete)
        plan_again(study)
    return Planned(written=written, left_out=left_out)


def write_known_pairs(study: Study, spec: StudySpec, existing: set[str]) -> None:
    """Pairs with a known answer, written like any others. The first are for training, the others gold."""
    twins = study.samples.filter(state=Sample.State.READY, source__isnull=False).select_related("source")
    twins = twins.exclude(source__review__left_out_because__gt="")
    # After an amendment the ranking is another one: whoever has a role keeps it.
    given = {key.partition(".")[2] for key in existing if key.startswith(KNOWN_ROLES)}
    rank = {key: number for number, key in enumerate(known_candidates(spec))}
    ready = sorted(twins, key=lambda twin: rank.get(twin.source.key, len(rank)) if twin.source else len(rank))
    for number, twin in enumerate(ready[: pairs_with_a_known_answer(spec)]):
        training = number < spec.raters.training
        role = Comparison.Role.TRAINING if training else Comparison.Role.GOLD
        key = f"{role}.{twin.key}"
        if twin.key not in given and twin.source is not None:
            write_known_pair(twin.source, twin, role, key)


def write_known_pair(clean: Sample, degraded: Sample, role: Comparison.Role, key: str) -> None:
    """One system on both sides: a sample of it as side a, the sample's degraded twin as side b."""
    row = Comparison.objects.create(
        study_id=clean.study_id,
        key=key,
        kind=Comparison.Kind.QUALITY,
        role=role,
        prompt_id=clean.prompt_id,
        system_a_id=clean.system_id,
        system_b_id=clean.system_id,
    )
    sides = ((ComparisonSample.Side.A, clean), (ComparisonSample.Side.B, degraded))
    ComparisonSample.objects.bulk_create(
        ComparisonSample(comparison=row, side=side, number=0, sample=sample) for side, sample in sides
    )


def write_comparisons(
    study: Study, spec: StudySpec, plans: Sequence[PlannedComparison], ready: Mapping[str, int]
) -> None:
    """The rows of these comparisons, of their samples and of their assignments, with three statements.

    ``ready``: the primary keys of samples by their key.
    """
    systems = dict(study.systems.values_list("name", "pk"))
    prompts = dict(study.prompts.values_list("key", "pk"))
    rows = Comparison.objects.bulk_create(
        Comparison(
            study=study,
            key=plan.key,
            kind=plan.kind,
            prompt_id=prompts[plan.prompt_id],
            system_a_id=systems[plan.system_a],
            system_b_id=systems[plan.system_b],
        )
        for plan in plans
    )
    planned = list(zip(plans, rows, strict=True))
    ComparisonSample.objects.bulk_create(
        ComparisonSample(comparison=row, side=side, number=number, sample_id=ready[key])
        for plan, row in planned
        for side, keys in (("a", plan.samples_a), ("b", plan.samples_b))
        for number, key in enumerate(keys)
    )
    Assignment.objects.bulk_create(
        waiting for plan, row in planned for waiting in waiting_assignments(plan, row, spec)
    )


def waiting_assignments(plan: PlannedComparison, row: Comparison, spec: StudySpec) -> Iterator[Assignment]:
    """One for each rating that the comparison is to get."""
    for slot in planned_slots(plan.key, plan.ratings, spec.study.seed, starts_swapped=plan.starts_swapped):
        yield Assignment(
            study_id=row.study_id, comparison=row, round=slot.round, order=slot.order, swapped=slot.swapped
        )
