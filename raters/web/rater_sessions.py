"""Who is asking: the cookie of a session, the mark of a simulated visit, the station a session is at."""

from __future__ import annotations

import re

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse

from raters.entering.recruitment import Kind, Ticket, read_ticket
from raters.entering.session_endings import why_screened_out
from raters.models import Assignment, Session
from raters.sql import statements
from raters.sql.fetching import fetch
from studies.models import Study
from studies.selectors import spec_of
from studies.spec import StudySpec

KEY = re.compile(r"[A-Za-z0-9_-]{43}")
SIXTY_DAYS = 60 * 24 * 3600
MARK_SALT = "raters.simulated"
MARK_LIFETIME = 6 * 3600
MARK_COOKIE = "visit-mark"
TICKET_SALT = "raters.ticket"
TICKET_LIFETIME = 2 * 3600
TICKET_COOKIE = "visit-ticket"


def study_or_404(slug: str) -> Study:
    study = Study.objects.defer("spec", "source").filter(slug=slug).exclude(state=Study.State.DRAFT).first()
    if study is None:
        raise Http404
    return study


def session_of(request: HttpRequest, slug: str) -> Session | None:
    """The session this browser carries, with its rater and study; one statement."""
    key = _session_key(request, slug)
    found = fetch(statements.VISIT, (key, slug)) if key else []
    return statements.visit_from(found[0]) if found else None


def task_of(request: HttpRequest, slug: str, task: str) -> tuple[Session, Assignment] | None:
    """The same, with the task of this rater's that has the key ``task``; one statement too."""
    key = _session_key(request, slug)
    found = fetch(statements.TASK_VISIT, (key, slug, task)) if key else []
    return statements.task_visit_from(found[0]) if found else None


def _session_key(request: HttpRequest, slug: str) -> str | None:
    key = request.COOKIES.get(cookie_name(slug), "")
    return key if KEY.fullmatch(key) else None


def cookie_name(slug: str) -> str:
    return f"rater-{slug}"


def remember(response: HttpResponse, slug: str, session: Session) -> None:
    set_cookie(response, slug, cookie_name(slug), session.key, SIXTY_DAYS)


def set_cookie(response: HttpResponse, slug: str, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path=f"/s/{slug}/",
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def simulation_mark(slug: str) -> str:
    """A signed mark: whoever carries it is a program, is marked so for ever, and need not listen in real time."""
    return signing.dumps(slug, salt=MARK_SALT)


def is_simulation_mark(mark: str, slug: str) -> bool:
    try:
        return bool(signing.loads(mark, salt=MARK_SALT, max_age=MARK_LIFETIME) == slug)
    except signing.BadSignature:
        return False


def keep_ticket(response: HttpResponse, slug: str, ticket: Ticket) -> None:
    """From the door to consent, signed; no later address carries it."""
    value = signing.dumps([slug, ticket], salt=TICKET_SALT, compress=True)
    set_cookie(response, slug, TICKET_COOKIE, value, TICKET_LIFETIME)


def ticket_of(request: HttpRequest, slug: str, kind: Kind) -> Ticket | None:
    """What this browser showed at the door of this study."""
    try:
        of, ticket = signing.loads(
            request.COOKIES.get(TICKET_COOKIE, ""), salt=TICKET_SALT, max_age=TICKET_LIFETIME
        )
    except signing.BadSignature:
        return None
    return read_ticket(ticket, kind) if of == slug else None


def forget(response: HttpResponse, slug: str, *names: str) -> None:
    for name in names:
        response.delete_cookie(name, path=f"/s/{slug}/", samesite="Lax")


def is_simulated(request: HttpRequest, slug: str) -> bool:
    mark = request.COOKIES.get(MARK_COOKIE, "")
    return bool(mark) and is_simulation_mark(mark, slug)


def station_of(session: Session | None, study: Study) -> str:
    """The one page this visitor belongs on: the name of its address."""
    if session is not None and session.finished_at:
        return "questionnaire" if _questionnaire_due(session, study) else "done"
    if study.state != Study.State.OPEN:
        return "closed"
    return "consent" if session is None else _before_the_tasks(session, spec_of(study)) or "task"


def _questionnaire_due(session: Session, study: Study) -> bool:
    if session.questionnaire_at is not None or study.state == Study.State.CLOSED:
        return False
    raters = spec_of(study).raters
    return bool(raters.questionnaire) and raters.questionnaire_at == "end"


def _before_the_tasks(session: Session, spec: StudySpec) -> str | None:
    """The first station the study asks for that is not behind this session; None when the tasks are next."""
    if why_screened_out(session, spec):
        return "done"
    asked = spec.raters
    early = bool(asked.questionnaire) and asked.questionnaire_at == "start"
    stations = {
        "information": asked.information is not None and session.informed_at is None,
        "comprehension": bool(asked.comprehension) and session.comprehended_at is None,
        "questionnaire": early and session.questionnaire_at is None,
        "sound-check": asked.sound_check and session.sound_checked_at is None,
        "headphones": asked.headphone_check is not None and session.headphone_checked_at is None,
    }
    return next((name for name, due in stations.items() if due), None)
