"""Removing everything that raters were given and answered in a study, before the study itself is removed."""

from __future__ import annotations

from django.db import transaction

from studies.models import Study


def delete_raters_and_comparisons(*, study: Study) -> None:
    """Raters with their sessions, answers and identities; then comparisons with what still waits."""
    with transaction.atomic():
        study.raters.all().delete()
        study.assignments.all().delete()
        study.comparisons.all().delete()
