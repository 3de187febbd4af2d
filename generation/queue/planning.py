"""The rows of all samples that a study needs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from django.db import transaction

from generation.models import Sample, StudyQueue, SystemQueue
from studies.design import planned_samples
from studies.models import Study
from studies.selectors import spec_of

PLAN_CHUNK = 2000


def plan_samples(*, study: Study) -> int:
    """Write the rows of all samples the study needs; those that exist stay. Returns how many were new.

    Row by row out of the plan and in chunks into the table: memory does not grow with the study.
    """
    before = study.samples.count()
    rows = _planned_rows(study)
    with transaction.atomic():
        StudyQueue.objects.get_or_create(study=study)
        SystemQueue.objects.bulk_create(
            (SystemQueue(system=system) for system in study.systems.all()), ignore_conflicts=True
        )
        while chunk := list(islice(rows, PLAN_CHUNK)):
            Sample.objects.bulk_create(chunk, ignore_conflicts=True)
    return study.samples.count() - before


def _planned_rows(study: Study) -> Iterator[Sample]:
    systems = dict(study.systems.values_list("name", "pk"))
    prompts = dict(study.prompts.values_list("key", "pk"))
    for plan in planned_samples(spec_of(study)):
        yield Sample(
            study=study,
            system_id=systems[plan.system],
            prompt_id=prompts[plan.prompt_id],
            key=plan.key,
            index=plan.index,
            seed=plan.seed,
        )
