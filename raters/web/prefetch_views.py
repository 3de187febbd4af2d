"""The next pair's sounds, for a browser that has nothing else to do while its rater judges."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from raters.answering.criterion_passes import current_pass
from raters.assigning.prefetch import predicted_assignment, prefetch_next
from raters.assigning.prefetch_tokens import PrefetchToken
from raters.models import Assignment
from raters.web.clip_addresses import clip_token, sample_behind, samples_by_side
from raters.web.clip_responses import sound
from raters.web.rater_requests import open_request, open_task_request
from studies.models import Study


@require_safe
def next_pair(http: HttpRequest, slug: str, key: str) -> HttpResponse:
    """A sealed token and where its sounds are: ``{"promise", "clips": [{"url", "from"}]}``; 204: nothing is certain.

    ``url`` is the address that the task's page will name, ``from`` the one that answers before there is such a task.
    """
    request = open_task_request(http, slug, key)
    current, session = request.assignment, request.session
    if current.state != Assignment.State.ASSIGNED or request.study.state != Study.State.OPEN:
        return HttpResponse(status=204)
    if not current_pass(current, request.spec).is_last:
        return HttpResponse(status=204)  # the same pair comes again, and its sounds are there already
    prefetched = prefetch_next(current=current, session=session, spec=request.spec)
    if prefetched is None:
        return HttpResponse(status=204)
    coming, sealed = predicted_assignment(prefetched, session), prefetched.seal()
    clips = []
    for letter, samples in samples_by_side(coming).items():
        for number in range(len(samples)):
            token = clip_token(coming, letter, number)
            from_address = f"{reverse('raters:prefetched_clip', args=[slug, token])}?promise={sealed}"
            clips.append(
                {"url": reverse("raters:clip", args=[slug, coming.key, token]), "from": from_address}
            )
    return JsonResponse({"promise": sealed, "clips": clips}, headers={"Cache-Control": "no-store"})


@require_safe
def clip(http: HttpRequest, slug: str, token: str) -> HttpResponse:
    """A sound of the next pair, for the session that holds its sealed token."""
    session = open_request(http, slug).session
    if session is None:
        raise Http404
    prefetched = PrefetchToken.unseal(http.GET.get("promise", ""), session.pk)
    if prefetched is None:
        raise Http404
    return sound(http, *sample_behind(predicted_assignment(prefetched, session), token))
