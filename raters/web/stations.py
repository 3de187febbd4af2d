"""Shows the station a visitor is at: as a whole page, or as the fragment that replaces the last one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from raters.answering.services import finish_session
from raters.assigning.claims import current_or_next, standing_of
from raters.assigning.prefetch import under_the_promised_key
from raters.assigning.prefetch_tokens import Promise
from raters.entering.recruitment import Kind, Ticket
from raters.entering.session_endings import Ending, ending_of, way_out, why_screened_out
from raters.errors import Busy
from raters.models import Assignment, Rater, Session
from raters.selectors import done_by, summary_of
from raters.web import contexts, station_contexts
from raters.web.rater_sessions import session_of, station_of, study_or_404, task_of, ticket_of
from studies.models import Study
from studies.selectors import spec_of
from studies.spec import StudySpec


@dataclass(frozen=True, slots=True)
class Visit:
    """Who asks about which study."""

    request: HttpRequest
    study: Study
    session: Session | None

    @property
    def spec(self) -> StudySpec:
        return spec_of(self.study)

    @property
    def kind(self) -> Kind:
        return self.spec.recruitment.kind

    @property
    def ticket(self) -> Ticket | None:
        return ticket_of(self.request, self.study.slug, self.kind)

    @property
    def station(self) -> str:
        return station_of(self.session, self.study)


def visit(request: HttpRequest, slug: str) -> Visit:
    session = session_of(request, slug)
    study = session.rater.study if session is not None else study_or_404(slug)
    return _in_its_language(Visit(request, study, session))


def visit_to_task(request: HttpRequest, slug: str, key: str) -> tuple[Visit, Rater, Assignment]:
    """Raises Http404: nobody learns whether another rater's key exists."""
    found = task_of(request, slug, key)
    if found is None:
        raise Http404
    session, assignment = found
    visited = _in_its_language(Visit(request, session.rater.study, session))
    return visited, session.rater, assignment


def _in_its_language(visited: Visit) -> Visit:
    """From here on this request speaks the study's language."""
    translation.activate(visited.spec.study.language)
    return visited


def elsewhere(visited: Visit, station: str) -> HttpResponse | None:
    """A redirect, when the visitor does not belong on this station."""
    if visited.station == station:
        return None
    return redirect(f"raters:{visited.station}", slug=visited.study.slug)


def show(
    visited: Visit,
    station: str,
    context: dict[str, Any],
    *,
    fragment: bool = False,
    status: int = 200,
    address: str = "",
) -> HttpResponse:
    """Render a station. The same answer must never be shown to anybody else, so nothing is stored on the way.

    ``address``: what the browser shows for a fragment, where it is not the station's own.
    """
    inside = f"raters/_{station.replace('-', '_')}.html"
    template = inside if fragment else "raters/station.html"
    response = render(visited.request, template, context | {"fragment": inside}, status=status)
    response["Cache-Control"] = "no-store"
    if fragment:
        # Replaced, not pushed: Back leads out of the study, not through every task again.
        response["HX-Replace-Url"] = address or reverse(f"raters:{station}", args=[visited.study.slug])
    return response


def show_task(
    visited: Visit, *, fragment: bool = False, notice: str = "", promised: str = ""
) -> HttpResponse:
    """The assignment under way or the next one; the end of the session when there is none.

    ``promised``: what the browser was told would come (`raters.assigning.prefetch`) and has fetched already.
    """
    if visited.study.state != Study.State.OPEN:
        return show_closed(visited, fragment=fragment)
    session = visited.session
    assert session is not None  # noqa: S101 - only reached from the task station
    promise = Promise.opened(promised, session.pk) if promised else None
    standing = standing_of(session.rater)
    try:
        assignment = current_or_next(session=session, spec=visited.spec, standing=standing, promise=promise)
    except Busy as busy:
        return _show_busy(visited, str(busy))
    if assignment is None:
        finish_session(session=session, rated=standing.done > 0)
        if visited.station == "questionnaire":
            context = station_contexts.questionnaire(visited.study, visited.spec)
            return show(visited, "questionnaire", context, fragment=fragment)
        return show_done(visited, fragment=fragment)
    if promise is not None and not standing.holds_one:
        under_the_promised_key(promise, assignment)
    context = contexts.task_context(
        assignment,
        session.rater,
        visited.study,
        visited.spec,
        standing.done,
        fresh=not standing.holds_one,
    )
    return show(visited, "task", context | {"notice": notice}, fragment=fragment)


