"""What the template of a task is given: plain data, and nothing that names or orders a system."""

from __future__ import annotations

import math

from django.urls import reverse
from django.utils.translation import gettext as _

from raters.answering.criterion_passes import Pass, criteria_asked, current_pass
from raters.answering.fields import clips_a_side, fields_of_criterion, letters
from raters.entering.session_length import seconds_per_task, session_length
from raters.models import Assignment
from raters.policy import Progress
from raters.web.clip_addresses import clip_token
from raters.web.pages import Context
from raters.web.rater_requests import StationRequest
from studies.spec import StudySpec
from studies.spec.criteria import Criterion

SavedAnswers = dict[tuple[str, str], int | None]
"""By criterion and column."""


def task_context(
    request: StationRequest, assignment: Assignment, done: int, *, fresh: bool = False
) -> Context:
    """One task as presented: side A before side B, with no word of what is behind them.

    ``done``: tasks submitted before. ``fresh``: it was given out just now, so that no answer of it can be saved yet.
    """
    spec = request.spec
    clips = clips_a_side(assignment, spec)
    url = reverse("raters:task_door", args=[request.study.slug, assignment.key])
    saved = {} if fresh else saved_answers(assignment)
    return {
        "progress": progress_context(assignment, spec, done),
        "task": {
            "url": url,
            # Below the task's own address (`raters.urls`).
            "report_url": f"{url}report/",
            "kind": assignment.comparison.kind,
            "prompt": assignment.comparison.prompt.text,
            "sides": sides_context(assignment, url, clips),
            "duration": spec.audio.duration,
            "absolute": spec.rating_scale.absolute,
            "stem": spec.rating_scale.stem,
            "points": len(spec.rating_scale.options),
            "pass": current_pass(assignment, spec),
            "criteria": [criterion_context(each, spec, saved) for each in criteria_asked(assignment, spec)],
            "heard": {
                letter: [str(number) in assignment.heard.get(letter, {}) for number in range(clips)]
                for letter in letters()
            },
            "listen": spec.raters.listen,
            "player": spec.raters.player,
        },
        "simulated": request.rater.simulated,
    }


def progress_context(assignment: Assignment, spec: StudySpec, done: int) -> Context:
    """How far the rater is, counted in passes, in words, and in minutes that are left."""
    training = assignment.role == Assignment.Role.TRAINING
    if training:
        # Nothing comes before training, so that the position says how many there were.
        done, total = (assignment.position or 1) - 1, spec.raters.training
    else:
        total = session_length(spec)
    # A study that was planned anew may allow fewer tasks than somebody has done already.
    total = max(done, total)
    under_way = current_pass(assignment, spec)
    progress = Progress(done * under_way.total + under_way.number - 1, total * under_way.total)
    seconds_left = (progress.total - progress.done) / under_way.total * seconds_per_task(spec)
    return {
        "done": progress.done,
        "total": progress.total,
        "percent": progress.percent,
        "minutes_left": math.ceil(seconds_left / 60),
        "words": describe_progress(done + 1, total, under_way, training=training),
        "training": training,
    }


def describe_progress(number: int, total: int, under_way: Pass, *, training: bool) -> str:
    words = _("Practice %(n)s of %(total)s") if training else _("%(n)s of %(total)s")
    task = words % {"n": number, "total": total}
    if under_way.total == 1:
        return task
    return _("%(task)s, question %(n)s of %(total)s") % {
        "task": task,
        "n": under_way.number,
        "total": under_way.total,
    }


def sides_context(assignment: Assignment, url: str, clips: int) -> list[Context]:
    """The cards of both sides: ``clips`` clips each, whose addresses start from the task's ``url``."""
    return [
        {
            "letter": letter,
            "clips": [
                {
                    # Below the task's own address (`raters.urls`).
                    "url": f"{url}clip/{clip_token(assignment, letter, number)}",
                    "number": number,
                    "label": f"{letter} {number + 1}" if clips > 1 else letter,
                }
                for number in range(clips)
            ],
        }
        for letter in letters()
    ]


def saved_answers(assignment: Assignment) -> SavedAnswers:
    return {
        (rating.criterion, column): getattr(rating, column)
        for rating in assignment.ratings.all()
        for column in ("preference", "score_first", "score_second")
    }


def criterion_context(criterion: Criterion, spec: StudySpec, saved: SavedAnswers) -> Context:
    """One question with its radio group, or one group a side on absolute scales."""
    scale = spec.rating_scale
    options = [{"value": str(o.value), "label": o.label, "short": o.short} for o in scale.options]
    groups = []
    for field in fields_of_criterion(criterion, scale):
        answer = saved.get((criterion.id, field.column))
        groups.append(
            {"name": field.name, "options": options, "saved": None if answer is None else str(answer)}
        )
    question: Context = {"id": criterion.id, "label": criterion.label, "question": criterion.question}
    question |= {"help": criterion.help or "", "listen_for": criterion.listen_for, "ignore": criterion.ignore}
    if scale.absolute:
        sides = [{"letter": letter, **group} for letter, group in zip("AB", groups, strict=True)]
        return question | {"sides": sides}
    return question | groups[0]
