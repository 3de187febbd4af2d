"""Shows the station a visitor is at: as a whole page, or as the fragment that replaces the last one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from raters import pages
from raters.claims import current_or_next
from raters.models import Session
from raters.selectors import done_by
from raters.services import finish_session
from raters.visits import session_of, sound_check_failed, station_of, study_or_404
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
    def station(self) -> str:
        return station_of(self.session, self.study)


def visit(request: HttpRequest, slug: str) -> Visit:
    session = session_of(request, slug)
    study = session.rater.study if session is not None else study_or_404(slug)
    return Visit(request, study, session)


def elsewhere(visited: Visit, station: str) -> HttpResponse | None:
    """A redirect, when the visitor does not belong on this station."""
    if visited.station == station:
        return None
    return redirect(f"raters:{visited.station}", slug=visited.study.slug)


def show(
    visited: Visit, station: str, context: dict[str, Any], *, fragment: bool = False, status: int = 200
) -> HttpResponse:
    """Render a station. The same answer must never be shown to anybody else, so nothing is stored on the way."""
    name = station.replace("-", "_")
    template = f"raters/_{name}.html" if fragment else f"raters/{name}.html"
    response = render(visited.request, template, context, status=status)
    response["Cache-Control"] = "no-store"
    if fragment:
        # Replaced, not pushed: Back leads out of the study, not through every task again.
        response["HX-Replace-Url"] = reverse(f"raters:{station}", args=[visited.study.slug])
    return response


def show_task(visited: Visit, *, fragment: bool = False, notice: str = "") -> HttpResponse:
    """The assignment under way or the next one; the end of the session when there is none."""
    session = visited.session
    assert session is not None  # noqa: S101 - only reached from the task station
    assignment = current_or_next(session=session, spec=visited.spec)
    done = done_by(session.rater)
    if assignment is None:
        finish_session(session=session)
        return show_done(visited, fragment=fragment)
    context = pages.task_context(assignment, session.rater, visited.study, visited.spec, done)
    return show(visited, "task", context | {"notice": notice}, fragment=fragment)


def show_done(visited: Visit, *, fragment: bool = False) -> HttpResponse:
    session = visited.session
    context = {
        "study": pages.study_context(visited.study),
        "code": None,
        "redirect_url": None,
        "simulated": session is not None and session.rater.simulated,
    }
    return show(visited, "done", context, fragment=fragment)


def show_closed(visited: Visit, *, fragment: bool = False) -> HttpResponse:
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
    context = {"study": pages.study_context(visited.study), "title": title, "message": message}
    return show(visited, "closed", context, fragment=fragment)


def show_screened_out(visited: Visit) -> HttpResponse:
    context = {
        "study": pages.study_context(visited.study),
        "title": _("The sound check did not work out"),
        "message": _(
            "Without sound this study cannot be done. Thank you for trying; you can close this page."
        ),
    }
    return show(visited, "closed", context)


def screened_out(session: Session) -> bool:
    return session.sound_checked_at is None and sound_check_failed(session)
