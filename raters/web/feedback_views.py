"""After a pair for training: which side was degraded, how it sounds, and both sides to hear again."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from raters.models import Assignment
from raters.web.clip_addresses import samples_by_side
from raters.web.pages import Context, show_station
from raters.web.rater_requests import RaterRequest, open_request
from raters.web.task_context import sides_context
from studies.spec import StudySpec
from studies.spec.criteria import GOLD_CRITERION


@require_safe
def feedback(http: HttpRequest, slug: str, key: str) -> HttpResponse:
    """The page's own address, so that it can be loaded again."""
    request = open_request(http, slug)
    if request.session is None:
        raise Http404
    rows = Assignment.objects.select_related("comparison__prompt").filter(
        key=key, rater=request.session.rater, role=Assignment.Role.TRAINING
    )
    assignment = rows.first()
    if assignment is None:
        raise Http404
    if assignment.state != Assignment.State.SUBMITTED:
        return redirect("raters:task", slug=slug)
    return show_feedback(request, assignment)


def feedback_address(request: RaterRequest, assignment: Assignment) -> str:
    return reverse("raters:feedback", args=[request.study.slug, assignment.key])


def show_feedback(request: RaterRequest, assignment: Assignment, *, fragment: bool = False) -> HttpResponse:
    context = feedback_context(request, assignment)
    address = feedback_address(request, assignment)
    return show_station(request, "feedback", context, fragment=fragment, address=address)


def feedback_context(request: RaterRequest, assignment: Assignment) -> Context:
    """Both sides, which of them is degraded and how, and whether the rater preferred the other one."""
    spec = request.spec
    clean, degraded = ("B", "A") if assignment.swapped else ("A", "B")
    right = preferred_clean_side(assignment)
    if right is None:
        title = _("This was the difference")
    else:
        title = _("Well heard") if right else _("There was something to hear")
    url = reverse("raters:task_door", args=[request.study.slug, assignment.key])
    return {
        "title": title,
        "what": describe_damage(assignment, degraded) % {"broken": degraded},
        "question": judge_answer(spec, {"clean": clean, "broken": degraded}, right=right),
        "last": (assignment.position or 0) >= spec.raters.training,
        "duration": spec.audio.duration,
        "sides": sides_context(assignment, url, 1),
        "broken": degraded,
    }


def preferred_clean_side(assignment: Assignment) -> bool | None:
    """Where the answer is known; None where the study does not ask that."""
    rating = assignment.ratings.filter(criterion=GOLD_CRITERION).first()
    if rating is None or rating.preference is None:
        return None
    return rating.preference > 0 if assignment.swapped else rating.preference < 0


def describe_damage(assignment: Assignment, degraded: str) -> str:
    sample = samples_by_side(assignment)[degraded][0]
    words = {
        "noise": _("We broke clip %(broken)s on purpose: it is dull, and noise goes along with the music."),
        "gaps": _("We broke clip %(broken)s on purpose: it is dull, and it keeps cutting out."),
    }
    return words[sample.provenance["broken_by"]]


def judge_answer(spec: StudySpec, sides: dict[str, str], *, right: bool | None) -> str:
    """What to say of the rater's answer where it is known, and of the other questions."""
    labels = {criterion.id: criterion.label for criterion in spec.criteria}
    others = _("The other questions have no right answer: a broken clip can still be good music.")
    if right is None:
        return others
    words = (
        _("For “%(criterion)s” you preferred %(clean)s, as we would.")
        if right
        else _(
            "For “%(criterion)s” we would prefer %(clean)s. Listen once more to what is wrong in %(broken)s."
        )
    )
    about_gold = words % {"criterion": labels[GOLD_CRITERION], **sides}
    return f"{about_gold} {others}" if len(labels) > 1 else about_gold
