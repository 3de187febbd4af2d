"""Who is asking about which study: the request of a rater, with their session and their task where they have one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils import translation

from raters.entering.recruitment import Kind, Ticket, renew_crowd_identity
from raters.entering.stations import station_of
from raters.models import Assignment, Rater, Session
from raters.sql import reads
from raters.sql.fetching import fetch
from raters.sql.rows import session_and_task_from, session_from
from raters.web.cookies import TICKET_COOKIE, forget_cookies, session_key, ticket_of
from studies.models import Study
from studies.selectors import spec_of
from studies.spec import StudySpec


@dataclass(frozen=True, slots=True)
class RaterRequest:
    """A request below the address of a study; without a session until they agreed to take part."""

    http: HttpRequest
    study: Study
    session: Session | None

    @property
    def spec(self) -> StudySpec:
        return spec_of(self.study)

    @property
    def kind(self) -> Kind:
        return self.spec.recruitment.kind

    @property
    def ticket(self) -> Ticket | None:
        return ticket_of(self.http, self.study.slug, self.kind)

    @property
    def station(self) -> str:
        """Where they belong."""
        return station_of(self.session, self.study)


@dataclass(frozen=True, slots=True)
class StationRequest(RaterRequest):
    """A request by somebody who has a session."""

    session: Session

    @property
    def rater(self) -> Rater:
        return self.session.rater


@dataclass(frozen=True, slots=True)
class TaskRequest(StationRequest):
    """A request about one of the rater's own assignments."""

    assignment: Assignment

    @property
    def wants_fragment(self) -> bool:
        """The page asks for what replaces its station, not for a whole page."""
        return bool(self.http.headers.get("HX-Request"))


def open_request(http: HttpRequest, slug: str) -> RaterRequest:
    """The session this browser carries, with its rater and study, in one statement; raises Http404: no such study.

    From here on the request speaks the study's language.
    """
    key = session_key(http, slug)
    rows = fetch(reads.SESSION_BY_KEY, (key, slug)) if key else []
    if rows:
        session = session_from(rows[0])
        request: RaterRequest = StationRequest(http, session.rater.study, session)
    else:
        studies = Study.objects.defer("spec", "source").exclude(state=Study.State.DRAFT)
        study = studies.filter(slug=slug).first()
        if study is None:
            raise Http404
        request = RaterRequest(http, study, None)
    translation.activate(request.spec.study.language)
    return request


def open_task_request(http: HttpRequest, slug: str, key: str) -> TaskRequest:
    """The same with the task of this rater's that has the key ``key``, in one statement too.

    Raises:
        Http404: no session, or no such task of theirs: nobody learns whether another rater's key exists.
    """
    session = session_key(http, slug)
    rows = fetch(reads.SESSION_AND_TASK_BY_KEYS, (session, slug, key)) if session else []
    if not rows:
        raise Http404
    found, assignment = session_and_task_from(rows[0])
    request = TaskRequest(http, found.rater.study, found, assignment)
    translation.activate(request.spec.study.language)
    return request


def redirect_to_station(request: RaterRequest) -> HttpResponse:
    return redirect(f"raters:{request.station}", slug=request.study.slug)


View = Callable[[HttpRequest, str], HttpResponse]
StationView = Callable[[StationRequest], HttpResponse]


def station(name: str, *, form: bool = True) -> Callable[[StationView], View]:
    """Declares the view of the station ``name``: whoever belongs on another one is redirected there.

    The view is given a request that has a session. ``form``: it takes POST too.
    """
    allowed = ["GET", "HEAD", "POST"] if form else ["GET", "HEAD"]

    def declare(view: StationView) -> View:
        @wraps(view)
        def guarded(http: HttpRequest, slug: str) -> HttpResponse:
            if http.method not in allowed:
                return HttpResponseNotAllowed(allowed)
            request = open_request(http, slug)
            if request.station != name or not isinstance(request, StationRequest):
                return redirect_to_station(request)
            response = view(request)
            if http.method == "POST":
                record_new_ticket(request, response)
            return response

        return guarded

    return declare


def record_new_ticket(request: StationRequest, response: HttpResponse) -> None:
    """A crowd platform sent the rater again, with another submission: it is stored with the first form they send."""
    if TICKET_COOKIE in request.http.COOKIES:
        if request.ticket is not None and request.kind == "prolific":
            renew_crowd_identity(session=request.session, ticket=request.ticket)
        forget_cookies(response, request.study.slug, TICKET_COOKIE)