def _show_busy(visited: Visit, message: str) -> HttpResponse:
    """Not an end: the session goes on, and a page that sent answers tries again by itself."""
    context = {
        "study": contexts.study_context(visited.study),
        "title": _("One moment, please"),
        "message": message,
    }
    response = show(visited, "closed", context, status=503)
    response["Retry-After"] = "2"
    return response


def show_done(visited: Visit, *, fragment: bool = False) -> HttpResponse:
    """The last page, with the code and the address that a crowd platform waits for."""
    session = visited.session
    assert session is not None  # noqa: S101 - only reached with a session that has ended
    ending = _ending(visited)
    title, message = _words_of(ending, why_screened_out(session, visited.spec))
    context = {
        "title": title,
        "message": message,
        "summary": summary_of(session.rater),
        "simulated": session.rater.simulated,
    }
    return show(visited, "done", context | _way_out(visited, ending), fragment=fragment)


def _ending(visited: Visit) -> Ending | None:
    session = visited.session
    if session is not None:
        return ending_of(session, visited.spec, state=visited.study.state, done=done_by(session.rater))
    # Sent by a crowd platform to a study that is over: there is a code for that too.
    sent = visited.study.state == Study.State.CLOSED and visited.ticket is not None
    return Ending.QUOTA_FULL if sent else None


def _way_out(visited: Visit, ending: Ending | None) -> dict[str, Any]:
    session = visited.session
    # A program has nobody who pays it.
    way = None if session is not None and session.rater.simulated else way_out(ending, visited.spec)
    return {
        "study": contexts.study_context(visited.study),
        "code": way.code if way else None,
        "redirect_url": way.url if way else None,
        "may_withdraw": session is not None,
        "results_url": _shared_results(visited),
    }


def _shared_results(visited: Visit) -> str | None:
    """Nobody learns anything before the study closes."""
    shared = visited.spec.recruitment.share_results and visited.study.state == Study.State.CLOSED
    return reverse("shared-results", args=[visited.study.slug]) if shared else None


def _words_of(ending: Ending | None, why: str | None) -> tuple[str, str]:
    if ending == Ending.SCREENED_OUT:
        return _why_it_ended(why)
    if ending == Ending.QUOTA_FULL:
        return _no_place()
    return _("Thank you"), _("Every answer has arrived. You have finished your part of this study.")


def _no_place() -> tuple[str, str]:
    return (
        _("Thank you for coming"),
        _("Every place in this study is taken at the moment, so there is nothing left for you to rate."),
    )


def _why_it_ended(why: str | None) -> tuple[str, str]:
    """Nobody is to blame, and nobody is rejected: they are asked to return what they began."""
    if why == "comprehension":
        return (
            _("The questions about the instructions did not work out"),
            _("Please return this study. That has no other consequence. Thank you for your time."),
        )
    if why == "headphones":
        return (
            _("The headphone check did not work out"),
            _("This study needs headphones on both ears. Thank you for trying; nothing more is needed."),
        )
    return (
        _("The sound check did not work out"),
        _("Without sound this study cannot be done. Thank you for trying; nothing more is needed."),
    )


def show_full(visited: Visit) -> HttpResponse:
    """Before anybody agrees to anything: every place is held by somebody."""
    title, message = _no_place()
    ending = Ending.QUOTA_FULL if visited.ticket is not None else None
    return show(visited, "closed", {"title": title, "message": message} | _way_out(visited, ending))


def show_closed(visited: Visit, *, fragment: bool = False) -> HttpResponse:
    """Why nobody can rate now: not open yet, in a break, or over."""
    titles = {
        Study.State.LAUNCHED: (
            _("Not open yet"),
            _("This study has not started yet. Please come back later."),
        ),
        Study.State.PAUSED: (
            _("Taking a break"),
            _("This study is paused. Your answers are safe; come back later."),
        ),
        Study.State.CLOSED: (
            _("This study is over"),
            _("It takes no more answers. Thank you for your interest."),
        ),
    }
    title, message = titles[Study.State(visited.study.state)]
    context = {"title": title, "message": message} | _way_out(visited, _ending(visited))
    return show(visited, "closed", context, fragment=fragment)


def show_uninvited(visited: Visit, message: str = "") -> HttpResponse:
    """Nobody comes in without what this kind of study asks for at its door."""
    titles = {
        "prolific": (
            _("Please come through Prolific"),
            _(
                "This study knows its raters by Prolific's link. Please open it from there, so that you are paid."
            ),
        ),
        "invitation": (
            _("This study is by invitation"),
            _("Please open it with the link that you were sent. Each link is for one person."),
        ),
    }
    title, standard = titles[visited.kind]
    context = {"study": contexts.study_context(visited.study), "title": title, "message": message or standard}
    return show(visited, "closed", context, status=403)
