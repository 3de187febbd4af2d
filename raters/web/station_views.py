"""The stations before and after the tasks that a study turns on: instructions, checks, questionnaire."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from raters.entering.comprehension import answer_comprehension
from raters.entering.headphone_check import (
    answer_trial,
    begin_headphone_check,
    skip_headphone_check,
    trial_sound,
    trial_token,
    trial_under_way,
)
from raters.entering.questionnaire import read_questionnaire, save_questionnaire
from raters.entering.session_endings import why_screened_out
from raters.entering.sessions import confirm_information
from raters.entering.sound_check import BEEPS, answer_sound_check
from raters.errors import AnswerRefused
from raters.stimuli.beeps import beep_code
from raters.web import station_contexts
from raters.web.ending_pages import show_done
from raters.web.pages import show_station
from raters.web.rater_requests import RaterRequest, StationRequest, open_request, station


def go_on(request: RaterRequest) -> HttpResponse:
    """To whatever station comes next."""
    return redirect("raters:door", slug=request.study.slug)


def wav_response(wav: bytes) -> HttpResponse:
    return HttpResponse(wav, content_type="audio/wav", headers={"Cache-Control": "no-store"})


@station("information")
def information(request: StationRequest) -> HttpResponse:
    if request.http.method == "POST":
        confirm_information(session=request.session)
        return go_on(request)
    return show_station(request, "information", station_contexts.information(request.spec))


@station("comprehension")
def comprehension(request: StationRequest) -> HttpResponse:
    session, spec = request.session, request.spec
    if request.http.method != "POST":
        return show_station(request, "comprehension", station_contexts.comprehension(session, spec))
    answers = [request.http.POST.get(f"q{number}", "") for number in range(len(spec.raters.comprehension))]
    if not all(answers):
        error = _("Please answer every question.")
        context = station_contexts.comprehension(session, spec, answers=answers, error=error)
        return show_station(request, "comprehension", context, status=422)
    right = answer_comprehension(session=session, spec=spec, answers=answers)
    if right is None or all(right):
        return go_on(request)
    if why_screened_out(session, spec):
        return show_done(request)
    error = _("Some answers are not right yet. Please read the instructions again; you have one more try.")
    context = station_contexts.comprehension(session, spec, answers=answers, right=right, error=error)
    return show_station(request, "comprehension", context, status=422)


@station("sound-check")
def sound_check(request: StationRequest) -> HttpResponse:
    session = request.session
    if request.http.method != "POST":
        return show_station(request, "sound-check", station_contexts.sound_check(session, request.study))
    answer = request.http.POST.get("answer", "")
    if answer not in {str(beeps) for beeps in BEEPS}:
        error = _("Please choose how many beeps you heard.")
    elif answer_sound_check(session=session, beeps=int(answer)):
        return go_on(request)
    elif why_screened_out(session, request.spec):
        return show_done(request)
    else:
        error = _("That was not the number of beeps. Here is a new code; please listen again.")
    context = station_contexts.sound_check(session, request.study, error)
    return show_station(request, "sound-check", context, status=422)


@require_safe
def beeps(http: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The code under way. ``number`` only keeps one try's sound from being taken for another's."""
    session = open_request(http, slug).session
    if session is None or session.sound_answer is None or number != session.sound_tries + 1:
        raise Http404
    return wav_response(beep_code(session.sound_answer))


@station("headphones")
def headphones(request: StationRequest) -> HttpResponse:
    session, study, spec = request.session, request.study, request.spec
    begin_headphone_check(session=session)
    if request.http.method != "POST":
        return show_station(request, "headphones", station_contexts.headphones(session, study, spec))
    posted = request.http.POST
    if posted.get("unavailable") == "yes":
        skip_headphone_check(session=session, spec=spec)
        return go_on(request)
    if posted.get("trial") != trial_token(session):
        # A page of an earlier trial, sent twice or found with Back: the one under way is shown.
        return go_on(request)
    answer = posted.get("answer", "")
    try:
        interval = int(answer) - 1 if answer in {"1", "2", "3"} else -1
        answer_trial(session=session, spec=spec, interval=interval)
    except AnswerRefused as refused:
        context = station_contexts.headphones(session, study, spec) | {"errors": [str(refused)]}
        return show_station(request, "headphones", context, status=422)
    return show_done(request) if why_screened_out(session, spec) else go_on(request)


@require_safe
def trial(http: HttpRequest, slug: str, token: str) -> HttpResponse:
    """The sound of the trial under way, and of no other."""
    request = open_request(http, slug)
    session = request.session
    if session is None or trial_under_way(session) is None or token != trial_token(session):
        raise Http404
    return wav_response(trial_sound(session, request.spec))


@station("questionnaire")
def questionnaire(request: StationRequest) -> HttpResponse:
    spec = request.spec
    if request.http.method != "POST":
        return show_station(request, "questionnaire", station_contexts.questionnaire(spec))
    posted = {name: str(answer) for name, answer in request.http.POST.items()}
    given, wrong = read_questionnaire(spec, posted)
    if wrong:
        context = station_contexts.questionnaire(spec, posted=posted, wrong=wrong)
        return show_station(request, "questionnaire", context, status=422)
    save_questionnaire(session=request.session, spec=spec, answers=given)
    return go_on(request)
