"""What the rater's templates are given: plain data, and nothing that names or orders a system."""

from __future__ import annotations

import math
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from raters.answering.criterion_passes import Place, asked, hearings, place_of
from raters.answering.fields import clips_a_side, fields_of_criterion, letters
from raters.answering.services import BEEPS, SOUND_TRIES
from raters.models import Assignment, Rater, Session
from raters.policy import Progress
from raters.web.clip_addresses import token
from studies.design import totals
from studies.models import Study
from studies.spec import StudySpec
from studies.spec.criteria import Criterion

Context = dict[str, Any]
Saved = dict[tuple[str, str], int | None]
SECONDS_TO_JUDGE = 20


def study_context(study: Study) -> Context:
    return {"title": study.title, "slug": study.slug}


def consent_context(study: Study, spec: StudySpec) -> Context:
    text = spec.raters.consent or standard_consent(spec)
    return {
        "study": study_context(study),
        "consent": {"version": consent_version(study), "text": paragraphs_of(text)},
        "tasks": session_length(spec) + spec.raters.training,
        "minutes": _minutes(spec),
    }


def paragraphs_of(text: str) -> list[str]:
    """A text of a study file in paragraphs, which part at empty lines."""
    return [part.strip() for part in text.split("\n\n") if part.strip()]


def consent_version(study: Study) -> str:
    """The frozen study file is what was agreed to."""
    return study.sha256[:16]


def _minutes(spec: StudySpec) -> int:
    tasks = session_length(spec) + spec.raters.training
    return max(1, math.ceil(tasks * seconds_per_task(spec) / 60))


def session_length(spec: StudySpec) -> int:
    """Tasks of a whole session after the training: comparisons, gold in between, and repeats at the end."""
    tasks = totals(spec).tasks_per_session
    return tasks + spec.raters.gold + min(spec.raters.repeats, tasks)


def seconds_per_task(spec: StudySpec) -> float:
    """Listening to every clip once (in passes: once for each), and a while to judge; the mean over pairs and sets."""
    size = totals(spec)
    share = size.set_ratings / size.ratings
    clips = 2 * ((1 - share) * hearings(spec) + share * (spec.diversity.set_size if spec.diversity else 1))
    return clips * spec.audio.duration + SECONDS_TO_JUDGE


def standard_consent(spec: StudySpec) -> str:
    """What raters agree to where the study file has no text of its own; paragraphs part at empty lines."""
    return "\n\n".join(
        [
            _(
                "You will hear pairs of short music clips made by computer programs and say which you prefer. "
                "There are no right or wrong answers: your own ears are what we ask for."
            ),
            _(
                "We store your answers, how long you listened and when, under a random code. We do not ask for your "
                "name, and we do not store your address on the network. The answers may be published in that form."
            ),
            *_about_the_platform(spec),
            _(
                "Taking part is voluntary. You may stop at any time by closing the page, without giving a reason. On "
                "the last page you can have everything of yours removed."
            ),
        ]
    )


def _about_the_platform(spec: StudySpec) -> list[str]:
    if spec.recruitment.kind != "prolific":
        return []
    return [
        _(
            "Prolific tells us your id there. We keep it encrypted and apart from your answers, use it only to pay you "
            "and to recognise you when you come back, and delete it afterwards."
        )
    ]


def sound_check_context(session: Session, study: Study, error: str = "") -> Context:
    return {
        "study": study_context(study),
        "check": {
            "url": reverse("raters:beeps", args=[study.slug, session.sound_tries + 1]),
            "token": "",
            "options": list(BEEPS),
            "tries_left": SOUND_TRIES - session.sound_tries,
            "error": error,
        },
    }


