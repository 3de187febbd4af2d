"""Writing a study: the study file from the browser, checked as a whole and saved as a draft."""

from __future__ import annotations

import re
from functools import partial
from itertools import count

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts import services as accounts
from accounts.web.access import account_of
from dashboard.web.access import Power, account_page, standing_of, study_or_404
from dashboard.web.forms import StudyFileForm
from studies.models import Study

EXAMPLE = "quickstart.yaml"


@require_http_methods(["GET", "HEAD", "POST"])
@account_page("applied a study file")
def new(request: HttpRequest) -> HttpResponse:
    """Paste or upload a study file: it becomes a draft, or every problem in it is listed.

    ``?from=SLUG`` starts from another study: its text, its clips and its folder.
    """
    origin = _origin(request)
    form = StudyFileForm(
        request.POST or None,
        request.FILES or None,
        origin=origin,
        may_replace=partial(_may_replace, request),
        initial={"text": _first_text(origin)},
    )
    if request.method == "POST" and form.is_valid():
        study = form.apply()
        if study is not None:
            accounts.own(study=study, account=account_of(request))
            messages.success(
                request,
                f"{study.slug} is saved as a draft.{_clips_received(study)} Launch it to make its samples.",
            )
            return redirect("console:study", slug=study.slug)
    context = {"form": form, "origin": origin}
    return render(request, "dashboard/new.html", context, status=422 if form.errors else 200)


def _origin(request: HttpRequest) -> Study | None:
    """The study to start from. Raises Http404 for one whose names this account may not know."""
    slug = request.GET.get("from", "").replace("\0", "")
    if not slug:
        return None
    origin = study_or_404(slug)
    if standing_of(request, origin).blind:
        raise Http404
    return origin


def _first_text(origin: Study | None) -> str:
    """The example, a draft's own text, or that of another study under a slug that is free."""
    if origin is None:
        return (settings.BASE_DIR / "examples" / EXAMPLE).read_text(encoding="utf-8")
    if origin.state == Study.State.DRAFT:
        return origin.source
    return re.sub(
        rf"(\bslug:\s*[\"']?){re.escape(origin.slug)}(?![\w-])",
        rf"\g<1>{_free_slug(origin.slug)}",
        origin.source,
        count=1,
    )


def _free_slug(slug: str) -> str:
    """``slug-2``, or the next number that no study has."""
    stem = re.sub(r"-\d+$", "", slug)[:44]
    taken = set(Study.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    return next(name for number in count(2) if (name := f"{stem}-{number}") not in taken)


def _clips_received(study: Study) -> str:
    archive = study.archive
    return f" {archive['name']}: {archive['files']} files are with it." if archive else ""


def _may_replace(request: HttpRequest, study: Study) -> bool:
    return Power.RUN in standing_of(request, study).powers
