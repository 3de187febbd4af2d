"""Taking a study out of the list, or out of the world."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from dashboard.running import removal
from dashboard.web.access import Power, study_or_404, study_page
from raters.assigning.rating_counts import rating_counts
from raters.selectors.people import count_people
from studies import services
from studies.errors import EarwitnessError


@require_POST
@study_page(Power.DELETE, "archived or unarchived the study")
def archive(request: HttpRequest, slug: str) -> HttpResponse:
    study = study_or_404(slug)
    try:
        if study.archived_at is None:
            services.archive(study=study)
            messages.success(request, f"{slug} is in the archive. Nothing of it is lost.")
        else:
            services.unarchive(study=study)
            messages.success(request, f"{slug} is in the list again.")
    except EarwitnessError as refused:
        messages.error(request, str(refused))
        return redirect("console:study", slug=slug)
    return redirect("console:studies")


@require_http_methods(["GET", "HEAD", "POST"])
@study_page(Power.DELETE, "deleted the study")
def delete(request: HttpRequest, slug: str) -> HttpResponse:
    """Asks for the study's name, typed, and says what goes."""
    study, error = study_or_404(slug), ""
    if request.method == "POST":
        try:
            removal.delete_study(study=study, typed=request.POST.get("typed", "").strip())
        except EarwitnessError as refused:
            error = str(refused)
        else:
            messages.success(request, f"{slug} is deleted.")
            return redirect("console:studies")
    context = {
        "study": study,
        "error": error,
        "samples": study.samples.count(),
        "ratings": rating_counts(study).submitted,
        "raters": count_people(study).started,
    }
    return render(request, "dashboard/delete.html", context, status=422 if error else 200)
