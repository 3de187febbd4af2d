"""The console's pages. Everything a button does, `python manage.py study` does too."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from dashboard.results import early_looks, exporting
from dashboard.results.blinding import Letters, letters_of
from dashboard.results.preregistration import preregistration
from dashboard.running.study_size import Planner, Wish, wish_of
from dashboard.web import contexts
from dashboard.web.access import Power, account_page, standing_of, study_or_404, study_page, visible_studies
from dashboard.web.forms import PlanForm, plan_initial
from dashboard.web.people import people_context
from studies.models import Study
from studies.selectors import spec_of


def _letters(request: HttpRequest, study: Study) -> Letters | None:
    """What systems are called on this person's pages, where they must not know; None: by their names."""
    return letters_of(study) if standing_of(request, study).blind else None


@require_safe
@account_page()
def studies(request: HttpRequest) -> HttpResponse:
    """The studies of this account; with ``?archived=1`` those in the archive."""
    archived = request.GET.get("archived") == "1"
    mine = visible_studies(request.user)
    context = {
        "studies": contexts.study_list(mine.filter(archived_at__isnull=not archived)),
        "archived": archived,
        "in_the_archive": mine.filter(archived_at__isnull=False).count(),
    }
    return render(request, "dashboard/studies.html", context)


@require_safe
@study_page(Power.WATCH)
def study(request: HttpRequest, slug: str) -> HttpResponse:
    found = study_or_404(slug)
    return render(request, "dashboard/study.html", contexts.study_context(found, _letters(request, found)))


@require_safe
@study_page(Power.WATCH)
def progress(request: HttpRequest, slug: str) -> HttpResponse:
    """The part of the study's page that changes by itself. When its buttons change, the whole page loads again."""
    if not request.headers.get("HX-Request"):
        return redirect("console:study", slug=slug)
    found = study_or_404(slug)
    context = contexts.progress_context(found, _letters(request, found))
    response = render(request, "dashboard/_progress.html", context)
    if request.GET.get("seen") != context["seen"]:
        response["HX-Refresh"] = "true"
    return response


@require_safe
@study_page(Power.WATCH, "looked at the results page")
def results(request: HttpRequest, slug: str) -> HttpResponse:
    """The results; while people rate, the monitor that may be looked at freely."""
    found = study_or_404(slug)
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
    return render(request, "dashboard/people.html", people_context(study_or_404(slug)))


@require_POST
@study_page(Power.RESULTS, "looked at results before the close")
def peek(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the results before the close: a decision, and written down."""
    found = study_or_404(slug)
    if early_looks.hidden(found):
        early_looks.look(study=found)
    return redirect("console:results", slug=slug)


@require_safe
@study_page(Power.WATCH)
def plan(request: HttpRequest, slug: str) -> HttpResponse:
    """What this study can find, and what would find more."""
    found = study_or_404(slug)
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


@require_safe
@study_page(Power.DOWNLOAD, "downloaded the tables")
def export(request: HttpRequest, slug: str) -> HttpResponse:
    """The CSV bundle as one ZIP. The tables hold the results, so a download before the close is written down."""
    found = study_or_404(slug)
    response = HttpResponse(exporting.zipped(found, _letters(request, found)), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{slug}.zip"'
    early_looks.note_export(study=found)
    return response


@require_safe
@study_page(Power.DOWNLOAD, "downloaded the report")
def report(request: HttpRequest, slug: str) -> HttpResponse:
    """The report of the bundle, as a file to keep; while results wait for the close, so does the report."""
    found = study_or_404(slug)
    if early_looks.hidden(found):
        return redirect("console:results", slug=slug)
    response = HttpResponse(
        exporting.analysis_of(found, _letters(request, found)).files["report.html"],
        content_type="text/html; charset=utf-8",
    )
    response["Content-Disposition"] = f'attachment; filename="{slug}-report.html"'
    return response


@require_safe
@study_page(Power.RUN, "downloaded the preregistration")
def preregister(request: HttpRequest, slug: str) -> HttpResponse:
    """The study file in words, as Markdown."""
    text = preregistration(study_or_404(slug))
    response = HttpResponse(text, content_type="text/markdown; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slug}-preregistration.md"'
    return response
