"""Refuses what Django cannot read before anything tries to."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


def utf8_forms_only(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A form in another charset than UTF-8 is 415: Django would fail on it inside the CSRF check."""

    def refuse_or_answer(request: HttpRequest) -> HttpResponse:
        charset = (request.content_params or {}).get("charset", "utf-8").lower()
        if charset not in {"utf-8", "utf8"}:
            return HttpResponse("Forms are taken in UTF-8 only.", status=415, content_type="text/plain")
        return answer(request)

    return refuse_or_answer
