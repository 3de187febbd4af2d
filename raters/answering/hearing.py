"""A clip was played to its end: believed when the server's clock agrees."""

from __future__ import annotations

import json

from django.utils import timezone
from django.utils.translation import gettext

from raters.answering.answer_rows import lease_from_now
from raters.answering.criterion_passes import listening_since
from raters.answering.fields import letters
from raters.answering.ownership import reload_assignment, require_under_way
from raters.errors import AnswerRefused, NotHeard, NotYours
from raters.models import Assignment, Rater
from raters.policy import claims_the_whole, may_count_as_heard
from raters.sql import writes
from raters.sql.fetching import fetch
from studies.spec import StudySpec

TRIES = 20
Heard = dict[str, dict[str, int]]
"""Side letter, then clip number, to the milliseconds that were played."""


def mark_heard(
    *, assignment: Assignment, rater: Rater, spec: StudySpec, side: str, clip: int, played_ms: int, clips: int
) -> None:
    """A clip was played to its end, says the browser; the server's clock must agree.

    Raises:
        NotYours: not this rater's, or not under way.
        AnswerRefused: no such side or clip, or a time that is not one.
        NotHeard: all the clips heard so far take longer than the task has been open.
    """
    if side not in letters() or not 0 <= clip < clips:
        raise AnswerRefused(f"There is no clip {side!r} {clip}.", field="clip")
    duration = spec.audio.duration
    if not claims_the_whole(played_ms=played_ms, duration=duration):
        raise NotHeard(gettext("The clip was not played to its end."))
    for _ in range(TRIES):
        heard = add_heard_clip(assignment, rater, side, str(clip), played_ms, duration)
        before, after = json.dumps(assignment.heard), json.dumps(heard)
        if fetch(writes.MARK_HEARD, (after, lease_from_now(spec), assignment.pk, rater.pk, before)):
            return
        # Another clip was heard, in another request of the same page: what it wrote stays.
        assignment = reload_assignment(assignment)
        require_under_way(assignment, rater)
    raise NotYours(gettext("Another page of this study is still busy. Please close it and try again."))


def add_heard_clip(
    assignment: Assignment, rater: Rater, side: str, clip: str, played_ms: int, duration: float
) -> Heard:
    """What was heard with this clip among it; raises NotHeard when there was no time for it.

    Programs need not listen in real time, and a clip that was heard before may be heard again at any time.
    """
    heard: Heard = assignment.heard
    if not rater.simulated and clip not in heard.get(side, {}):
        since = listening_since(assignment)
        assert since is not None  # noqa: S101 - a constraint of the table
        before = [duration for clips in heard.values() for _ in clips]
        now = timezone.now()
        if not may_count_as_heard(duration=duration, shown_at=since, now=now, heard_before=before):
            raise NotHeard(gettext("That was quicker than the clip is long. Please play it to the end."))
    return {**heard, side: {**heard.get(side, {}), clip: played_ms}}
