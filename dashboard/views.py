"""The console's pages. Everything a button does, `python manage.py study` does too."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dashboard import actions, bundle, pages
from dashboard.forms import StudyFileForm
from generation.services import retry_failed
from studies import services
from studies.errors import EarwitnessError
from studies.models import Study


def _study(slug: str) -> Study:
    study = Study.objects.filter(slug=slug).first()
    if study is None:
        raise Http404
    return study


@require_safe
@login_required
@never_cache
def studies(request: HttpRequest) -> HttpResponse:
    return render(request, "dashboard/studies.html", {"studies": pages.study_list()})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Paste or upload a study file: it becomes a draft, or every problem in it is listed."""
    form = StudyFileForm(request.POST or None, request.FILES or None, folder=settings.BASE_DIR / "examples")
    if request.method == "POST" and form.is_valid():
        study = form.apply()
        if study is not None:
            messages.success(request, f"{study.slug} is a draft. Launch it to make its samples.")
            return redirect("console:study", slug=study.slug)
    return render(request, "dashboard/new.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@login_required
@never_cache
def study(request: HttpRequest, slug: str) -> HttpResponse:
    return render(request, "dashboard/study.html", pages.study_context(_study(slug)))


@require_safe
@login_required
@never_cache
def progress(request: HttpRequest, slug: str) -> HttpResponse:
    """The part of the study's page that changes by itself; without JavaScript the link reloads the page."""
    if not request.headers.get("HX-Request"):
        return redirect("console:study", slug=slug)
    return render(request, "dashboard/_progress.html", pages.study_context(_study(slug)))


@require_safe
@login_required
@never_cache
def results(request: HttpRequest, slug: str) -> HttpResponse:
    return render(request, "dashboard/results.html", pages.results_context(_study(slug)))


@require_POST
@login_required
def act(request: HttpRequest, slug: str) -> HttpResponse:
    """Launch, open, pause, close, or retry what failed."""
    study = _study(slug)
    verb = request.POST.get("verb", "")
    if verb not in _VERBS:
        raise Http404
    try:
        messages.success(request, _VERBS[verb](study))
    except EarwitnessError as refused:
        messages.error(request, str(refused))
    return redirect("console:study", slug=slug)


def _launch(study: Study) -> str:
    launched = actions.launch(study=study)
    actions.call_workers()
    return f"Launched: {launched.samples} samples to make."


def _open(study: Study) -> str:
    planned = actions.open_study(study=study)
    left_out = f" {planned.left_out} comparisons are left out, because a sample of theirs failed."
    return f"Open. Raters come in by the link below.{left_out if planned.left_out else ''}"


def _pause(study: Study) -> str:
    services.pause(study=study)
    return "Paused. Raters are asked to come back later; nothing is lost."


def _close(study: Study) -> str:
    services.close(study=study)
    return "Closed. Raters are thanked and sent home."


def _retry(study: Study) -> str:
    count = retry_failed(study=study)
    actions.call_workers()
    return f"{count} failed samples are tried again."


_VERBS: dict[str, Any] = {"launch": _launch, "open": _open, "pause": _pause, "close": _close, "retry": _retry}


@require_safe
@login_required
@never_cache
def export(request: HttpRequest, slug: str) -> HttpResponse:
    """The CSV bundle as one ZIP."""
    response = HttpResponse(bundle.zipped(_study(slug)), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{slug}.zip"'
    return response


@require_safe
@login_required
@never_cache
def report(request: HttpRequest, slug: str) -> HttpResponse:
    """The report of the bundle, as a file to keep."""
    response = HttpResponse(
        bundle.files(_study(slug))["report.html"], content_type="text/html; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{slug}-report.html"'
    return response
