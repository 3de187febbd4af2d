"""The first pages and the last: door, consent, done, closed, withdraw."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from raters.entering import privacy, recruitment
from raters.entering.quota import is_full
from raters.entering.sessions import move_session
from raters.entering.stations import station_of
from raters.errors import BegunElsewhere, NoPlace, NotInvited, NotYours
from raters.models import Session
from raters.web import station_contexts
from raters.web.cookies import (
    MARK_COOKIE,
    MARK_LIFETIME,
    TICKET_COOKIE,
    cookie_name,
    forget_cookies,
    has_carried,
    is_simulated,
    is_simulation_mark,
    keep_ticket,
    moving_token,
    remember_session,
    session_to_move,
    set_aside,
    set_cookie,
)
from raters.web.ending_pages import (
    show_begun_elsewhere,
    show_closed,
    show_done,
    show_full,
    show_uninvited,
)
from raters.web.pages import show_station
from raters.web.rater_requests import (
    RaterRequest,
    StationRequest,
    open_request,
    redirect_to_station,
    station,
)
from studies.models import Study


@require_safe
def door(http: HttpRequest, slug: str) -> HttpResponse:
    """Leads to the station this person is at. What their link says who they are stays behind here."""
    request = open_request(http, slug)
    ticket = recruitment.read_ticket(http.GET.dict(), request.kind)
    response = redirect_to_station(request) if ticket is None else enter_with_ticket(request, ticket)
    mark = http.GET.get("mark", "")
    if mark and is_simulation_mark(mark, slug):
        set_cookie(response, slug, MARK_COOKIE, mark, MARK_LIFETIME)
    return response


def enter_with_ticket(request: RaterRequest, ticket: recruitment.Ticket) -> HttpResponse:
    """Whoever was here before goes on where they were; a newcomer is asked for consent.

    An invitation opens its session in any browser. A crowd platform's id does not: it stands in addresses, and whoever
    reads one is not that person. Nothing is written: the ticket waits in the browser for the next form that is sent.
    """
    study, slug = request.study, request.study.slug
    try:
        session = recruitment.session_behind(study=study, kind=request.kind, ticket=ticket)
    except NotInvited as refused:
        return show_uninvited(request, str(refused))
    if session is not None and request.kind == "prolific" and not has_carried(request.http, slug, session):
        return show_begun_elsewhere(request)
    response = redirect(f"raters:{station_of(session, study)}", slug=slug)
    if session is not None:
        remember_session(response, slug, session)
    else:
        # Whoever used this browser before is somebody else.
        set_aside(request.http, response, slug)
    keep_ticket(response, slug, ticket)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def consent(http: HttpRequest, slug: str) -> HttpResponse:
    request = open_request(http, slug)
    if request.station != "consent":
        return redirect_to_station(request)
    if request.kind != "open" and request.ticket is None and not is_simulated(http, slug):
        return show_uninvited(request)
    if http.method == "POST":
        return agree(request)
    if is_full(request.study):
        return show_full(request)
    return show_station(request, "consent", station_contexts.consent(request.study, request.spec))


def agree(request: RaterRequest) -> HttpResponse:
    """The form was sent: a session begins, or the page says what is missing."""
    posted, slug, version = (
        request.http.POST,
        request.study.slug,
        station_contexts.consent_version(request.study),
    )
    error = ""
    if posted.get("agree") != "yes":
        error = _("Please tick the box if you agree; otherwise you can close this page.")
    elif posted.get("version") != version:
        error = _("The text has changed since you opened this page. Please read it again.")
    if error:
        context = station_contexts.consent(request.study, request.spec) | {"errors": [error]}
        return show_station(request, "consent", context, status=422)
    try:
        session = begin_session(request, version)
    except NotInvited as refused:
        return show_uninvited(request, str(refused))
    except BegunElsewhere:
        return show_begun_elsewhere(request)
    except NoPlace:
        return show_full(request)
    response = redirect("raters:door", slug=slug)
    remember_session(response, slug, session)
    forget_cookies(response, slug, TICKET_COOKIE)
    return response


def begin_session(request: RaterRequest, version: str) -> Session:
    """Raises NotInvited, BegunElsewhere or NoPlace. A program never uses up a person's ticket."""
    study, ticket = request.study, request.ticket
    simulated = is_simulated(request.http, study.slug)
    if simulated or ticket is None:
        return recruitment.admit(study=study, consent_version=version, simulated=simulated)
    return recruitment.enter(study=study, kind=request.kind, ticket=ticket, consent_version=version)


@station("done", form=False)
def done(request: StationRequest) -> HttpResponse:
    return show_done(request)


@require_safe
def closed(http: HttpRequest, slug: str) -> HttpResponse:
    request = open_request(http, slug)
    if request.study.state == Study.State.OPEN:
        return redirect("raters:door", slug=slug)
    return show_closed(request)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(http: HttpRequest, slug: str) -> HttpResponse:
    """Asks once, then removes everything of this person, whatever state the study is in."""
    request = open_request(http, slug)
    context = {"here": request.session is not None}
    if request.session is None or http.method != "POST":
        return show_station(request, "withdraw", context)
    try:
        privacy.withdraw(session=request.session)
    except NotYours as refused:
        return show_station(request, "withdraw", context | {"errors": [str(refused)]}, status=409)
    response = show_station(request, "withdraw", {"here": False, "removed": True})
    forget_cookies(response, slug, cookie_name(slug), TICKET_COOKIE)
    return response


@require_safe
def elsewhere(http: HttpRequest, slug: str) -> HttpResponse:
    """A link that takes this session to another browser: a phone, the library, a browser that plays the sounds."""
    request = open_request(http, slug)
    if request.session is None:
        return redirect("raters:door", slug=slug)
    link = settings.PUBLIC_URL + reverse("raters:move", args=[slug, moving_token(request.session)])
    return show_station(request, "elsewhere", {"link": link})


@require_http_methods(["GET", "HEAD", "POST"])
def move(http: HttpRequest, slug: str, token: str) -> HttpResponse:
    """Where such a link leads: a button, because whatever fetches an address is not the person yet."""
    request, session = open_request(http, slug), session_to_move(slug, token)
    if session is None:
        title = _("This link has been used or is too old")
        message = _("Open the study in the browser where you began, and ask for a new link there.")
        return show_station(request, "closed", {"title": title, "message": message}, status=410)
    if http.method != "POST" or not move_session(session=session):
        return show_station(request, "elsewhere", {"token": token})
    response = redirect("raters:door", slug=slug)
    remember_session(response, slug, session)
    return response
