"""How a session ended, and the way out: the code and the address that the crowd platform waits for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from django.db.models import Q

from raters.entering.comprehension import COMPREHENSION_TRIES
from raters.entering.sound_check import SOUND_TRIES
from raters.models import Session
from studies.models import Study
from studies.spec import StudySpec
from studies.spec.protocol import Prolific

Station = Literal["comprehension", "sound-check", "headphones"]
COMPLETE = "https://app.prolific.com/submissions/complete?cc="


class Ending(StrEnum):
    """Named as the study file names the codes."""

    COMPLETION = "completion"
    SCREENED_OUT = "screened_out"
    QUOTA_FULL = "quota_full"


@dataclass(frozen=True, slots=True)
class WayOut:
    code: str
    url: str


def why_screened_out(session: Session, spec: StudySpec) -> Station | None:
    """The station at which the session ended before its tasks; None where it goes on."""
    if session.comprehended_at is None and session.comprehension_tries >= COMPREHENSION_TRIES:
        return "comprehension"
    if session.sound_checked_at is None and session.sound_tries >= SOUND_TRIES:
        return "sound-check"
    failed = session.headphone_passed is False and spec.raters.headphone_failure == "screen_out"
    return "headphones" if failed else None


def screened_out_query(spec: StudySpec) -> Q:
    """The sessions of which `why_screened_out` says something."""
    out = Q(comprehended_at=None, comprehension_tries__gte=COMPREHENSION_TRIES)
    out |= Q(sound_checked_at=None, sound_tries__gte=SOUND_TRIES)
    if spec.raters.headphone_failure == "screen_out":
        out |= Q(headphone_passed=False)
    return out


def ending_of(session: Session, spec: StudySpec, *, state: str, done: int) -> Ending | None:
    """None while the rater is on the way. A study that is closed meanwhile ends the session as far as it came."""
    if why_screened_out(session, spec):
        return Ending.SCREENED_OUT
    if session.finished_at is None and state != Study.State.CLOSED:
        return None
    return Ending.COMPLETION if done else Ending.QUOTA_FULL


def way_out(ending: Ending | None, spec: StudySpec) -> WayOut | None:
    """None where nobody waits for a code."""
    if ending is None or not isinstance(spec.recruitment, Prolific):
        return None
    code: str = getattr(spec.recruitment, ending)
    return WayOut(code, COMPLETE + code)
