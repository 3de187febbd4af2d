"""The sound check: how many beeps were heard. A wrong number costs a try and makes a new code."""

from __future__ import annotations

import secrets

from django.utils import timezone

from raters.models import Session

SOUND_TRIES = 5
BEEPS = (2, 3, 4, 5)


def answer_sound_check(*, session: Session, beeps: int) -> bool:
    """True: heard right."""
    unanswered = Session.objects.filter(pk=session.pk, sound_tries=session.sound_tries, sound_checked_at=None)
    if session.sound_answer == beeps:
        session.sound_checked_at = timezone.now()
    else:
        session.sound_tries += 1
        session.sound_answer = secrets.choice([count for count in BEEPS if count != session.sound_answer])
    # Many answers at once to one code would be as many guesses: the first is judged, the others change nothing.
    unanswered.update(
        sound_checked_at=session.sound_checked_at,
        sound_tries=session.sound_tries,
        sound_answer=session.sound_answer,
    )
    return session.sound_checked_at is not None