def task_context(
    assignment: Assignment, rater: Rater, study: Study, spec: StudySpec, done: int, *, fresh: bool = False
) -> Context:
    """One task as presented: side A before side B, with no word of what is behind them.

    ``fresh``: it was given out just now, so that no answer of it can be saved yet.
    """
    count = clips_a_side(assignment, spec)
    url = reverse("raters:task_door", args=[study.slug, assignment.key])
    return {
        "study": study_context(study),
        "progress": _progress(assignment, spec, done),
        "task": {
            "url": url,
            "kind": assignment.comparison.kind,
            "prompt": assignment.comparison.prompt.text,
            "sides": sides_context(assignment, url, count),
            "duration": spec.audio.duration,
            "absolute": spec.rating_scale.absolute,
            "stem": spec.rating_scale.stem,
            "points": len(spec.rating_scale.options),
            "place": place_of(assignment, spec),
            "criteria": _criteria(assignment, spec, {} if fresh else _saved(assignment)),
            "heard": _heard(assignment, count),
            "listen": spec.raters.listen,
            "player": spec.raters.player,
        },
        "simulated": rater.simulated,
    }


def _progress(assignment: Assignment, spec: StudySpec, done: int) -> Context:
    training = assignment.role == Assignment.Role.TRAINING
    if training:
        # Nothing comes before training, so that the place says how many there were.
        done, total = (assignment.position or 1) - 1, spec.raters.training
    else:
        total = session_length(spec)
    # A study that was planned anew may allow fewer tasks than somebody has done already.
    total = max(done, total)
    place = place_of(assignment, spec)
    progress = Progress(done * place.total + place.number - 1, total * place.total)
    return {
        "done": progress.done,
        "total": progress.total,
        "percent": progress.percent,
        "minutes_left": math.ceil(
            (progress.total - progress.done) / place.total * seconds_per_task(spec) / 60
        ),
        "words": _words_of(done + 1, total, place, training=training),
        "training": training,
    }


def _words_of(number: int, total: int, place: Place, *, training: bool) -> str:
    words = _("Practice %(n)s of %(total)s") if training else _("%(n)s of %(total)s")
    task = words % {"n": number, "total": total}
    if place.total == 1:
        return task
    return _("%(task)s, question %(n)s of %(total)s") % {
        "task": task,
        "n": place.number,
        "total": place.total,
    }


def sides_context(assignment: Assignment, url: str, count: int) -> list[Context]:
    """The cards of both sides: ``count`` clips each, whose addresses start from the task's ``url``."""
    return [_side(assignment, url, letter, count) for letter in letters()]


def _side(assignment: Assignment, url: str, letter: str, count: int) -> Context:
    return {
        "letter": letter,
        "clips": [
            {
                # Below the task's own address (`raters.urls`).
                "url": f"{url}clip/{token(assignment, letter, number)}",
                "number": number,
                "label": f"{letter} {number + 1}" if count > 1 else letter,
            }
            for number in range(count)
        ],
    }


def _heard(assignment: Assignment, count: int) -> dict[str, list[bool]]:
    return {
        letter: [str(number) in assignment.heard.get(letter, {}) for number in range(count)]
        for letter in letters()
    }


def _saved(assignment: Assignment) -> Saved:
    return {
        (rating.criterion, column): getattr(rating, column)
        for rating in assignment.ratings.all()
        for column in ("preference", "score_first", "score_second")
    }


def _criteria(assignment: Assignment, spec: StudySpec, saved: Saved) -> list[Context]:
    return [_criterion(criterion, spec, saved) for criterion in asked(assignment, spec)]


def _criterion(criterion: Criterion, spec: StudySpec, saved: Saved) -> Context:
    scale = spec.rating_scale
    options = [{"value": str(o.value), "label": o.label, "short": o.short} for o in scale.options]
    groups = []
    for field in fields_of_criterion(criterion, scale):
        value = saved.get((criterion.id, field.column))
        groups.append(
            {"name": field.name, "options": options, "saved": None if value is None else str(value)}
        )
    base: Context = {"id": criterion.id, "label": criterion.label, "question": criterion.question}
    base |= {"help": criterion.help or "", "listen_for": criterion.listen_for, "ignore": criterion.ignore}
    if scale.absolute:
        return base | {
            "sides": [{"letter": letter, **group} for letter, group in zip("AB", groups, strict=True)]
        }
    return base | groups[0]
