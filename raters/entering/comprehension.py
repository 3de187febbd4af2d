"""The questions about the instructions. After two tries with a wrong answer the session is screened out."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from raters.models import Session
from studies.spec import StudySpec

COMPREHENSION_TRIES = 2


def answer_comprehension(*, session: Session, spec: StudySpec, answers: Sequence[str]) -> list[bool] | None:
    """Which of the answers are right; a wrong one costs a try.

    None: another tab was judged meanwhile. Several answers sent at once would be several tries.
    """
    right = [
        given == question.answer for given, question in zip(answers, spec.raters.comprehension, strict=True)
    ]
    tries = session.comprehension_tries
    unanswered = Session.objects.filter(pk=session.pk, comprehension_tries=tries, comprehended_at=None)
    if all(right):
        session.comprehended_at = timezone.now()
    else:
        session.comprehension_tries = tries + 1
    judged = unanswered.update(
        comprehended_at=session.comprehended_at, comprehension_tries=session.comprehension_tries
    )
    return right if judged else None
