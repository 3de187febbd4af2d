"""Everything that writes people and answers. An answer is saved as it is given; submitting makes it count."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from raters.answering.answer_rows import Read, close, keep, lease_from_now
from raters.answering.criterion_passes import (
    Facts,
    Place,
    asked,
    finished,
    in_passes,
    order_for_newcomer,
    place_of,
    shown_at,
    sum_of,
)
from raters.answering.fields import fields_of, kind_of, letters
from raters.errors import AnswerRefused, NotHeard, NotYours
from raters.models import Assignment, Rater, Session
from raters.policy import RANDOM_BYTES, claims_the_whole, may_count_as_heard, pseudonym
from raters.sql import statements
from raters.sql.fetching import fetch
from studies.models import Study
from studies.spec import StudySpec

SOUND_TRIES = 5
BEEPS = (2, 3, 4, 5)
TRIES = 20
Heard = dict[str, dict[str, int]]


def enter(*, study: Study, consent_version: str, simulated: bool) -> Session:
    """A person agreed to take part: only now do rows about them exist."""
    now = timezone.now()
    with transaction.atomic():
        rater = Rater.objects.create(
            study=study,
            pseudonym=pseudonym("R", secrets.token_bytes(RANDOM_BYTES)),
            simulated=simulated,
            criteria_order=order_for_newcomer(study),
        )
        return Session.objects.create(
            rater=rater,
            pseudonym=pseudonym("S", secrets.token_bytes(RANDOM_BYTES)),
            key=secrets.token_urlsafe(32),
            consent_version=consent_version,
            consented_at=now,
            sound_answer=secrets.choice(BEEPS),
        )


def answer_sound_check(*, session: Session, beeps: int) -> bool:
    """True: heard right. A wrong answer costs a try and makes a new code."""
    asked = Session.objects.filter(pk=session.pk, sound_tries=session.sound_tries, sound_checked_at=None)
    if session.sound_answer == beeps:
        session.sound_checked_at = timezone.now()
    else:
        session.sound_tries += 1
        session.sound_answer = secrets.choice([count for count in BEEPS if count != session.sound_answer])
    names = ("sound_checked_at", "sound_tries", "sound_answer")
    # Many answers at once to one code would be as many guesses: the first is judged, the others change nothing.
    asked.update(**{name: getattr(session, name) for name in names})
    return session.sound_checked_at is not None


def finish_session(*, session: Session, rated: bool = True) -> None:
    """The tasks are over. Whoever found nothing to rate is asked nothing about themselves."""
    if session.finished_at is None:
        now = timezone.now()
        note(session, finished_at=now, questionnaire_at=session.questionnaire_at if rated else now)


def note(session: Session, **values: object) -> None:
    """Write these fields. Not `save`: whoever withdraws in another tab has no row any more, and that is no error."""
    for name, value in values.items():
        setattr(session, name, value)
    Session.objects.filter(pk=session.pk).update(**values)


def _under_way(assignment: Assignment, rater: Rater) -> None:
    if assignment.rater_id != rater.pk:
        raise NotYours(gettext("This task belongs to another session. Please continue with your own."))
    if assignment.state != Assignment.State.ASSIGNED:
        raise NotYours(gettext("This task is already finished. Please continue with the next one."))


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
        heard = _with(assignment, rater, side, str(clip), played_ms, duration)
        values = (
            json.dumps(heard),
            lease_from_now(spec),
            assignment.pk,
            rater.pk,
            json.dumps(assignment.heard),
        )
        if fetch(statements.HEAR, values):
            return
        # Another clip was heard, in another request of the same page: what it wrote stays.
        assignment = _as_now(assignment)
        _under_way(assignment, rater)
    raise NotYours(gettext("Another page of this study is still busy. Please close it and try again."))


def _with(row: Assignment, rater: Rater, side: str, clip: str, played_ms: int, duration: float) -> Heard:
    heard: Heard = row.heard
    before = [duration for clips_heard in heard.values() for _ in clips_heard]
    known = clip in heard.get(side, {})
    if not (known or rater.simulated or _plausible(row, duration, before)):
        raise NotHeard(gettext("That was quicker than the clip is long. Please play it to the end."))
    return {**heard, side: {**heard.get(side, {}), clip: played_ms}}


def _plausible(row: Assignment, duration: float, before: list[float]) -> bool:
    since = shown_at(row)
    assert since is not None  # noqa: S101 - a constraint of the table
    return may_count_as_heard(duration=duration, shown_at=since, now=timezone.now(), heard_before=before)


def _as_now(assignment: Assignment) -> Assignment:
    """Read again; raises NotYours when there is no such row any more."""
    row = Assignment.objects.filter(pk=assignment.pk).first()
    if row is None:
        # Withdrawn in another tab.
        raise NotYours(gettext("This task is no longer there. Please open the study again."))
    return row


def save_answer(*, assignment: Assignment, rater: Rater, spec: StudySpec, name: str, value: str) -> None:
    """Save one answer as it is given. The last one counts.

    Raises:
        NotYours: not this rater's, or not under way.
        AnswerRefused: no such question, or a value that is not on its scale.
    """
    _under_way(assignment, rater)
    fields = {field.name: field for field in fields_of(asked(assignment, spec), spec.rating_scale)}
    if name not in fields:
        if name in _answered_before(assignment, spec):
            raise NotYours(
                gettext("This question was answered already. Please go on with the one on your page.")
            )
        raise AnswerRefused(f"There is no question {name[:80]!r} here.", field=name[:80])
    number = fields[name].read(value)
    if not keep(assignment, rater, spec, [(fields[name], number)]):
        _under_way(_as_now(assignment), rater)


def _answered_before(assignment: Assignment, spec: StudySpec) -> set[str]:
    """The fields of earlier passes: a page that shows them still is another tab's."""
    done = {each["criterion"] for each in assignment.passes}
    criteria = [each for each in spec.criteria_for(kind_of(assignment)) if each.id in done]
    return {field.name for field in fields_of(criteria, spec.rating_scale)}


