"""The pages on which nothing more can be done: the last one, and those that say why nobody can rate."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from raters.entering.session_endings import Ending, ending_of, way_out, why_screened_out
from raters.selectors.people import done_by, summary_of
from raters.web.pages import Context, show_station
from raters.web.rater_requests import RaterRequest, StationRequest
from studies.models import Study


def show_done(request: StationRequest, *, fragment: bool = False) -> HttpResponse:
    """The last page, with the code and the address that a crowd platform waits for."""
    ending = ending_of_request(request)
    if ending == Ending.SCREENED_OUT:
        title, message = explain_screening(why_screened_out(request.session, request.spec))
    elif ending == Ending.QUOTA_FULL:
        title, message = explain_full_study()
    else:
        title = _("Thank you")
        message = _("Every answer has arrived. You have finished your part of this study.")
    context = {
        "title": title,
        "message": message,
        "summary": summary_of(request.rater),
        "simulated": request.rater.simulated,
    }
    return show_station(request, "done", context | way_out_context(request, ending), fragment=fragment)


def show_full(request: RaterRequest) -> HttpResponse:
    """Before anybody agrees to anything: every place is held by somebody."""
    title, message = explain_full_study()
    ending = Ending.QUOTA_FULL if request.ticket is not None else None
    context = {"title": title, "message": message} | way_out_context(request, ending)
    return show_station(request, "closed", context)


def show_closed(request: RaterRequest, *, fragment: bool = False) -> HttpResponse:
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
    title, message = titles[Study.State(request.study.state)]
    context = {"title": title, "message": message} | way_out_context(request, ending_of_request(request))
    return show_station(request, "closed", context, fragment=fragment)


def show_uninvited(request: RaterRequest, message: str = "") -> HttpResponse:
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
    title, standard = titles[request.kind]
    return show_station(request, "closed", {"title": title, "message": message or standard}, status=403)


def show_begun_elsewhere(request: RaterRequest) -> HttpResponse:
    """The crowd platform's id has begun in another browser: how to go on, without saying anything of that session."""
    title = _("You have begun in another browser")
    message = _(
        "Please go on there. To change over to this one, open the study there and ask for a link at its "
        "withdrawal page. If that browser is gone, write to the researcher: they can send you a link."
    )
    return show_station(request, "closed", {"title": title, "message": message}, status=403)


def show_busy(request: RaterRequest, message: str) -> HttpResponse:
    """Not an end: the session goes on, and a page that sent answers tries again by itself."""
    context = {"title": _("One moment, please"), "message": message}
    response = show_station(request, "closed", context, status=503)
    response["Retry-After"] = "2"
    return response


def ending_of_request(request: RaterRequest) -> Ending | None:
    """How this session ended; for a person without one, how the study ended for them."""
    session = request.session
    if session is not None:
        return ending_of(session, request.spec, state=request.study.state, done=done_by(session.rater))
    # Sent by a crowd platform to a study that is over: there is a code for that too.
    sent = request.study.state == Study.State.CLOSED and request.ticket is not None
    return Ending.QUOTA_FULL if sent else None


def way_out_context(request: RaterRequest, ending: Ending | None) -> Context:
    """The code and the address for a crowd platform, the results where they are shared, and the way to withdraw."""
    session, study = request.session, request.study
    # A program has nobody who pays it.
    way = None if session is not None and session.rater.simulated else way_out(ending, request.spec)
    # Nobody learns anything before the study closes.
    shared = request.spec.recruitment.share_results and study.state == Study.State.CLOSED
    return {
        "code": way.code if way else None,
        "redirect_url": way.url if way else None,
        "may_withdraw": session is not None,
        "results_url": reverse("shared-results", args=[study.slug]) if shared else None,
    }


def explain_full_study() -> tuple[str, str]:
    """Title and message."""
    return (
        _("Thank you for coming"),
        _("Every place in this study is taken at the moment, so there is nothing left for you to rate."),
    )


def explain_screening(station: str | None) -> tuple[str, str]:
    """Title and message. Nobody is to blame, and nobody is rejected: they are asked to return what they began."""
    if station == "comprehension":
        return (
            _("The questions about the instructions did not work out"),
            _("Please return this study. That has no other consequence. Thank you for your time."),
        )
    if station == "headphones":
        return (
            _("The headphone check did not work out"),
            _("This study needs headphones on both ears. Thank you for trying; nothing more is needed."),
        )
    return (
        _("The sound check did not work out"),
        _("Without sound this study cannot be done. Thank you for trying; nothing more is needed."),
    )
