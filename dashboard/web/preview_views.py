"""Trying the rater's pages as the researcher: a link and a QR code, at any state of the study."""

from __future__ import annotations

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from dashboard.results.exporting import door
from dashboard.running import preview
from dashboard.web.access import Power, study_or_404, study_page
from studies.errors import EarwitnessError


@require_safe
@study_page(Power.RUN)
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """Where the preview is, and how to make it."""
    study = study_or_404(slug)
    copy = preview.preview_of(study)
    link = door(copy) if copy else ""
    context = {
        "study": study,
        "copy": copy,
        "link": link,
        "qr": segno.make(link, error="m").svg_data_uri(scale=5, border=4) if link else "",
        "prompts": preview.MOST_PROMPTS,
    }
    return render(request, "dashboard/preview.html", context)


@require_POST
@study_page(Power.RUN, "made a preview")
def make(request: HttpRequest, slug: str) -> HttpResponse:
    try:
        preview.make_preview(study=study_or_404(slug))
    except EarwitnessError as refused:
        messages.error(request, str(refused))
    return redirect("console:preview", slug=slug)
