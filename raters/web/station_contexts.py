"""What the templates of the stations before and after the tasks are given. No right answer is ever among it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from raters.entering.headphone_check import trial_token, trial_under_way
from raters.entering.questionnaire import LONGEST_TEXT
from raters.entering.session_length import session_length, session_minutes
from raters.entering.sound_check import BEEPS, SOUND_TRIES
from raters.models import Session
from raters.policy import INTERVALS, TRIALS
from raters.web.pages import Context
from studies.models import Study
from studies.spec import StudySpec


def consent(study: Study, spec: StudySpec) -> Context:
    text = spec.raters.consent or standard_consent(spec)
    return {
        "consent": {"version": consent_version(study), "text": split_paragraphs(text)},
        "tasks": session_length(spec) + spec.raters.training,
        "minutes": session_minutes(spec),
    }


def consent_version(study: Study) -> str:
    """The frozen study file is what was agreed to."""
    return study.sha256[:16]


def split_paragraphs(text: str) -> list[str]:
    """A text of a study file in paragraphs, which part at empty lines."""
    return [part.strip() for part in text.split("\n\n") if part.strip()]


def standard_consent(spec: StudySpec) -> str:
    """What raters agree to where the study file has no text of its own; paragraphs part at empty lines."""
    paragraphs = [
        _(
            "You will hear pairs of short music clips made by computer programs and say which you prefer. "
            "There are no right or wrong answers: your own ears are what we ask for."
        ),
        _(
            "We store your answers, how long you listened and when, under a random code. We do not ask for your "
            "name, and we do not store your address on the network. The answers may be published in that form."
        ),
    ]
    if spec.recruitment.kind == "prolific":
        paragraphs.append(
            _(
                "Prolific tells us your id there. We keep it encrypted and apart from your answers, use it only to "
                "pay you and to recognise you when you come back, and delete it afterwards."
            )
        )
    paragraphs.append(
        _(
            "Taking part is voluntary. You may stop at any time by closing the page, without giving a reason. On "
            "the last page you can have everything of yours removed."
        )
    )
    return "\n\n".join(paragraphs)


def information(spec: StudySpec) -> Context:
    return {"instructions": split_paragraphs(spec.raters.information or "")}


def comprehension(
    session: Session,
    spec: StudySpec,
    *,
    answers: Sequence[str] = (),
    right: Sequence[bool] = (),
    error: str = "",
) -> Context:
    """``answers``: what was chosen already; ``right``: which of them are right, the others are to be chosen anew."""
    asked = spec.raters.comprehension
    return information(spec) | {
        "errors": [error] if error else [],
        "second": session.comprehension_tries > 0,
        "questions": [
            {
                "name": f"q{number}",
                "question": question.question,
                "options": question.options,
                "chosen": answers[number] if answers and not (right and not right[number]) else "",
                "wrong": bool(right) and not right[number],
            }
            for number, question in enumerate(asked)
        ],
    }


def sound_check(session: Session, study: Study, error: str = "") -> Context:
    return {
        "check": {
            "url": reverse("raters:beeps", args=[study.slug, session.sound_tries + 1]),
            "token": "",
            "options": list(BEEPS),
            "tries_left": SOUND_TRIES - session.sound_tries,
            "error": error,
        },
    }


def headphones(session: Session, study: Study, spec: StudySpec) -> Context:
    """The trial under way: its number, the address of its sound, and what to listen for."""
    attempt, number = trial_under_way(session) or (0, 0)
    token = trial_token(session)
    if spec.raters.headphone_check == "huggins":
        what = _(
            "You will hear three bursts of noise. One of them hides a faint tone, which can be heard over "
            "headphones only."
        )
        question = _("Which noise hides the tone?")
    else:
        what = _("You will hear three tones, one after the other.")
        question = _("Which tone is the quietest?")
    return {
        "check": {
            "kind": spec.raters.headphone_check,
            "url": reverse("raters:trial", args=[study.slug, token]),
            "token": token,
            "number": number + 1,
            "total": TRIALS,
            "again": attempt > 0 and number == 0,
            "options": list(range(1, INTERVALS + 1)),
            "what": what,
            "question": question,
            "along": _("%(n)s of %(total)s") % {"n": number + 1, "total": TRIALS},
        },
    }


def questionnaire(
    spec: StudySpec,
    *,
    posted: Mapping[str, str] | None = None,
    wrong: Mapping[str, str] | None = None,
) -> Context:
    """``posted`` is shown again where something is ``wrong``, by the question's id."""
    posted, wrong = posted or {}, wrong or {}
    items = spec.raters.questionnaire
    return {
        "errors": [_("Please look at the marked questions.")] if wrong else [],
        "at_the_end": spec.raters.questionnaire_at == "end",
        "all_optional": not any(item.required for item in items),
        "questions": [
            {
                "name": item.id,
                "label": item.label,
                "kind": item.kind,
                "options": item.options,
                "required": item.required,
                "value": posted.get(item.id, ""),
                "error": wrong.get(item.id, ""),
                "longest": LONGEST_TEXT,
            }
            for item in items
        ],
    }
