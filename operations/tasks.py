"""What the clock asks for besides samples."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from accounts import audit
from raters.entering.privacy import purge
from raters.models import CrowdIdentity
from studies.models import Study


@shared_task
def forget_identities() -> int:
    """Forget who the raters of long closed studies were, where RETENTION_DAYS says so. Returns of how many studies."""
    if not settings.RETENTION_DAYS:
        return 0
    before = timezone.now() - timedelta(days=settings.RETENTION_DAYS)
    due = Study.objects.filter(
        state=Study.State.CLOSED, closed_at__lt=before, pk__in=CrowdIdentity.objects.values("study")
    )
    for study in due:
        count = purge(study=study)
        audit.record(account="(retention)", action="forgot identities", study=study.slug, identities=count)
    return len(due)
