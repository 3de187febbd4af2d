"""How samples are made: steering a study's generation, and every worker there is."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.web.access import account_of
from dashboard.running.steering import VERBS, Verb, steer
from dashboard.web.access import Power, account_page, study_or_404, study_page, visible_studies
from generation.queue.throughput import workers
from studies.errors import EarwitnessError


@require_POST
@study_page(Power.RUN, "generation {verb} {system} {priority}")
def steer_generation(request: HttpRequest, slug: str) -> HttpResponse:
    """Pause, resume, cancel, retry or reorder the samples of a study or of one of its systems."""
    study = study_or_404(slug)
    verb, priority = request.POST.get("verb", ""), request.POST.get("priority", "")
    if verb not in VERBS:
        raise Http404
    try:
        number = int(priority) if priority.removeprefix("-").isdecimal() else None
        said = steer(
            study=study,
            verb=cast("Verb", verb),
            system_name=request.POST.get("system", ""),
            priority=number,
        )
        messages.success(request, said)
    except EarwitnessError as refused:
        messages.error(request, str(refused))
    return redirect("console:study", slug=slug)


@require_safe
@account_page()
def all_workers(request: HttpRequest) -> HttpResponse:
    """Every worker, its card and memory, and what it holds. Studies that the account may not see have no name here."""
    visible = set(visible_studies(account_of(request)).values_list("slug", flat=True))
    context = {"workers": workers(), "visible": visible}
    return render(request, "dashboard/workers.html", context)
