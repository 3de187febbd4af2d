"""The way in and the way out: door, consent, sound check, done, closed."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from raters.answering import services
from raters.entering import privacy, recruitment
from raters.entering.quota import is_full
from raters.entering.session_endings import why_screened_out
from raters.errors import NoPlace, NotInvited, NotYours
from raters.models import Session
from raters.stimuli.beeps import beep_code
from raters.web import contexts
from raters.web.rater_sessions import (
    MARK_COOKIE,
    MARK_LIFETIME,
    TICKET_COOKIE,
    cookie_name,
    forget,
    is_simulated,
    is_simulation_mark,
    keep_ticket,
    remember,
    set_cookie,
    station_of,
)
from raters.web.stations import (
    Visit,
    elsewhere,
    show,
    show_closed,
    show_done,
    show_full,
    show_uninvited,
    visit,
)
from studies.models import Study


@require_safe
def door(request: HttpRequest, slug: str) -> HttpResponse:
    """Leads to the station this visitor is at. What their link says who they are stays behind here."""
    visited = visit(request, slug)
    ticket = recruitment.read_ticket(request.GET.dict(), visited.kind)
    response = redirect(f"raters:{visited.station}", slug=slug) if ticket is None else _known(visited, ticket)
    mark = request.GET.get("mark", "")
    if mark and is_simulation_mark(mark, slug):
        set_cookie(response, slug, MARK_COOKIE, mark, MARK_LIFETIME)
    return response


def _known(visited: Visit, ticket: recruitment.Ticket) -> HttpResponse:
    """Whoever was here before goes on where they were, in any browser; a newcomer is asked for consent."""
    study, slug = visited.study, visited.study.slug
    try:
        session = recruitment.session_behind(study=study, kind=visited.kind, ticket=ticket)
    except NotInvited as refused:
        return show_uninvited(visited, str(refused))
    response = redirect(f"raters:{station_of(session, study)}", slug=slug)
    if session is not None:
        remember(response, slug, session)
    else:
        # Whoever used this browser before is somebody else.
        forget(response, slug, cookie_name(slug))
        keep_ticket(response, slug, ticket)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: HttpRequest, slug: str) -> HttpResponse:
    visited = visit(request, slug)
    if away := elsewhere(visited, "consent"):
        return away
    if not _may_enter(visited):
        return show_uninvited(visited)
    if request.method == "POST":
        return _agree(visited)
    if is_full(visited.study):
        return show_full(visited)
    return show(visited, "consent", contexts.consent_context(visited.study, visited.spec))


def _agree(visited: Visit) -> HttpResponse:
    context = contexts.consent_context(visited.study, visited.spec)
    posted = visited.request.POST
    if posted.get("agree") != "yes":
        errors = [_("Please tick the box if you agree; otherwise you can close this page.")]
        return show(visited, "consent", context | {"errors": errors}, status=422)
    if posted.get("version") != context["consent"]["version"]:
        errors = [_("The text has changed since you opened this page. Please read it again.")]
        return show(visited, "consent", context | {"errors": errors}, status=422)
    try:
        session = _enter(visited, context["consent"]["version"])
    except NotInvited as refused:
        return show_uninvited(visited, str(refused))
    except NoPlace:
        return show_full(visited)
    slug = visited.study.slug
    response = redirect("raters:door", slug=slug)
    remember(response, slug, session)
    forget(response, slug, TICKET_COOKIE)
    return response


def _may_enter(visited: Visit) -> bool:
    if visited.kind == "open" or visited.ticket is not None:
        return True
    return is_simulated(visited.request, visited.study.slug)


def _enter(visited: Visit, version: str) -> Session:
    """Raises NotInvited or NoPlace. A program never uses up a person's ticket."""
    study, ticket = visited.study, visited.ticket
    simulated = is_simulated(visited.request, study.slug)
    if simulated or ticket is None:
        return recruitment.admit(study=study, consent_version=version, simulated=simulated)
    return recruitment.enter(study=study, kind=visited.kind, ticket=ticket, consent_version=version)


@require_http_methods(["GET", "HEAD", "POST"])
def sound_check(request: HttpRequest, slug: str) -> HttpResponse:
    visited = visit(request, slug)
    if away := elsewhere(visited, "sound-check"):
        return away
    session = visited.session
    assert session is not None  # noqa: S101 - the station says so
    if request.method != "POST":
        return show(visited, "sound-check", contexts.sound_check_context(session, visited.study))
    return _check_beeps(visited, request.POST.get("answer", ""))


def _check_beeps(visited: Visit, answer: str) -> HttpResponse:
    session = visited.session
    assert session is not None  # noqa: S101 - the station says so
    if answer not in {str(beeps) for beeps in services.BEEPS}:
        error = _("Please choose how many beeps you heard.")
    elif services.answer_sound_check(session=session, beeps=int(answer)):
        return redirect("raters:door", slug=visited.study.slug)
    elif why_screened_out(session, visited.spec):
        return show_done(visited)
    else:
        error = _("That was not the number of beeps. Here is a new code; please listen again.")
    context = contexts.sound_check_context(session, visited.study, error)
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


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    """Asks once, then removes everything of this person, whatever state the study is in."""
    visited = visit(request, slug)
    context = {"study": contexts.study_context(visited.study), "here": visited.session is not None}
    if visited.session is None or request.method != "POST":
        return show(visited, "withdraw", context)
    try:
        privacy.withdraw(session=visited.session)
    except NotYours as refused:
        return show(visited, "withdraw", context | {"errors": [str(refused)]}, status=409)
    response = show(visited, "withdraw", context | {"here": False, "removed": True})
    forget(response, slug, cookie_name(slug), TICKET_COOKIE)
    return response
