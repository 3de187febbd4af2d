"""A rater reports a clip that cannot be heard."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from generation.models import Sample
from raters.assigning.broken_clips import report_broken_clip
from raters.errors import NotYours
from raters.models import Assignment
from raters.web.clip_addresses import samples_by_side
from raters.web.ending_pages import show_closed
from raters.web.next_task import give_task_or_finish
from raters.web.rater_requests import open_task_request
from raters.web.task_views import TAKES_ANSWERS


@require_POST
def report(http: HttpRequest, slug: str, key: str) -> HttpResponse:
    """``clip`` is its side and number, such as ``A0``. The next task, as the fragment that replaces this one."""
    request = open_task_request(http, slug, key)
    if request.study.state not in TAKES_ANSWERS:
        return show_closed(request, fragment=request.wants_fragment)
    sample = find_clip(request.assignment, http.POST.get("clip", ""))
    if sample is None:
        return HttpResponseBadRequest("There is no such clip here.", content_type="text/plain")
    notice = _("Thank you. That pair is set aside; here is another one.")
    try:
        report_broken_clip(assignment=request.assignment, rater=request.rater, sample=sample)
    except NotYours as refused:
        notice = str(refused)
    if not request.wants_fragment:
        return redirect("raters:task", slug=slug)
    return give_task_or_finish(request, fragment=True, notice=notice)


def find_clip(assignment: Assignment, name: str) -> Sample | None:
    """The sample that is presented as ``name``; None where there is no such clip."""
    clips = {
        f"{letter}{number}": sample
        for letter, samples in samples_by_side(assignment).items()
        for number, sample in enumerate(samples)
    }
    return clips.get(name)
