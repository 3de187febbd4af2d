"""The way in and the way out: door, consent, sound check, done, closed."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from raters import pages, services
from raters.stations import (
    Visit,
    elsewhere,
    screened_out,
    show,
    show_closed,
    show_done,
    show_screened_out,
    visit,
)
from raters.tones import beep_code
from raters.visits import MARK_LIFETIME, is_simulation_mark, remember, set_cookie
from studies.models import Study

MARK_COOKIE = "visit-mark"


@require_safe
def door(request: HttpRequest, slug: str) -> HttpResponse:
    """Leads to the station this visitor is at."""
    visited = visit(request, slug)
    response = redirect(f"raters:{visited.station}", slug=slug)
    mark = request.GET.get("mark", "")
    if mark and is_simulation_mark(mark, slug):
        set_cookie(response, slug, MARK_COOKIE, mark, MARK_LIFETIME)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: HttpRequest, slug: str) -> HttpResponse:
    visited = visit(request, slug)
    if away := elsewhere(visited, "consent"):
        return away
    if request.method == "POST":
        return _agree(visited)
    return show(visited, "consent", pages.consent_context(visited.study, visited.spec))


def _agree(visited: Visit) -> HttpResponse:
    context = pages.consent_context(visited.study, visited.spec)
    posted = visited.request.POST
    if posted.get("agree") != "yes":
        errors = [_("Please tick the box if you agree; otherwise you can close this page.")]
        return show(visited, "consent", context | {"errors": errors}, status=422)
    if posted.get("version") != context["consent"]["version"]:
        errors = [_("The text has changed since you opened this page. Please read it again.")]
        return show(visited, "consent", context | {"errors": errors}, status=422)
    slug = visited.study.slug
    mark = visited.request.COOKIES.get(MARK_COOKIE, "")
    session = services.enter(
        study=visited.study,
        consent_version=context["consent"]["version"],
        simulated=bool(mark) and is_simulation_mark(mark, slug),
    )
    response = redirect("raters:door", slug=slug)
    remember(response, slug, session)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def sound_check(request: HttpRequest, slug: str) -> HttpResponse:
    visited = visit(request, slug)
    if away := elsewhere(visited, "sound-check"):
        return away
    session = visited.session
    assert session is not None  # noqa: S101 - the station says so
    if screened_out(session):
        return show_screened_out(visited)
    if request.method != "POST":
        return show(visited, "sound-check", pages.sound_check_context(session, visited.study))
    return _check_beeps(visited, request.POST.get("answer", ""))


def _check_beeps(visited: Visit, answer: str) -> HttpResponse:
    session = visited.session
    assert session is not None  # noqa: S101 - the station says so
    if not answer.isascii() or not answer.isdigit() or int(answer) not in services.BEEPS:
        error = _("Please choose how many beeps you heard.")
    elif services.answer_sound_check(session=session, beeps=int(answer)):
        return redirect("raters:task", slug=visited.study.slug)
    elif screened_out(session):
        return show_screened_out(visited)
    else:
        error = _("That was not the number of beeps. Here is a new code; please listen again.")
    context = pages.sound_check_context(session, visited.study, error)
    return show(visited, "sound-check", context, status=422)


@require_safe
def beeps(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The code under way. ``number`` only keeps one try's sound from being taken for another's."""
    session = visit(request, slug).session
    if session is None or session.sound_answer is None or number != session.sound_tries + 1:
        raise Http404
    response = HttpResponse(beep_code(session.sound_answer), content_type="audio/wav")
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def done(request: HttpRequest, slug: str) -> HttpResponse:
    visited = visit(request, slug)
    return elsewhere(visited, "done") or show_done(visited)


@require_safe
def closed(request: HttpRequest, slug: str) -> HttpResponse:
    visited = visit(request, slug)
    if visited.study.state == Study.State.OPEN:
        return redirect("raters:door", slug=slug)
    return show_closed(visited)
