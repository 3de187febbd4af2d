"""Figures of the whole site, read when somebody asks for them: nothing is counted while raters rate."""

from __future__ import annotations

import shutil
from datetime import timedelta

from django.conf import settings
from django.db.models import Count
from django.utils import timezone

from accounts.models import AuditEntry
from generation.models import Sample
from raters.models import Assignment
from studies.models import Study


def samples_by_state() -> dict[str, int]:
    rows = Sample.objects.order_by().values("state").annotate(n=Count("pk"))
    counted = dict(rows.values_list("state", "n"))
    return {state: counted.get(state, 0) for state in Sample.State.values}


def studies_by_state() -> dict[str, int]:
    counted = dict(Study.objects.order_by().values("state").annotate(n=Count("pk")).values_list("state", "n"))
    return {state: counted.get(state, 0) for state in Study.State.values}


def claims_out_of_lease() -> int:
    """Samples whose worker gave no sign of life for its lease: the sweep takes them back."""
    return Sample.objects.filter(state=Sample.State.CLAIMED, leased_until__lt=timezone.now()).count()


def submitted_in(window: timedelta) -> int:
    since = timezone.now() - window
    return Assignment.objects.filter(state=Assignment.State.SUBMITTED, submitted_at__gte=since).count()


def under_way() -> int:
    """Tasks that somebody holds at this moment."""
    return Assignment.objects.filter(state=Assignment.State.ASSIGNED, leased_until__gt=timezone.now()).count()


def failed_logins_in(window: timedelta) -> int:
    return AuditEntry.objects.filter(action="login failed", at__gte=timezone.now() - window).count()


def made_in(window: timedelta) -> int:
    return Sample.objects.filter(made_at__gte=timezone.now() - window).count()


def free_disk() -> tuple[int, int]:
    """Bytes that are free, and all of them, where the data folder lies."""
    usage = shutil.disk_usage(settings.VAR)
    return usage.free, usage.total
