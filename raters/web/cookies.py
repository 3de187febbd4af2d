"""What a rater's browser carries: the key of its session, the ticket it came with, the mark of a simulated rater."""

from __future__ import annotations

import re

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare

from raters.entering.recruitment import Kind, Ticket, read_ticket
from raters.models import Session

KEY = re.compile(r"[A-Za-z0-9_-]{43}")
SIXTY_DAYS = 60 * 24 * 3600
MARK_SALT = "raters.simulated"
MARK_LIFETIME = 6 * 3600
MARK_COOKIE = "visit-mark"
TICKET_SALT = "raters.ticket"
TICKET_LIFETIME = 2 * 3600
TICKET_COOKIE = "visit-ticket"
BEFORE_COOKIE = "rater-before"
MOVING_SALT = "raters.moving"
MOVING_LIFETIME = 24 * 3600
MOVING_PART = 8


def cookie_name(slug: str) -> str:
    return f"rater-{slug}"


def session_key(request: HttpRequest, slug: str) -> str | None:
    """The key of the session this browser carries; None where it carries none, or something else."""
    key = request.COOKIES.get(cookie_name(slug), "")
    return key if KEY.fullmatch(key) else None


def remember_session(response: HttpResponse, slug: str, session: Session) -> None:
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


def set_aside(http: HttpRequest, response: HttpResponse, slug: str) -> None:
    """Somebody else's link was opened in this browser: whoever rated here before can still come back to it."""
    if key := session_key(http, slug):
        set_cookie(response, slug, BEFORE_COOKIE, key, SIXTY_DAYS)
    forget_cookies(response, slug, cookie_name(slug))


def has_carried(http: HttpRequest, slug: str, session: Session) -> bool:
    """Whether this browser carries the session, or did until another link was opened in it."""
    keys = (session_key(http, slug) or "", http.COOKIES.get(BEFORE_COOKIE, ""))
    return any(constant_time_compare(key, session.key) for key in keys)


def moving_token(session: Session) -> str:
    """For a link that takes a session to another browser: once, because its key is another one afterwards."""
    return signing.dumps([session.pk, session.key[:MOVING_PART]], salt=MOVING_SALT)


def session_to_move(slug: str, token: str) -> Session | None:
    """None: the link is older than a day, was used, or is of another study."""
    try:
        pk, part = signing.loads(token, salt=MOVING_SALT, max_age=MOVING_LIFETIME)
    except (signing.BadSignature, ValueError):
        return None
    found = Session.objects.select_related("rater__study").filter(pk=pk, rater__study__slug=slug).first()
    return found if found is not None and found.key.startswith(part) else None


def forget_cookies(response: HttpResponse, slug: str, *names: str) -> None:
    for name in names:
        response.delete_cookie(name, path=f"/s/{slug}/", samesite="Lax")


def simulation_mark(slug: str) -> str:
    """A signed mark: whoever carries it is a program, is marked so for ever, and need not listen in real time."""
    return signing.dumps(slug, salt=MARK_SALT)


def is_simulation_mark(mark: str, slug: str) -> bool:
    try:
        return bool(signing.loads(mark, salt=MARK_SALT, max_age=MARK_LIFETIME) == slug)
    except signing.BadSignature:
        return False


def is_simulated(request: HttpRequest, slug: str) -> bool:
    mark = request.COOKIES.get(MARK_COOKIE, "")
    return bool(mark) and is_simulation_mark(mark, slug)


def keep_ticket(response: HttpResponse, slug: str, ticket: Ticket) -> None:
    """From the door to the next form that is sent, signed; no later address carries it."""
    signed = signing.dumps([slug, ticket], salt=TICKET_SALT, compress=True)
    set_cookie(response, slug, TICKET_COOKIE, signed, TICKET_LIFETIME)


def ticket_of(request: HttpRequest, slug: str, kind: Kind) -> Ticket | None:
    """What this browser showed at the door of this study."""
    try:
        study, ticket = signing.loads(
            request.COOKIES.get(TICKET_COOKIE, ""), salt=TICKET_SALT, max_age=TICKET_LIFETIME
        )
    except signing.BadSignature:
        return None
    return read_ticket(ticket, kind) if study == slug else None
