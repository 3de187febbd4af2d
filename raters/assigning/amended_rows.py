"""What an amendment changes among the rows that wait for raters. What was answered stays as it is."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.db.models import Max, Q

from raters.assigning.comparison_rows import CHUNK, waiting_assignments
from raters.assigning.counts import plan_again
from raters.models import Assignment, Comparison
from studies.design import planned_comparisons
from studies.models import Study
from studies.selectors import spec_of


def add_ratings(*, study: Study) -> int:
    """Give every comparison the waiting assignments that the study's file asks for now. Returns how many were added."""
    spec = spec_of(study)
    main = study.comparisons.filter(role=Comparison.Role.MAIN).annotate(rounds=Max("assignments__round"))
    rows = {row.key: row for row in main}
    added = [
        assignment
        for plan in planned_comparisons(spec)
        if (row := rows.get(plan.key)) is not None
        for assignment in waiting_assignments(plan, row, spec)
        if assignment.round > (row.rounds or 0)
    ]
    with transaction.atomic():
        Assignment.objects.bulk_create(added, batch_size=CHUNK)
        plan_again(study)
    return len(added)


def withdraw_systems(*, study: Study, systems: Collection[str]) -> None:
    """Nobody is given a comparison of these systems any more; what was rated of them stays."""
    of_them = Q(comparison__system_a__name__in=systems) | Q(comparison__system_b__name__in=systems)
    with transaction.atomic():
        study.assignments.filter(of_them, state=Assignment.State.WAITING).delete()
        plan_again(study)


def delete_unrated_comparisons(*, study: Study) -> None:
    """Of a study that nobody has entered: opening it plans the comparisons of its new file."""
    with transaction.atomic():
        study.assignments.all().delete()
        study.comparisons.all().delete()
        plan_again(study)
