"""Refuses what Django cannot read before anything tries to, and keeps languages apart."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation


def utf8_forms_only(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A form in another charset than UTF-8 is 415: Django would fail on it inside the CSRF check."""

    def refuse_or_answer(request: HttpRequest) -> HttpResponse:
        charset = (request.content_params or {}).get("charset", "utf-8").lower()
        if charset not in {"utf-8", "utf8"}:
            return HttpResponse("Forms are taken in UTF-8 only.", status=415, content_type="text/plain")
        return answer(request)

    return refuse_or_answer


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
