"""What the templates of the way in and out are given. No right answer is ever among it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from raters.entering import entry_checks
from raters.models import Session
from raters.policy import TRIALS
from raters.web.contexts import paragraphs_of, study_context
from studies.models import Study
from studies.spec import StudySpec
from studies.spec.stations import QuestionnaireItem

Context = dict[str, Any]


def information(study: Study, spec: StudySpec) -> Context:
    return {"study": study_context(study), "instructions": paragraphs_of(spec.raters.information or "")}


def comprehension(
    session: Session,
    study: Study,
    spec: StudySpec,
    *,
    answers: Sequence[str] = (),
    right: Sequence[bool] = (),
    error: str = "",
) -> Context:
    """``answers``: what was chosen already; ``right``: which of them are right, the others are to be chosen anew."""
    asked = spec.raters.comprehension
    return information(study, spec) | {
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


def headphones(session: Session, study: Study, spec: StudySpec) -> Context:
    """The trial under way: its number, the address of its sound, and what to listen for."""
    attempt, number = entry_checks.trial_under_way(session) or (0, 0)
    token = entry_checks.trial_token(session)
    what, question = _words_of(spec)
    return {
        "study": study_context(study),
        "check": {
            "kind": spec.raters.headphone_check,
            "url": reverse("raters:trial", args=[study.slug, token]),
            "token": token,
            "number": number + 1,
            "total": TRIALS,
            "again": attempt > 0 and number == 0,
            "options": [1, 2, 3],
            "what": what,
            "question": question,
            "along": _("%(n)s of %(total)s") % {"n": number + 1, "total": TRIALS},
        },
    }


def _words_of(spec: StudySpec) -> tuple[str, str]:
    if spec.raters.headphone_check == "huggins":
        return (
            _(
                "You will hear three bursts of noise. One of them hides a faint tone, which can be heard over "
                "headphones only."
            ),
            _("Which noise hides the tone?"),
        )
    return _("You will hear three tones, one after the other."), _("Which tone is the quietest?")


def questionnaire(
    study: Study,
    spec: StudySpec,
    *,
    posted: Mapping[str, str] | None = None,
    wrong: Mapping[str, str] | None = None,
) -> Context:
    """``posted`` is shown again where something is ``wrong``, by the question's id."""
    posted, wrong = posted or {}, wrong or {}
    items = spec.raters.questionnaire
    return {
        "study": study_context(study),
        "errors": [_("Please look at the marked questions.")] if wrong else [],
        "at_the_end": spec.raters.questionnaire_at == "end",
        "all_optional": not any(item.required for item in items),
        "questions": [_item(item, posted.get(item.id, ""), wrong.get(item.id, "")) for item in items],
    }


def _item(item: QuestionnaireItem, value: str, error: str) -> Context:
    return {
        "name": item.id,
        "label": item.label,
        "kind": item.kind,
        "options": item.options,
        "required": item.required,
        "value": value,
        "error": error,
        "longest": entry_checks.LONGEST_TEXT,
    }
