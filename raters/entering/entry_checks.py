"""What a rater does before and after the tasks: read, understand, wear headphones, tell about themselves.

Each block is turned on by the study file. Everything is written on the session, but for the questionnaire's answers.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from raters.answering.services import note
from raters.errors import AnswerRefused
from raters.models import QuestionnaireAnswer, Rater, Session
from raters.policy import PUBLISHED, draw_places, is_passed
from raters.stimuli.headphones import PLACES, antiphase, huggins
from studies.spec import StudySpec
from studies.spec.stations import QuestionnaireItem

COMPREHENSION_TRIES = 2
LONGEST_TEXT = 2000
Trial = tuple[int, int | None]


def inform(*, session: Session) -> None:
    """The instructions were read, says the rater."""
    note(session, informed_at=timezone.now())


def answer_comprehension(*, session: Session, spec: StudySpec, answers: Sequence[str]) -> list[bool] | None:
    """Which of the answers are right; one that is not costs a try. After two tries the session is screened out.

    None: another tab was judged meanwhile. Many at once would be as many tries.
    """
    right = [
        given == question.answer for given, question in zip(answers, spec.raters.comprehension, strict=True)
    ]
    tries = session.comprehension_tries
    found: dict[str, Any] = {"comprehension_tries": tries + 1}
    if all(right):
        found = {"comprehended_at": timezone.now()}
    untouched = Session.objects.filter(pk=session.pk, comprehension_tries=tries, comprehended_at=None)
    if not untouched.update(**found):
        return None
    for name, value in found.items():
        setattr(session, name, value)
    return right


# Headphones ---------------------------------------------------------------------------------------------------


def trial_under_way(session: Session) -> tuple[int, int] | None:
    """(attempt, trial), both from 0; None before the first attempt was drawn and after the last answer."""
    for number, trial in enumerate(session.headphone_trials[-1] if session.headphone_trials else ()):
        if trial[1] is None:
            return len(session.headphone_trials) - 1, number
    return None


def begin_headphone_check(*, session: Session) -> None:
    """Draw the first attempt; nothing happens when there is one already."""
    if not session.headphone_trials:
        note(session, headphone_trials=[_fresh_trials()])


def _fresh_trials() -> list[Trial]:
    return [(place, None) for place in draw_places(secrets.SystemRandom())]


def answer_trial(*, session: Session, spec: StudySpec, place: int) -> Literal["next", "again", "over"]:
    """Answer the trial under way. ``again``: the attempt failed and there is another one.

    Raises:
        AnswerRefused: no such place, or no trial under way.
    """
    under_way = trial_under_way(session)
    if under_way is None or not 0 <= place < PLACES:
        raise AnswerRefused(_("Please choose one of the three."), field="answer")
    attempt, number = under_way
    attempts = [list(map(tuple, trials)) for trials in session.headphone_trials]
    attempts[attempt][number] = (attempts[attempt][number][0], place)
    if number + 1 < len(attempts[attempt]):
        note(session, headphone_trials=attempts)
        return "next"
    passed = is_passed(attempts[attempt], needed=_needed(spec))
    if not passed and len(attempts) < PUBLISHED[_check_of(spec)].attempts:
        note(session, headphone_trials=[*attempts, _fresh_trials()])
        return "again"
    note(session, headphone_trials=attempts, headphone_passed=passed, headphone_checked_at=timezone.now())
    return "over"


def skip_headphone_check(*, session: Session, spec: StudySpec) -> None:
    """The sounds could not be played. Unavailable is not failed: no result is stored.

    Where failing ends the visit, whoever has answered a trial has heard: the check goes on.
    """
    answered = any(given is not None for trials in session.headphone_trials for _place, given in trials)
    if answered and spec.raters.headphone_failure == "screen_out":
        return
    note(session, headphone_checked_at=timezone.now())


def _check_of(spec: StudySpec) -> Literal["huggins", "antiphase"]:
    check = spec.raters.headphone_check
    assert check is not None  # noqa: S101 - only reached where the study asks for one
    return check


def _needed(spec: StudySpec) -> int:
    return spec.raters.headphone_pass or PUBLISHED[_check_of(spec)].needed


def trial_token(session: Session) -> str:
    """The address of the sound under way: 32 hexadecimal digits that say nothing, new for every trial."""
    return _digest(session)[:32]


def trial_sound(session: Session, spec: StudySpec) -> bytes:
    """The WAV of the trial under way; loaded again it is the same."""
    under_way = trial_under_way(session)
    assert under_way is not None  # noqa: S101 - asked for by the address of a trial
    attempt, number = under_way
    place, chance = session.headphone_trials[attempt][number][0], int(_digest(session)[32:], 16)
    if _check_of(spec) == "huggins":
        return huggins(place, seed=chance)
    return antiphase(place, opposite=(place + 1 + chance % 2) % PLACES)


def _digest(session: Session) -> str:
    return salted_hmac(
        "raters.headphones", f"{session.key}/{trial_under_way(session)}", algorithm="sha256"
    ).hexdigest()


# Questionnaire ------------------------------------------------------------------------------------------------


def read_questionnaire(spec: StudySpec, posted: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The answers that were given, and what is wrong, both by the question's id."""
    given: dict[str, str] = {}
    wrong: dict[str, str] = {}
    for item in spec.raters.questionnaire:
        # PostgreSQL's texts cannot hold a NUL, and nobody types one.
        text = posted.get(item.id, "").replace("\0", "").strip()
        try:
            given[item.id] = _read(item, text)
        except AnswerRefused as refused:
            wrong[item.id] = str(refused)
    return {key: value for key, value in given.items() if value}, wrong


def _read(item: QuestionnaireItem, text: str) -> str:
    if not text:
        if item.required:
            raise AnswerRefused(_("Please answer this question."), field=item.id)
        return ""
    if item.kind == "choice" and text not in item.options:
        raise AnswerRefused(_("Please choose one of the answers."), field=item.id)
    if item.kind == "number":
        return _read_number(item, text)
    if len(text) > LONGEST_TEXT:
        raise AnswerRefused(_("Please keep it to %(n)s characters.") % {"n": LONGEST_TEXT}, field=item.id)
    return text


def _read_number(item: QuestionnaireItem, text: str) -> str:
    low = -math.inf if item.minimum is None else item.minimum
    high = math.inf if item.maximum is None else item.maximum
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        number = math.nan
    if not (math.isfinite(number) and low <= number <= high):
        raise AnswerRefused(_bounds(item), field=item.id)
    return f"{number:.12g}"


def _bounds(item: QuestionnaireItem) -> str:
    low, high = item.minimum, item.maximum
    if low is not None and high is not None:
        return _("Please give a number from %(low)s to %(high)s.") % {"low": f"{low:g}", "high": f"{high:g}"}
    if low is not None:
        return _("Please give a number of %(low)s or more.") % {"low": f"{low:g}"}
    if high is not None:
        return _("Please give a number of %(high)s or less.") % {"high": f"{high:g}"}
    return _("Please give a number.")


def answer_questionnaire(*, session: Session, spec: StudySpec, answers: Mapping[str, str]) -> None:
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
        note(session, questionnaire_at=timezone.now())
