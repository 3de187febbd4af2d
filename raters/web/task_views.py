"""The task: show it, hear it, answer it, submit it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from raters.answering.criterion_passes import current_pass
from raters.answering.fields import clips_a_side
from raters.answering.hearing import mark_heard
from raters.answering.listening_report import ListeningReport
from raters.answering.saving import save_answer
from raters.answering.submission import submit as submit_task
from raters.errors import AnswerRefused, NotHeard, NotYours
from raters.models import Assignment
from raters.selectors.people import done_by
from raters.web.clip_addresses import sample_behind
from raters.web.clip_responses import sound
from raters.web.ending_pages import show_closed
from raters.web.feedback_views import feedback_address, show_feedback
from raters.web.next_task import give_task_or_finish
from raters.web.pages import show_station
from raters.web.rater_requests import (
    StationRequest,
    TaskRequest,
    open_task_request,
    record_new_ticket,
    station,
)
from raters.web.task_context import task_context
from studies.models import Study

# Whoever holds a pair may finish it in a break: nothing that was heard and answered is thrown away.
TAKES_ANSWERS = (Study.State.OPEN, Study.State.PAUSED)


@station("task", form=False)
def task(request: StationRequest) -> HttpResponse:
    return give_task_or_finish(request)


@require_safe
def task_door(http: HttpRequest, slug: str, key: str) -> HttpResponse:
    """A task's own address leads to the page that shows whatever is under way."""
    return redirect("raters:task", slug=slug)


@require_POST
def submit(http: HttpRequest, slug: str, key: str) -> HttpResponse:
    """All answers at once; then the next task, as the fragment that replaces this one (or a whole page)."""
    request = open_task_request(http, slug, key)
    if request.study.state not in TAKES_ANSWERS:
        return show_closed(request, fragment=request.wants_fragment)
    assignment = request.assignment
    try:
        submit_task(
            assignment=assignment,
            rater=request.rater,
            spec=request.spec,
            answers={name: str(answer) for name, answer in http.POST.items()},
            report=read_listening_report(http),
            clips=clips_a_side(assignment, request.spec),
        )
    except NotYours:
        notice = _("You were away, and that pair went to somebody else. Here is another one.")
        return give_task_or_finish(request, fragment=request.wants_fragment, notice=notice)
    except (AnswerRefused, NotHeard) as refused:
        context = task_context(request, assignment, done_by(request.rater)) | {"errors": [str(refused)]}
        return show_station(request, "task", context, fragment=request.wants_fragment, status=422)
    response = show_what_follows(request)
    record_new_ticket(request, response)
    return response


def show_what_follows(request: TaskRequest) -> HttpResponse:
    """After a submission: what there was to hear in a pair for training, otherwise the next task."""
    assignment = request.assignment
    training = assignment.role == Assignment.Role.TRAINING
    if training and current_pass(assignment, request.spec).is_last:
        if request.wants_fragment:
            return show_feedback(request, assignment, fragment=True)
        return redirect(feedback_address(request, assignment))
    if not request.wants_fragment:
        return redirect("raters:task", slug=request.study.slug)
    prefetched = request.http.POST.get("promise", "")
    return give_task_or_finish(request, fragment=True, prefetched=prefetched)


def read_listening_report(http: HttpRequest) -> ListeningReport:
    """Raises AnswerRefused."""
    return ListeningReport(
        response_ms=read_whole_number(http, "response_ms"),
        played_first_ms=read_whole_number(http, "played_ms_A"),
        played_second_ms=read_whole_number(http, "played_ms_B"),
        switches=read_whole_number(http, "switches"),
    )


def read_whole_number(http: HttpRequest, name: str) -> int:
    """A posted number of 0 to 99,999,999; raises AnswerRefused."""
    text = http.POST.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 8):
        raise AnswerRefused(f"{name}: {text[:20]!r} is not a whole number of 0 or more", field=name)
    return int(text)


@require_POST
def heard(http: HttpRequest, slug: str, key: str) -> HttpResponse:
    """A clip was played to its end, says the browser. 204, or 400/409 with the reason."""

    def save(request: TaskRequest) -> None:
        mark_heard(
            assignment=request.assignment,
            rater=request.rater,
            side=http.POST.get("side", ""),
            clip=read_whole_number(http, "clip"),
            played_ms=read_whole_number(http, "played_ms"),
            spec=request.spec,
            clips=clips_a_side(request.assignment, request.spec),
        )

    return save_and_answer(open_task_request(http, slug, key), save)


@require_POST
def answer(http: HttpRequest, slug: str, key: str) -> HttpResponse:
    """One answer, saved as it is given. 204, or 400/409 with the reason."""

    def save(request: TaskRequest) -> None:
        name, value = http.POST.get("name", ""), http.POST.get("value", "")
        save_answer(
            assignment=request.assignment, rater=request.rater, spec=request.spec, name=name, value=value
        )

    return save_and_answer(open_task_request(http, slug, key), save)


def save_and_answer(request: TaskRequest, save: Callable[[TaskRequest], None]) -> HttpResponse:
    """For the page's script: 204 once it is saved; 400 what cannot be saved; 409 what cannot be saved now."""
    if request.study.state not in TAKES_ANSWERS:
        return JsonResponse({"error": _("The study takes no answers at the moment.")}, status=409)
    try:
        save(request)
    except AnswerRefused as refused:
        return JsonResponse({"error": str(refused)}, status=400)
    except (NotHeard, NotYours) as refused:
        return JsonResponse({"error": str(refused)}, status=409)
    return HttpResponse(status=204)


@require_safe
def clip(http: HttpRequest, slug: str, key: str, token: str) -> HttpResponse:
    """A sound. Both sides answer with the same headers and the same number of bytes."""
    assignment = open_task_request(http, slug, key).assignment
    return sound(http, *sample_behind(assignment, token))
