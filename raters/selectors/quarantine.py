"""Clips that raters reported as broken, and those that nobody is given any more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Q, QuerySet

from generation.models import Sample
from raters.models import Assignment, ComparisonSample
from studies.models import Study

REPORTS_TO_QUARANTINE = 2  # by different people: one of them may have a broken headphone


def quarantined_samples(study_id: int) -> QuerySet[Sample]:
    """Samples that so many people reported."""
    reported = Sample.objects.filter(study=study_id, reports__isnull=False)
    counted = reported.annotate(report_count=Count("reports"))
    return Sample.objects.filter(pk__in=counted.filter(report_count__gte=REPORTS_TO_QUARANTINE).values("pk"))


def quarantined_comparisons(study_id: int) -> QuerySet[ComparisonSample, int]:
    """Keys of the comparisons that need a quarantined sample: nobody is given them."""
    members = ComparisonSample.objects.filter(sample__in=quarantined_samples(study_id))
    return members.values_list("comparison", flat=True)


def report_summary(study: Study) -> list[Mapping[str, Any]]:
    """Per reported sample, the most reported first: how many reports, how many in gold pairs, and if quarantined."""
    in_gold = Count("reports", filter=Q(reports__role=Assignment.Role.GOLD))
    reported = study.samples.filter(reports__isnull=False).annotate(n=Count("reports"), gold=in_gold)
    return [
        {"sample": key, "reports": n, "gold": gold, "quarantined": n >= REPORTS_TO_QUARANTINE}
        for key, n, gold in reported.order_by("-n", "key").values_list("key", "n", "gold")
    ]
