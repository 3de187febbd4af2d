"""The console's pages. Everything a button does, `python manage.py study` does too."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import services as accounts
from accounts.web.access import account_of
from dashboard.results import early_looks, exporting
from dashboard.results.blinding import Letters, letters_of
from dashboard.running import actions
from dashboard.running.study_size import Planner, Wish, wish_of
from dashboard.web import contexts
from dashboard.web.access import Power, account_page, standing_of, study_page, visible_studies
from dashboard.web.forms import PlanForm, StudyFileForm, plan_initial
from dashboard.web.people import people_context
from generation.queue.services import retry_failed
from studies import services
from studies.errors import EarwitnessError
from studies.models import Study
from studies.selectors import spec_of

EXAMPLE = "quickstart.yaml"


def _study(slug: str) -> Study:
    study = Study.objects.filter(slug=slug).first()
    if study is None:
        raise Http404
    return study


def _letters(request: HttpRequest, study: Study) -> Letters | None:
    """What systems are called on this person's pages, where they must not know; None: by their names."""
    return letters_of(study) if standing_of(request, study).blind else None


@require_safe
@account_page()
def studies(request: HttpRequest) -> HttpResponse:
    return render(
        request, "dashboard/studies.html", {"studies": contexts.study_list(visible_studies(request.user))}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@account_page("applied a study file")
def new(request: HttpRequest) -> HttpResponse:
    """Paste or upload a study file: it becomes a draft, or every problem in it is listed."""
    folder = settings.BASE_DIR / "examples"
    start = {"text": _start(request, folder / EXAMPLE)}
    form = StudyFileForm(
        request.POST or None,
        request.FILES or None,
        folder=folder,
        may_replace=partial(_may_replace, request),
        initial=start,
    )
    if request.method == "POST" and form.is_valid():
        study = form.apply()
        if study is not None:
            accounts.own(study=study, account=account_of(request))
            messages.success(
                request, f"{study.slug} is saved as a draft.{_came(study)} Launch it to make its samples."
            )
            return redirect("console:study", slug=study.slug)
    return render(request, "dashboard/new.html", {"form": form}, status=422 if form.errors else 200)


def _came(study: Study) -> str:
    archive = study.archive
    return f" {archive['name']}: {archive['files']} files are with it." if archive else ""


def _start(request: HttpRequest, example: Path) -> str:
    """The text to begin with: the file of another study that they may know, names and all, or the example."""
    slug = request.GET.get("from", "").replace("\0", "")
    if not slug:
        return example.read_text(encoding="utf-8")
    found = _study(slug)
    if standing_of(request, found).blind:
        raise Http404
    return found.source


def _may_replace(request: HttpRequest, study: Study) -> bool:
    return Power.RUN in standing_of(request, study).powers


@require_safe
@study_page(Power.WATCH)
def study(request: HttpRequest, slug: str) -> HttpResponse:
    found = _study(slug)
    return render(request, "dashboard/study.html", contexts.study_context(found, _letters(request, found)))


@require_safe
@study_page(Power.WATCH)
def progress(request: HttpRequest, slug: str) -> HttpResponse:
    """The part of the study's page that changes by itself. When its buttons change, the whole page loads again."""
    if not request.headers.get("HX-Request"):
        return redirect("console:study", slug=slug)
    found = _study(slug)
    context = contexts.progress_context(found, _letters(request, found))
    response = render(request, "dashboard/_progress.html", context)
    if request.GET.get("seen") != context["seen"]:
        response["HX-Refresh"] = "true"
    return response


@require_safe
@study_page(Power.WATCH, "looked at the results page")
def results(request: HttpRequest, slug: str) -> HttpResponse:
    """The results; while people rate, the monitor that may be looked at freely."""
    found = _study(slug)
    if early_looks.hidden(found) or Power.RESULTS not in standing_of(request, found).powers:
        return render(
            request, "dashboard/monitor.html", contexts.monitor_context(found, _letters(request, found))
        )
    return render(
        request, "dashboard/results.html", contexts.results_context(found, _letters(request, found))
    )


@require_safe
@study_page(Power.RATERS, "looked at the raters")
def people(request: HttpRequest, slug: str) -> HttpResponse:
    """What the quality checks found, who is used and who is paid."""
    return render(request, "dashboard/people.html", people_context(_study(slug)))


@require_POST
@study_page(Power.RESULTS, "looked at results before the close")
def peek(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the results before the close: a decision, and written down."""
    found = _study(slug)
    if early_looks.hidden(found):
        early_looks.look(study=found)
    return redirect("console:results", slug=slug)


@require_safe
@study_page(Power.WATCH)
def plan(request: HttpRequest, slug: str) -> HttpResponse:
    """What this study can find, and what would find more."""
    found = _study(slug)
    spec = spec_of(found)
    return _plan(request, wish_of(spec), len(spec.systems), found)


@require_safe
@account_page()
def plan_new(request: HttpRequest) -> HttpResponse:
    """The same before there is a study file."""
    return _plan(request, Wish(pairs=1, prompts=50), 2, None)


def _plan(request: HttpRequest, base: Wish, systems: int, found: Study | None) -> HttpResponse:
    start = plan_initial(base, systems)
    form = PlanForm(start | request.GET.dict(), initial=start)
    planner = Planner(form.wish(base)) if form.is_valid() else None
    context = {"form": form, "planner": planner, "study": found}
    return render(request, "dashboard/plan.html", context, status=200 if planner else 422)


@require_POST
@study_page(Power.RUN, "{verb} {system}")
def act(request: HttpRequest, slug: str) -> HttpResponse:
    """Launch, open, pause, close, or retry what failed."""
    study = _study(slug)
    verb = request.POST.get("verb", "")
    if verb not in _VERBS:
        raise Http404
    try:
        messages.success(request, _VERBS[verb](study, request.POST.get("system", "")))
    except EarwitnessError as refused:
        messages.error(request, str(refused))
    return redirect("console:study", slug=slug)


def _launch(study: Study, _: str) -> str:
    launched = actions.launch(study=study)
    return f"Launched: {launched.samples} samples to make.{actions.call_workers()}"


def _open(study: Study, _: str) -> str:
    planned = actions.open_study(study=study)
    left_out = f" {planned.left_out} comparisons are left out, because a sample of theirs failed."
    return f"Open. Raters come in by the link below.{left_out if planned.left_out else ''}"


def _pause(study: Study, _: str) -> str:
    services.pause(study=study)
    return "Paused. Raters are asked to come back later; nothing is lost."


def _close(study: Study, _: str) -> str:
    services.close(study=study)
    return "Closed. Raters are thanked and sent home."


def _retry(study: Study, name: str) -> str:
    """Of one system, or without a name of all."""
    system = get_object_or_404(study.systems, name=name) if name else None
    count = retry_failed(study=study, system=system)
    return f"{count} failed samples are tried again.{actions.call_workers()}"


_VERBS: dict[str, Any] = {"launch": _launch, "open": _open, "pause": _pause, "close": _close, "retry": _retry}


@require_safe
@study_page(Power.DOWNLOAD, "downloaded the tables")
def export(request: HttpRequest, slug: str) -> HttpResponse:
    """The CSV bundle as one ZIP. The tables hold the results, so a download before the close is written down."""
    found = _study(slug)
    response = HttpResponse(exporting.zipped(found, _letters(request, found)), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{slug}.zip"'
    early_looks.note_export(study=found)
    return response


@require_safe
@study_page(Power.DOWNLOAD, "downloaded the report")
def report(request: HttpRequest, slug: str) -> HttpResponse:
    """The report of the bundle, as a file to keep; while results wait for the close, so does the report."""
    found = _study(slug)
    if early_looks.hidden(found):
        return redirect("console:results", slug=slug)
    response = HttpResponse(
        exporting.analysis_of(found, _letters(request, found)).files["report.html"],
        content_type="text/html; charset=utf-8",
    )
    response["Content-Disposition"] = f'attachment; filename="{slug}-report.html"'
    return response
