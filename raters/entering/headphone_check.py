"""The headphone check: three-interval forced-choice trials in attempts, each trial with a sound of its own."""

from __future__ import annotations

import secrets
from typing import Literal

from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from raters.entering.sessions import update_session
from raters.errors import AnswerRefused
from raters.models import Session
from raters.policy import INTERVALS, PUBLISHED, draw_intervals, is_passed
from raters.policy.headphones import Check
from raters.stimuli.headphones import antiphase, huggins
from studies.spec import StudySpec

Trial = tuple[int, int | None]
"""The interval that is right, and the one that was chosen, both from 0."""


def trial_under_way(session: Session) -> tuple[int, int] | None:
    """(attempt, trial), both from 0; None before the first attempt was drawn and after the last answer."""
    for number, trial in enumerate(session.headphone_trials[-1] if session.headphone_trials else ()):
        if trial[1] is None:
            return len(session.headphone_trials) - 1, number
    return None


def begin_headphone_check(*, session: Session) -> None:
    """Draw the first attempt; nothing happens when there is one already."""
    if not session.headphone_trials:
        update_session(session, headphone_trials=[draw_trials()])


def draw_trials() -> list[Trial]:
    """The trials of one attempt, none of them answered."""
    return [(interval, None) for interval in draw_intervals(secrets.SystemRandom())]


def answer_trial(*, session: Session, spec: StudySpec, interval: int) -> Literal["next", "again", "over"]:
    """Answer the trial under way with an interval from 0. ``again``: the attempt failed and there is another one.

    Raises:
        AnswerRefused: no such interval, or no trial under way.
    """
    under_way = trial_under_way(session)
    if under_way is None or not 0 <= interval < INTERVALS:
        raise AnswerRefused(_("Please choose one of the three."), field="answer")
    attempt, number = under_way
    attempts = [list(map(tuple, trials)) for trials in session.headphone_trials]
    attempts[attempt][number] = (attempts[attempt][number][0], interval)
    if number + 1 < len(attempts[attempt]):
        update_session(session, headphone_trials=attempts)
        return "next"
    published = PUBLISHED[check_of(spec)]
    passed = is_passed(attempts[attempt], needed=spec.raters.headphone_pass or published.needed)
    if not passed and len(attempts) < published.attempts:
        update_session(session, headphone_trials=[*attempts, draw_trials()])
        return "again"
    now = timezone.now()
    update_session(session, headphone_trials=attempts, headphone_passed=passed, headphone_checked_at=now)
    return "over"


def skip_headphone_check(*, session: Session, spec: StudySpec) -> None:
    """The sounds could not be played. Unavailable is not failed: no result is stored.

    Where failing ends the session, a rater who has answered a trial has heard it: the check goes on.
    """
    answered = any(chosen is not None for trials in session.headphone_trials for _right, chosen in trials)
    if answered and spec.raters.headphone_failure == "screen_out":
        return
    update_session(session, headphone_checked_at=timezone.now())


def trial_token(session: Session) -> str:
    """The address of the sound under way: 32 hexadecimal digits that say nothing, new for every trial."""
    return trial_digest(session)[:32]


def trial_sound(session: Session, spec: StudySpec) -> bytes:
    """The WAV of the trial under way; loaded again it is the same."""
    under_way = trial_under_way(session)
    assert under_way is not None  # noqa: S101 - asked for by the address of a trial
    attempt, number = under_way
    right, seed = session.headphone_trials[attempt][number][0], int(trial_digest(session)[32:], 16)
    if check_of(spec) == "huggins":
        return huggins(right, seed=seed)
    return antiphase(right, opposite=(right + 1 + seed % 2) % INTERVALS)


def trial_digest(session: Session) -> str:
    """64 hexadecimal digits of the trial under way: half is its address, half the seed of its sound."""
    trial = f"{session.key}/{trial_under_way(session)}"
    return salted_hmac("raters.headphones", trial, algorithm="sha256").hexdigest()


def check_of(spec: StudySpec) -> Check:
    """Which check the study asks for; only called where it asks for one."""
    check = spec.raters.headphone_check
    assert check is not None  # noqa: S101 - only reached where the study asks for one
    return check
