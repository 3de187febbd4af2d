"""The listening room: the researcher hears every clip with its system's name, before raters do."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.web.access import account_of
from dashboard.running import actions
from dashboard.web.access import Power, study_or_404, study_page
from generation.files import storage
from generation.models import Sample, SampleReview
from generation.review import pictures, selectors, services
from studies.errors import EarwitnessError
from studies.models import Study

A_DAY = 24 * 3600


@require_safe
@study_page(Power.RUN, "listened to clips with their systems' names")
def listen(request: HttpRequest, slug: str) -> HttpResponse:
    """One prompt's clips, all systems side by side. Whoever comes first is told what entering means."""
    study, account = study_or_404(slug), account_of(request).get_username()
    if not services.has_listened(study, account):
        return render(request, "dashboard/listen_enter.html", {"study": study})
    show = request.GET.get("show", "all")
    found = selectors.prompt_page(study, show, request.GET.get("prompt", "").replace("\0", ""))
    context = {
        "study": study,
        "show": show,
        "shown": selectors.SHOWN,
        "found": found,
        "clips": selectors.clips_of(found.prompt) if found else [],
        "rule": services.listening_rule(study),
        "before_opening": study.opened_at is None,
        "marks": SampleReview.Mark,
        "left_out": selectors.left_out_count(study),
    }
    return render(request, "dashboard/listen.html", context)


@require_POST
@study_page(Power.RUN, "entered the listening room: unblinded")
def enter(request: HttpRequest, slug: str) -> HttpResponse:
    services.note_unblinded(study=study_or_404(slug), account=account_of(request).get_username())
    return redirect("console:listen", slug=slug)


@require_safe
@study_page(Power.RUN)
def systems(request: HttpRequest, slug: str) -> HttpResponse:
    """What may be wrong with a system's clips as a whole: a part of the page that comes later."""
    study = study_or_404(slug)
    context = {
        "systems": selectors.systems_heard(study),
        "doubled": selectors.same_sound_in_two_systems(study),
        "silent": selectors.SILENT,
    }
    return render(request, "dashboard/_listen_systems.html", context)


@require_safe
@study_page(Power.RUN)
def clip(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """The canonical WAV file of a sample."""
    digest = _ready(request, slug, key).audio_sha256
    return _stored(lambda: storage.get(digest), "audio/wav")


@require_safe
@study_page(Power.RUN)
def picture(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Waveform and spectrogram of a sample (PNG)."""
    digest = _ready(request, slug, key).audio_sha256
    return _stored(lambda: pictures.picture_of(digest), "image/png")


@require_POST
@study_page(Power.RUN, "{verb} {sample} {prompt}")
def review(request: HttpRequest, slug: str) -> HttpResponse:
    """Mark a clip, leave out a clip or a prompt, take a clip back, make it again, or state the rule."""
    study = study_or_404(slug)
    verb = request.POST.get("verb", "")
    if verb not in _VERBS:
        raise Http404
    try:
        if said := _VERBS[verb](request, study, account_of(request).get_username()):
            messages.success(request, said)
    except EarwitnessError as refused:
        messages.error(request, str(refused))
    query = {"show": request.POST.get("show", "all"), "prompt": request.POST.get("prompt", "")}
    return redirect(f"{reverse('console:listen', args=[slug])}?{urlencode(query)}")


def _mark(request: HttpRequest, study: Study, account: str) -> str:
    given = request.POST
    services.mark(
        sample=_sample(request, study),
        value=given.get("mark", ""),
        note=given.get("note", "").replace("\0", ""),
        account=account,
    )
    return ""


def _leave_out(request: HttpRequest, study: Study, account: str) -> str:
    sample = _sample(request, study)
    services.leave_out(study=study, samples=[sample], reason=_reason(request), account=account)
    return f"{sample.key} is left out, with every comparison that needs it.{actions.call_workers()}"


def _leave_out_prompt(request: HttpRequest, study: Study, account: str) -> str:
    prompt = get_object_or_404(study.prompts, key=request.POST.get("prompt", "").replace("\0", ""))
    samples = selectors.clips_of(prompt)
    services.leave_out(study=study, samples=samples, reason=_reason(request), account=account)
    return f"All {len(samples)} clips of {prompt.key} are left out.{actions.call_workers()}"


def _take_back(request: HttpRequest, study: Study, account: str) -> str:
    sample = _sample(request, study)
    services.take_back(study=study, sample=sample, account=account)
    return f"{sample.key} is heard by raters again."


def _make_again(request: HttpRequest, study: Study, account: str) -> str:
    sample = _sample(request, study)
    seed = services.make_again(study=study, sample=sample, reason=_reason(request), account=account)
    return f"{sample.key} is made again with the seed {seed}.{actions.call_workers()}"


def _state_rule(request: HttpRequest, study: Study, account: str) -> str:
    services.state_rule(study=study, text=request.POST.get("rule", "").replace("\0", ""), account=account)
    return "The rule stands in the study's history."


_VERBS: dict[str, Callable[[HttpRequest, Study, str], str]] = {
    "mark": _mark,
    "leave-out": _leave_out,
    "leave-out-prompt": _leave_out_prompt,
    "take-back": _take_back,
    "make-again": _make_again,
    "rule": _state_rule,
}


def _sample(request: HttpRequest, study: Study) -> Sample:
    key = request.POST.get("sample", "").replace("\0", "")
    found: Sample = get_object_or_404(study.samples.select_related("system"), key=key, source=None)
    return found


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "").replace("\0", "")


def _ready(request: HttpRequest, slug: str, key: str) -> Sample:
    """Raises Http404 for whoever has not entered the room: an address alone tells nobody which system it is."""
    study = study_or_404(slug)
    if not services.has_listened(study, account_of(request).get_username()):
        raise Http404
    found: Sample = get_object_or_404(study.samples, key=key.replace("\0", ""), state=Sample.State.READY)
    return found


def _stored(read: Callable[[], bytes], kind: str) -> HttpResponse:
    """Bytes of the sample store; 503 while it cannot be read."""
    try:
        response = HttpResponse(read(), content_type=kind)
    except (storage.SoundMissing, storage.StorageFailed) as failed:
        return HttpResponse(str(failed), status=503, content_type="text/plain", headers={"Retry-After": "5"})
    response["Cache-Control"] = f"private, max-age={A_DAY}"
    return response
