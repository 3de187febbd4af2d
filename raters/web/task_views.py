"""The task: show it, hear it, answer it, submit it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from raters.answering import services
from raters.answering.criterion_passes import Facts, place_of
from raters.answering.fields import clips_a_side
from raters.errors import AnswerRefused, NotHeard, NotYours, RaterRefused
from raters.models import Assignment, Rater
from raters.selectors import done_by
from raters.web import contexts
from raters.web.clip_addresses import sample_behind
from raters.web.clip_responses import sound
from raters.web.feedback_views import address_of, show_feedback, wants_feedback
from raters.web.stations import Visit, elsewhere, show, show_closed, show_task, visit, visit_to_task
from studies.models import Study


@require_safe
def task(request: HttpRequest, slug: str) -> HttpResponse:
    visited = visit(request, slug)
    return elsewhere(visited, "task") or show_task(visited)


@require_safe
def task_door(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """A task's own address leads to the page that shows whatever is under way."""
    return redirect("raters:task", slug=slug)


def _refusal(refused: RaterRefused, *, status: int) -> JsonResponse:
    return JsonResponse({"error": str(refused)}, status=status)


# Whoever holds a pair may finish it in a break: nothing that was heard and answered is thrown away.
TAKES_ANSWERS = (Study.State.OPEN, Study.State.PAUSED)


def _over(visited: Visit) -> JsonResponse | None:
    if visited.study.state in TAKES_ANSWERS:
        return None
    return JsonResponse({"error": _("The study takes no answers at the moment.")}, status=409)


@require_POST
def heard(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """A clip was played to its end, says the browser. 204, or 400/409 with the reason."""
    visited, rater, assignment = visit_to_task(request, slug, key)
    if over := _over(visited):
        return over
    spec = visited.spec
    try:
        services.mark_heard(
            assignment=assignment,
            rater=rater,
            side=request.POST.get("side", ""),
            clip=_whole(request, "clip"),
            played_ms=_whole(request, "played_ms"),
            spec=spec,
            clips=clips_a_side(assignment, spec),
        )
    except AnswerRefused as refused:
        return _refusal(refused, status=400)
    except (NotHeard, NotYours) as refused:
        return _refusal(refused, status=409)
    return HttpResponse(status=204)


def _whole(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 8):
        raise AnswerRefused(f"{name}: {text[:20]!r} is not a whole number of 0 or more", field=name)
    return int(text)


@require_POST
def answer(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """One answer, saved as it is given. 204, or 400/409 with the reason."""
    visited, rater, assignment = visit_to_task(request, slug, key)
    if over := _over(visited):
        return over
    name, value = request.POST.get("name", ""), request.POST.get("value", "")
    try:
        services.save_answer(assignment=assignment, rater=rater, spec=visited.spec, name=name, value=value)
    except AnswerRefused as refused:
        return _refusal(refused, status=400)
    except NotYours as refused:
        return _refusal(refused, status=409)
    return HttpResponse(status=204)


@require_POST
def submit(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """All answers at once; then the next task, as the fragment that replaces this one (or a whole page)."""
    visited, rater, assignment = visit_to_task(request, slug, key)
    fragment = bool(request.headers.get("HX-Request"))
    if visited.study.state not in TAKES_ANSWERS:
        return show_closed(visited, fragment=fragment)
    try:
        services.submit(
            assignment=assignment,
            rater=rater,
            spec=visited.spec,
            answers={name: str(value) for name, value in request.POST.items()},
            facts=_facts(request),
            clips=clips_a_side(assignment, visited.spec),
        )
    except NotYours:
        notice = _("You were away, and that pair went to somebody else. Here is another one.")
        return show_task(visited, fragment=fragment, notice=notice)
    except (AnswerRefused, NotHeard) as refused:
        return _same_task(visited, assignment, rater, str(refused), fragment=fragment)
    return _after(visited, assignment, fragment=fragment)


def _after(visited: Visit, assignment: Assignment, *, fragment: bool) -> HttpResponse:
    """What follows a task that was handed in."""
    if wants_feedback(assignment) and place_of(assignment, visited.spec).is_last:
        if fragment:
            return show_feedback(visited, assignment, fragment=True)
        return redirect(address_of(visited, assignment))
    if not fragment:
        return redirect("raters:task", slug=visited.study.slug)
    return show_task(visited, fragment=True, promised=visited.request.POST.get("promise", ""))


def _same_task(
    visited: Visit, assignment: Assignment, rater: Rater, error: str, *, fragment: bool
) -> HttpResponse:
    context = contexts.task_context(assignment, rater, visited.study, visited.spec, done_by(rater))
    return show(visited, "task", context | {"errors": [error]}, fragment=fragment, status=422)


def _facts(request: HttpRequest) -> Facts:
    return Facts(
        response_ms=_whole(request, "response_ms"),
        played_first_ms=_whole(request, "played_ms_A"),
        played_second_ms=_whole(request, "played_ms_B"),
        switches=_whole(request, "switches"),
    )


@require_safe
def clip(request: HttpRequest, slug: str, key: str, token: str) -> HttpResponse:
    """A sound. Both sides answer with the same headers and the same number of bytes."""
    assignment = visit_to_task(request, slug, key)[2]
    return sound(request, *sample_behind(assignment, token))
