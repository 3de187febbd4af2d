"""After a pair for training: which side was broken, how it sounds, and both sides to hear again."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from raters.models import Assignment
from raters.web import contexts
from raters.web.clip_addresses import sides_of
from raters.web.stations import Visit, show, visit
from studies.spec import StudySpec
from studies.spec.criteria import GOLD_CRITERION

Context = dict[str, Any]


@require_safe
def feedback(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """The page's own address, so that it can be loaded again."""
    visited = visit(request, slug)
    if visited.session is None:
        raise Http404
    rows = Assignment.objects.select_related("comparison__prompt").filter(
        key=key, rater=visited.session.rater, role=Assignment.Role.TRAINING
    )
    assignment = rows.first()
    if assignment is None:
        raise Http404
    if assignment.state != Assignment.State.SUBMITTED:
        return redirect("raters:task", slug=slug)
    return show_feedback(visited, assignment)


def wants_feedback(assignment: Assignment) -> bool:
    return assignment.role == Assignment.Role.TRAINING


def address_of(visited: Visit, assignment: Assignment) -> str:
    return reverse("raters:feedback", args=[visited.study.slug, assignment.key])


def show_feedback(visited: Visit, assignment: Assignment, *, fragment: bool = False) -> HttpResponse:
    context = _context(visited, assignment)
    address = address_of(visited, assignment)
    return show(visited, "feedback", context, fragment=fragment, address=address)


def _context(visited: Visit, assignment: Assignment) -> Context:
    spec = visited.spec
    clean, broken = ("B", "A") if assignment.swapped else ("A", "B")
    right = _heard_it(assignment)
    url = reverse("raters:task_door", args=[visited.study.slug, assignment.key])
    return {
        "study": contexts.study_context(visited.study),
        "title": _title(right=right),
        "what": _damage(assignment, broken) % {"broken": broken},
        "question": _about_the_question(spec, {"clean": clean, "broken": broken}, right=right),
        "last": (assignment.position or 0) >= spec.raters.training,
        "duration": spec.audio.duration,
        "sides": contexts.sides_context(assignment, url, 1),
        "broken": broken,
    }


def _heard_it(assignment: Assignment) -> bool | None:
    """Whether the clean side was preferred where the answer is known; None where the study does not ask that."""
    rating = assignment.ratings.filter(criterion=GOLD_CRITERION).first()
    if rating is None or rating.preference is None:
        return None
    return rating.preference > 0 if assignment.swapped else rating.preference < 0


def _title(*, right: bool | None) -> str:
    if right is None:
        return _("This was the difference")
    return _("Well heard") if right else _("There was something to hear")


def _damage(assignment: Assignment, broken: str) -> str:
    sample = sides_of(assignment)[broken][0]
    words = {
        "noise": _("We broke clip %(broken)s on purpose: it is dull, and noise goes along with the music."),
        "gaps": _("We broke clip %(broken)s on purpose: it is dull, and it keeps cutting out."),
    }
    return words[sample.provenance["broken_by"]]


def _about_the_question(spec: StudySpec, sides: dict[str, str], *, right: bool | None) -> str:
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
    known = words % {"criterion": labels[GOLD_CRITERION], **sides}
    return f"{known} {others}" if len(labels) > 1 else known