def submit(
    *,
    assignment: Assignment,
    rater: Rater,
    spec: StudySpec,
    answers: Mapping[str, str],
    facts: Facts,
    clips: int,
) -> bool:
    """All answers of one assignment, at once. Submitting twice is submitting once (False the second time).

    Raises:
        NotYours: another rater's, or lost to somebody else after the lease ran out.
        NotHeard: a clip was not played to the end.
        AnswerRefused: an answer is missing or not on its scale; nothing is written.
    """
    if assignment.rater_id == rater.pk and assignment.state == Assignment.State.SUBMITTED:
        return False
    _under_way(assignment, rater)
    place = place_of(assignment, spec)
    if in_passes(spec) and _posted_pass(answers, place) < place.number:
        return False
    # Nothing read before the lock can have become wrong: what was heard only ever grows.
    _all_heard(assignment, spec, clips)
    read = _read_all(assignment, spec, answers)
    if in_passes(spec):
        written = _end_pass(assignment, rater, spec, read, facts)
    else:
        written = close(assignment, rater, facts, read)
    if not written:
        _why_not(assignment, rater)
    return written


def _why_not(assignment: Assignment, rater: Rater) -> None:
    """Raises NotYours, unless another request has handed in the same meanwhile: that is submitting twice."""
    row = _as_now(assignment)
    if row.state != Assignment.State.SUBMITTED and len(row.passes) == len(assignment.passes):
        _under_way(row, rater)


def _end_pass(assignment: Assignment, rater: Rater, spec: StudySpec, read: Read, facts: Facts) -> bool:
    """End the pass, and with the last one the assignment. False: another tab was quicker, or the pair is gone."""
    with transaction.atomic():
        so_far = _finish_pass(assignment, rater, read[0][0].criterion, facts)
        if so_far is None:
            return False
        if place_of(assignment, spec).is_last:
            return close(assignment, rater, so_far, read)
        return keep(assignment, rater, spec, read)


def _posted_pass(answers: Mapping[str, str], place: Place) -> int:
    """Which pass the answers are for: a page that was sent twice says so.

    Raises:
        AnswerRefused: not a pass that was ever shown.
    """
    text = answers.get("pass", "")
    if text not in {str(number) for number in range(1, place.number + 1)}:
        raise AnswerRefused(f"There is no pass {text[:20]!r} here.", field="pass")
    return int(text)


def _finish_pass(assignment: Assignment, rater: Rater, criterion: str, facts: Facts) -> Facts | None:
    """Keep what this pass was like; in the next one nothing was heard yet. The facts of all passes so far.

    None: it is not under way any more, or another tab has finished this pass.
    """
    rows = Assignment.objects.select_for_update().filter(
        pk=assignment.pk, rater=rater, state=Assignment.State.ASSIGNED
    )
    row = rows.first()
    if row is None or len(row.passes) != len(assignment.passes):
        return None
    row.passes = finished(row, criterion, facts)
    row.heard = {}
    row.save(update_fields=["passes", "heard"])
    return sum_of(row.passes)


def _all_heard(row: Assignment, spec: StudySpec, clips: int) -> None:
    if spec.raters.listen != "whole":
        return
    for letter in letters():
        if len(row.heard.get(letter, {})) < clips:
            raise NotHeard(
                gettext("Please listen to %(clip)s to the end before you submit.") % {"clip": letter}
            )


def _read_all(row: Assignment, spec: StudySpec, answers: Mapping[str, str]) -> Read:
    read = []
    for field in fields_of(asked(row, spec), spec.rating_scale):
        if not answers.get(field.name):
            raise AnswerRefused(
                gettext("Please answer “%(question)s”.") % {"question": field.label}, field=field.name
            )
        read.append((field, field.read(answers[field.name])))
    return read
