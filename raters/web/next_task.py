"""Gives a rater their task, or ends their session where nothing is left to rate, and shows the page."""

from __future__ import annotations

from django.http import HttpResponse

from raters.assigning.assignment_counts import count_assignments
from raters.assigning.claims import current_or_next
from raters.assigning.prefetch import adopt_prefetched_key
from raters.assigning.prefetch_tokens import PrefetchToken
from raters.entering.sessions import finish_session
from raters.errors import Busy
from raters.web import station_contexts
from raters.web.ending_pages import show_busy, show_closed, show_done
from raters.web.pages import show_station
from raters.web.rater_requests import StationRequest
from raters.web.task_context import task_context
from studies.models import Study


def give_task_or_finish(
    request: StationRequest, *, fragment: bool = False, notice: str = "", prefetched: str = ""
) -> HttpResponse:
    """The assignment under way or the next one; the end of the session when there is none.

    ``prefetched``: the token of the pair that the browser has fetched already (`raters.assigning.prefetch`).
    """
    if request.study.state != Study.State.OPEN:
        return show_closed(request, fragment=fragment)
    session, spec = request.session, request.spec
    token = PrefetchToken.unseal(prefetched, session.pk) if prefetched else None
    counts = count_assignments(request.rater)
    try:
        assignment = current_or_next(session=session, spec=spec, counts=counts, prefetched=token)
    except Busy as busy:
        return show_busy(request, str(busy))
    if assignment is None:
        finish_session(session=session, rated=counts.done > 0)
        if request.station == "questionnaire":
            context = station_contexts.questionnaire(spec)
            return show_station(request, "questionnaire", context, fragment=fragment)
        return show_done(request, fragment=fragment)
    if token is not None and not counts.holds_one:
        adopt_prefetched_key(token, assignment)
    context = task_context(request, assignment, counts.done, fresh=not counts.holds_one)
    return show_station(request, "task", context | {"notice": notice}, fragment=fragment)
