"""Amending a launched study from the browser."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.web.access import account_of
from dashboard.running.amending import amend, next_step
from dashboard.web.access import Power, study_or_404, study_page
from dashboard.web.forms import BIGGEST
from generation.builtin.installed import builtin_checkpoints
from generation.files import uploads
from generation.files.storage import SoundMissing, StorageFailed
from studies.errors import EarwitnessError
from studies.models import Study
from studies.selectors import spec_of
from studies.spec import parse_study, to_yaml


class AmendmentForm(forms.Form):
    """The whole study file as it is to be, and why."""

    reason = forms.CharField(
        label="Reason, for the history and the methods section",
        max_length=2000,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    text = forms.CharField(
        label="The study file as it is to be",
        max_length=BIGGEST,
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 24, "class": "code", "spellcheck": "false", "autocapitalize": "off"}
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@study_page(Power.RUN, "amended the study")
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """What may still change, the file, and a reason; refused changes are listed above it."""
    study = study_or_404(slug)
    form = AmendmentForm(request.POST or None, initial={"text": to_yaml(spec_of(study))})
    if request.method == "POST" and form.is_valid():
        account = account_of(request).get_username()
        try:
            messages.success(request, _amend(study, form.cleaned_data, account))
            return redirect("console:study", slug=slug)
        except (EarwitnessError, SoundMissing, StorageFailed) as refused:
            for line in str(refused).splitlines():
                form.add_error(None, line.strip())
    context = {
        "study": study,
        "form": form,
        "rated": study.raters.exists(),
        "possible": study.state in {Study.State.LAUNCHED, Study.State.PAUSED},
    }
    return render(request, "dashboard/amend.html", context, status=422 if form.errors else 200)


def _amend(study: Study, given: dict[str, Any], account: str) -> str:
    """What to tell the person. Raises whatever parsing and amending refuse."""
    folder = uploads.folder_of(study)
    loaded = parse_study(given["text"], folder=folder, builtin=builtin_checkpoints(), confined=True)
    amended = amend(study=study, loaded=loaded, reason=given["reason"], account=account)
    return f"Amendment {amended.number} is in force. {next_step(study, amended)}"
