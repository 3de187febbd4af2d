"""Running a study: launch, open, pause, close, try again. Each is asked for once more, with what it will do."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from dashboard.running import actions
from dashboard.running.steering import steer
from dashboard.web.access import Power, study_or_404, study_page
from dashboard.web.confirmations import confirmation
from studies import services
from studies.errors import EarwitnessError
from studies.models import Study


@require_safe
@study_page(Power.RUN)
def confirm(request: HttpRequest, slug: str) -> HttpResponse:
    """What the action of ``?verb=`` will do, and the button that does it."""
    study, verb, system = study_or_404(slug), request.GET.get("verb", ""), request.GET.get("system", "")
    if verb not in _VERBS or (system and not study.systems.filter(name=system).exists()):
        raise Http404
    said = confirmation(study, verb, system)
    context = {"study": study, "verb": verb, "system": system, "confirmation": said}
    return render(request, "dashboard/confirm.html", context)


@require_POST
@study_page(Power.RUN, "{verb} {system}")
def act(request: HttpRequest, slug: str) -> HttpResponse:
    """Launch, open, pause, close, cancel, or retry what failed."""
    study = study_or_404(slug)
    verb, system = request.POST.get("verb", ""), request.POST.get("system", "")
    if verb not in _VERBS or (system and not study.systems.filter(name=system).exists()):
        raise Http404
    try:
        messages.success(request, _VERBS[verb](study, system))
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


def _retry(study: Study, system: str) -> str:
    return steer(study=study, verb="retry", system_name=system)


def _cancel(study: Study, system: str) -> str:
    return steer(study=study, verb="cancel", system_name=system)


_VERBS: dict[str, Any] = {
    "launch": _launch,
    "open": _open,
    "pause": _pause,
    "close": _close,
    "retry": _retry,
    "cancel": _cancel,
}
