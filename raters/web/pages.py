"""Renders a station: as a whole page, or as the fragment that replaces the one before."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from raters.web.rater_requests import RaterRequest
from studies.models import Study

Context = dict[str, Any]


def study_context(study: Study) -> Context:
    return {"title": study.title, "slug": study.slug}


def show_station(
    request: RaterRequest,
    station: str,
    context: Context,
    *,
    fragment: bool = False,
    status: int = 200,
    address: str = "",
) -> HttpResponse:
    """The same answer must never be shown to anybody else, so nothing is stored on the way.

    ``address``: what the browser shows for a fragment, where it is not the station's own.
    """
    inside = f"raters/_{station.replace('-', '_')}.html"
    template = inside if fragment else "raters/station.html"
    context = {"study": study_context(request.study), "fragment": inside} | context
    response = render(request.http, template, context, status=status)
    response["Cache-Control"] = "no-store"
    if fragment:
        # Replaced, not pushed: Back leads out of the study, not through every task again.
        response["HX-Replace-Url"] = address or reverse(f"raters:{station}", args=[request.study.slug])
    return response
