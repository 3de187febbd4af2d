"""Refuses what Django cannot read before anything tries to, and keeps languages apart."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation

# No page of ours needs a camera, a place or a payment. Sounds are ours alone: no other site embeds them.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def utf8_forms_only(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A form in another charset than UTF-8 is 415: Django would fail on it inside the CSRF check."""

    def refuse_or_answer(request: HttpRequest) -> HttpResponse:
        charset = (request.content_params or {}).get("charset", "utf-8").lower()
        if charset not in {"utf-8", "utf8"}:
            return HttpResponse("Forms are taken in UTF-8 only.", status=415, content_type="text/plain")
        return answer(request)

    return refuse_or_answer


def strangers_send_nothing_to_the_console(
    answer: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Who is not logged in is sent to the login before the body of a form is read: the CSRF check would read it all."""

    def turn_away_or_answer(request: HttpRequest) -> HttpResponse:
        console, login = reverse("console:studies"), reverse("console:login")
        stranger = request.method == "POST" and request.path != login and SESSION_KEY not in request.session
        if stranger and request.path.startswith(console):
            return redirect_to_login(request.path, login)
        return answer(request)

    return turn_away_or_answer


def headers_everywhere(
    answer: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """What every answer carries, files and refusals too; a page's own policy stays. The proxy does so with its own."""

    def answer_with_headers(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return answer_with_headers


def one_language_a_request(
    answer: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Each request begins in the house's language. A study's pages then turn to the study's, for this request alone.

    Not by what the browser asks for: a study's own texts are in one language, and half a page in another is worse.
    """

    def in_its_own(request: HttpRequest) -> HttpResponse:
        with translation.override(settings.LANGUAGE_CODE):
            return answer(request)

    return in_its_own
