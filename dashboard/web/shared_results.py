"""Results for everybody with the link, of a closed study that shares them. Nobody who rates is shown to anybody."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dashboard.web import contexts
from studies.models import Study
from studies.selectors import spec_of


@require_safe
@never_cache
def results(request: HttpRequest, slug: str) -> HttpResponse:
    """Not found unless the study is closed and its file says that the results are shared."""
    study = Study.objects.filter(slug=slug, state=Study.State.CLOSED).first()
    if study is None or not spec_of(study).recruitment.share_results:
        raise Http404
    return render(request, "dashboard/shared.html", contexts.results_context(study))
