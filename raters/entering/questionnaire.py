"""What raters say about themselves: read from the form, checked, and stored apart from their ratings."""

from __future__ import annotations

import math
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from raters.entering.sessions import update_session
from raters.errors import AnswerRefused
from raters.models import QuestionnaireAnswer, Rater, Session
from studies.spec import StudySpec
from studies.spec.stations import QuestionnaireItem

LONGEST_TEXT = 2000


def read_questionnaire(spec: StudySpec, posted: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The answers that were given, and what is wrong, both by the question's id."""
    given: dict[str, str] = {}
    wrong: dict[str, str] = {}
    for item in spec.raters.questionnaire:
        # PostgreSQL's texts cannot hold a NUL, and nobody types one.
        text = posted.get(item.id, "").replace("\0", "").strip()
        try:
            given[item.id] = read_answer(item, text)
        except AnswerRefused as refused:
            wrong[item.id] = str(refused)
    return {key: value for key, value in given.items() if value}, wrong


def read_answer(item: QuestionnaireItem, text: str) -> str:
    """The answer as it is stored, empty where the question was left out.

    Raises:
        AnswerRefused: missing where it is required, too long, or not one of the answers allowed.
    """
    if not text:
        if item.required:
            raise AnswerRefused(_("Please answer this question."), field=item.id)
        return ""
    if item.kind == "choice" and text not in item.options:
        raise AnswerRefused(_("Please choose one of the answers."), field=item.id)
    if item.kind == "number":
        return read_number(item, text)
    if len(text) > LONGEST_TEXT:
        raise AnswerRefused(_("Please keep it to %(n)s characters.") % {"n": LONGEST_TEXT}, field=item.id)
    return text


def read_number(item: QuestionnaireItem, text: str) -> str:
    """A number within the question's bounds, with a decimal point or comma; raises AnswerRefused."""
    low = -math.inf if item.minimum is None else item.minimum
    high = math.inf if item.maximum is None else item.maximum
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        number = math.nan
    if not (math.isfinite(number) and low <= number <= high):
        raise AnswerRefused(describe_bounds(item), field=item.id)
    return f"{number:.12g}"


def describe_bounds(item: QuestionnaireItem) -> str:
    """Which numbers are allowed, for a rater."""
    low, high = item.minimum, item.maximum
    if low is not None and high is not None:
        return _("Please give a number from %(low)s to %(high)s.") % {"low": f"{low:g}", "high": f"{high:g}"}
    if low is not None:
        return _("Please give a number of %(low)s or more.") % {"low": f"{low:g}"}
    if high is not None:
        return _("Please give a number of %(high)s or less.") % {"high": f"{high:g}"}
    return _("Please give a number.")


def save_questionnaire(*, session: Session, spec: StudySpec, answers: Mapping[str, str]) -> None:
    """Store what was answered; the question that makes groups also says which group the rater is of."""
    group = next((answers.get(item.id, "") for item in spec.raters.questionnaire if item.group), "")
    with transaction.atomic():
        rater = Rater.objects.select_for_update().filter(pk=session.rater_id).first()
        if rater is None:
            # Withdrawn in another tab.
            return
        QuestionnaireAnswer.objects.filter(rater=rater).delete()
        QuestionnaireAnswer.objects.bulk_create(
            QuestionnaireAnswer(rater=rater, question=key, answer=answer) for key, answer in answers.items()
        )
        rater.group = group
        rater.save(update_fields=["group"])
        update_session(session, questionnaire_at=timezone.now())
