"""A clip that cannot be heard: its pair is set aside for the rater, and given to nobody once two people reported it."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext

from generation.models import Sample
from raters.assigning.counts import plan_again
from raters.assigning.release import waiting_successors
from raters.errors import NotYours
from raters.models import Assignment, ClipReport, Rater
from raters.selectors.quarantine import REPORTS_TO_QUARANTINE
from studies.models import Study
from studies.services import record


def report_broken_clip(*, assignment: Assignment, rater: Rater, sample: Sample) -> None:
    """Set the pair under way aside and note the report; somebody else gets the pair, unless it is quarantined now.

    Raises:
        NotYours: not this rater's, or not under way (any more).
    """
    study = rater.study
    with transaction.atomic():
        # Reports of one study come one after another, so that the second one of a clip is seen as the second.
        Study.objects.select_for_update().only("pk").get(pk=study.pk)
        rows = Assignment.objects.select_for_update().filter(
            pk=assignment.pk, rater=rater, state=Assignment.State.ASSIGNED
        )
        row = rows.first()
        if row is None:
            raise NotYours(gettext("This task is already finished. Please continue with the next one."))
        row.state = Assignment.State.REPORTED
        row.save(update_fields=["state"])
        _, is_new = ClipReport.objects.get_or_create(sample=sample, rater=rater, defaults={"role": row.role})
        if is_new and sample.reports.count() == REPORTS_TO_QUARANTINE:
            quarantine(study, sample)
        Assignment.objects.bulk_create(waiting_successors(study.pk, [row]))


def quarantine(study: Study, sample: Sample) -> None:
    """Take the waiting rows of every comparison that needs the sample away; what was rated stays, and is marked."""
    comparisons = sample.places.values("comparison")
    waiting = study.assignments.filter(comparison__in=comparisons, state=Assignment.State.WAITING)
    waiting.delete()
    plan_again(study)
    record(study, "quarantined", samples=[sample.key])
