"""How many people a study lets in. A place is held by whoever finished, or still rates; drop-outs free theirs."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from raters.entering.session_endings import screened_out_query
from raters.errors import NoPlace
from raters.models import Assignment, Rater, Session
from studies.models import Study
from studies.selectors import spec_of


def take_place(study: Study) -> None:
    """Call inside the transaction that lets a newcomer in: whoever comes at the same time waits here.

    Raises:
        NoPlace: every place is held.
    """
    if spec_of(study).recruitment.quota is None:
        return
    list(Study.objects.select_for_update().filter(pk=study.pk).values_list("pk"))
    if is_full(study):
        raise NoPlace("Every place in this study is taken at the moment.")


def is_full(study: Study) -> bool:
    """Whether every place is held. Asks no database where the study has no quota."""
    quota = spec_of(study).recruitment.quota
    return quota is not None and holders(study).count() >= quota


def holders(study: Study) -> QuerySet[Rater]:
    """Who holds a place: they handed in their whole session, or their lease runs, or they came a lease ago at most.

    Whoever was screened out holds none.
    """
    spec, now = spec_of(study), timezone.now()
    recently = now - timedelta(minutes=spec.raters.lease_minutes)
    mine = Assignment.objects.filter(rater=OuterRef("pk"))
    handed_in = mine.filter(state=Assignment.State.SUBMITTED)
    held = mine.filter(state=Assignment.State.ASSIGNED, leased_until__gt=now)
    sessions = Session.objects.filter(rater=OuterRef("pk"))
    finished = Q(Exists(sessions.filter(finished_at__isnull=False))) & Q(Exists(handed_in))
    arriving = Q(Exists(sessions.filter(started_at__gt=recently, finished_at=None)))
    return study.raters.filter(finished | Q(Exists(held)) | arriving).exclude(
        Exists(sessions.filter(screened_out_query(spec)))
    )
