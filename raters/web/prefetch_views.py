"""The next pair's sounds, for a browser that has nothing else to do while its rater judges."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from raters.answering.criterion_passes import place_of
from raters.assigning.prefetch import as_promised, foresee
from raters.assigning.prefetch_tokens import Promise
from raters.models import Assignment
from raters.web.clip_addresses import sample_behind, sides_of, token
from raters.web.clip_responses import sound
from raters.web.stations import visit, visit_to_task
from studies.models import Study


@require_safe
def ahead(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """A promise and where its sounds are: ``{"promise", "clips": [{"url", "from"}]}``; 204 when nothing is certain.

    ``url`` is the address that the task's page will name, ``from`` the one that answers before there is such a task.
    """
    visited, _, current = visit_to_task(request, slug, key)
    session = visited.session
    if (
        session is None
        or current.state != Assignment.State.ASSIGNED
        or visited.study.state != Study.State.OPEN
    ):
        return HttpResponse(status=204)
    if not place_of(current, visited.spec).is_last:
        return HttpResponse(status=204)  # the same pair comes again, and its sounds are there already
    promise = foresee(current=current, session=session, spec=visited.spec)
    if promise is None:
        return HttpResponse(status=204)
    coming, sealed = as_promised(promise, session), promise.sealed()
    clips = [
        _addresses(slug, coming, token(coming, letter, number), sealed)
        for letter, samples in sides_of(coming).items()
        for number in range(len(samples))
    ]
    return JsonResponse({"promise": sealed, "clips": clips}, headers={"Cache-Control": "no-store"})


def _addresses(slug: str, coming: Assignment, mark: str, sealed: str) -> dict[str, str]:
    return {
        "url": reverse("raters:clip", args=[slug, coming.key, mark]),
        "from": f"{reverse('raters:ahead_clip', args=[slug, mark])}?promise={sealed}",
    }


@require_safe
def clip(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    session = visit(request, slug).session
    promise = Promise.opened(request.GET.get("promise", ""), session.pk) if session is not None else None
    if session is None or promise is None:
        raise Http404
    return sound(request, *sample_behind(as_promised(promise, session), token))
