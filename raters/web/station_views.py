"""The blocks of the way in and out that a study turns on: instructions, comprehension, headphones, questionnaire."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from raters.entering import entry_checks
from raters.entering.session_endings import why_screened_out
from raters.errors import AnswerRefused
from raters.models import Session
from raters.web import station_contexts
from raters.web.stations import Visit, elsewhere, show, show_done, visit

PAGE = require_http_methods(["GET", "HEAD", "POST"])


def _session(visited: Visit) -> Session:
    assert visited.session is not None  # noqa: S101 - the station says so
    return visited.session


def _onwards(visited: Visit) -> HttpResponse:
    return redirect("raters:door", slug=visited.study.slug)


@PAGE
def information(request: HttpRequest, slug: str) -> HttpResponse:
    visited = visit(request, slug)
    if away := elsewhere(visited, "information"):
        return away
    if request.method == "POST":
        entry_checks.inform(session=_session(visited))
        return _onwards(visited)
    return show(visited, "information", station_contexts.information(visited.study, visited.spec))


@PAGE
def comprehension(request: HttpRequest, slug: str) -> HttpResponse:
    visited = visit(request, slug)
    if away := elsewhere(visited, "comprehension"):
        return away
    if request.method == "POST":
        return _check_comprehension(visited)
    context = station_contexts.comprehension(_session(visited), visited.study, visited.spec)
    return show(visited, "comprehension", context)


def _check_comprehension(visited: Visit) -> HttpResponse:
    session, spec = _session(visited), visited.spec
    names = [f"q{number}" for number in range(len(spec.raters.comprehension))]
    answers = [visited.request.POST.get(name, "") for name in names]
    if not all(answers):
        error = _("Please answer every question.")
        context = station_contexts.comprehension(session, visited.study, spec, answers=answers, error=error)
        return show(visited, "comprehension", context, status=422)
    right = entry_checks.answer_comprehension(session=session, spec=spec, answers=answers)
    if right is None or all(right):
        return _onwards(visited)
    if why_screened_out(session, spec):
        return show_done(visited)
    error = _("Some answers are not right yet. Please read the instructions again; you have one more try.")
    context = station_contexts.comprehension(
        session, visited.study, spec, answers=answers, right=right, error=error
    )
    return show(visited, "comprehension", context, status=422)


@PAGE
def headphones(request: HttpRequest, slug: str) -> HttpResponse:
    visited = visit(request, slug)
    if away := elsewhere(visited, "headphones"):
        return away
    session = _session(visited)
    entry_checks.begin_headphone_check(session=session)
    if request.method == "POST":
        return _answer_trial(visited)
    return show(visited, "headphones", station_contexts.headphones(session, visited.study, visited.spec))


def _answer_trial(visited: Visit) -> HttpResponse:
    session, posted = _session(visited), visited.request.POST
    if posted.get("unavailable") == "yes":
        entry_checks.skip_headphone_check(session=session, spec=visited.spec)
        return _onwards(visited)
    if posted.get("trial") != entry_checks.trial_token(session):
        # A page of an earlier trial, sent twice or found with Back: the one under way is shown.
        return _onwards(visited)
    answer = posted.get("answer", "")
    try:
        place = int(answer) - 1 if answer in {"1", "2", "3"} else -1
        entry_checks.answer_trial(session=session, spec=visited.spec, place=place)
    except AnswerRefused as refused:
        context = station_contexts.headphones(session, visited.study, visited.spec)
        return show(visited, "headphones", context | {"errors": [str(refused)]}, status=422)
    return show_done(visited) if why_screened_out(session, visited.spec) else _onwards(visited)


@require_safe
def trial(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """The sound of the trial under way, and of no other."""
    visited = visit(request, slug)
    session = visited.session
    if (
        session is None
        or entry_checks.trial_under_way(session) is None
        or token != entry_checks.trial_token(session)
    ):
        raise Http404
    response = HttpResponse(entry_checks.trial_sound(session, visited.spec), content_type="audio/wav")
    response["Cache-Control"] = "no-store"
    return response


@PAGE
def questionnaire(request: HttpRequest, slug: str) -> HttpResponse:
    visited = visit(request, slug)
    if away := elsewhere(visited, "questionnaire"):
        return away
    session, spec = _session(visited), visited.spec
    if request.method != "POST":
        return show(visited, "questionnaire", station_contexts.questionnaire(visited.study, spec))
    posted = {name: str(value) for name, value in request.POST.items()}
    given, wrong = entry_checks.read_questionnaire(spec, posted)
    if wrong:
        context = station_contexts.questionnaire(visited.study, spec, posted=posted, wrong=wrong)
        return show(visited, "questionnaire", context, status=422)
    entry_checks.answer_questionnaire(session=session, spec=spec, answers=given)
    return _onwards(visited)
