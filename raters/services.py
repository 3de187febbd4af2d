"""Everything that writes people and answers. An answer is saved as it is given; submitting makes it count."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from raters.errors import AnswerRefused, NotHeard, NotYours
from raters.models import Assignment, Rater, Rating, Session
from raters.policy import RANDOM_BYTES, claims_the_whole, may_count_as_heard, pseudonym
from raters.questions import Field, fields_of, letters
from studies.models import Study
from studies.spec import StudySpec

SOUND_TRIES = 5
BEEPS = (2, 3, 4, 5)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the browser reports with a submission, in milliseconds and counts."""

    response_ms: int
    played_first_ms: int
    played_second_ms: int
    switches: int


def enter(*, study: Study, consent_version: str, simulated: bool) -> Session:
    """A person agreed to take part: only now do rows about them exist."""
    now = timezone.now()
    with transaction.atomic():
        rater = Rater.objects.create(
            study=study, pseudonym=pseudonym("R", secrets.token_bytes(RANDOM_BYTES)), simulated=simulated
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
    if session.sound_answer == beeps:
        session.sound_checked_at = timezone.now()
    else:
        session.sound_tries += 1
        session.sound_answer = secrets.choice([count for count in BEEPS if count != session.sound_answer])
    names = ("sound_checked_at", "sound_tries", "sound_answer")
    _keep(session, **{name: getattr(session, name) for name in names})
    return session.sound_checked_at is not None


def finish_session(*, session: Session) -> None:
    if session.finished_at is None:
        session.finished_at = timezone.now()
        _keep(session, finished_at=session.finished_at)


def _keep(session: Session, **values: object) -> None:
    """Not `save`: whoever withdraws in another tab has no row any more, and that is no error."""
    Session.objects.filter(pk=session.pk).update(**values)


def _under_way(assignment: Assignment, rater: Rater) -> None:
    if assignment.rater_id != rater.pk:
        raise NotYours("This task belongs to another session. Please continue with your own.")
    if assignment.state != Assignment.State.ASSIGNED:
        raise NotYours("This task is already finished. Please continue with the next one.")


def mark_heard(
    *, assignment: Assignment, rater: Rater, side: str, clip: int, played_ms: int, duration: float, clips: int
) -> None:
    """A clip was played to its end, says the browser; the server's clock must agree.

    Raises:
        NotYours: not this rater's, or not under way.
        AnswerRefused: no such side or clip, or a time that is not one.
        NotHeard: all the clips heard so far take longer than the task has been open.
    """
    if side not in letters() or not 0 <= clip < clips:
        raise AnswerRefused(f"There is no clip {side!r} {clip}.", field="clip")
    if not claims_the_whole(played_ms=played_ms, duration=duration):
        raise NotHeard("The clip was not played to its end.")
    with transaction.atomic():
        row = _locked(assignment, rater)
        heard: dict[str, dict[str, int]] = row.heard
        before = [duration for clips_heard in heard.values() for _ in clips_heard]
        known = str(clip) in heard.get(side, {})
        if not (known or rater.simulated or _plausible(row, duration, before)):
            raise NotHeard("That was quicker than the clip is long. Please play it to the end.")
        heard.setdefault(side, {})[str(clip)] = played_ms
        row.save(update_fields=["heard"])


def _plausible(row: Assignment, duration: float, before: list[float]) -> bool:
    assert row.assigned_at is not None  # noqa: S101 - a constraint of the table
    return may_count_as_heard(
        duration=duration, shown_at=row.assigned_at, now=timezone.now(), heard_before=before
    )


def _locked(assignment: Assignment, rater: Rater) -> Assignment:
    row = _present(assignment)
    _under_way(row, rater)
    return row


def _present(assignment: Assignment) -> Assignment:
    """The row, locked; gone when its rater has withdrawn in another tab."""
    row = Assignment.objects.select_for_update(of=("self",)).filter(pk=assignment.pk).first()
    if row is None:
        raise NotYours("This task is no longer there. Please open the study again.")
    return row


def save_answer(*, assignment: Assignment, rater: Rater, spec: StudySpec, name: str, value: str) -> None:
    """Save one answer as it is given. The last one counts.

    Raises:
        NotYours: not this rater's, or not under way.
        AnswerRefused: no such question, or a value that is not on its scale.
    """
    _under_way(assignment, rater)
    fields = {field.name: field for field in fields_of(assignment, spec)}
    if name not in fields:
        raise AnswerRefused(f"There is no question {name[:80]!r} here.", field=name[:80])
    number = fields[name].read(value)
    with transaction.atomic():
        _locked(assignment, rater)
        _write(assignment, fields[name], number)


def _write(assignment: Assignment, field: Field, number: int) -> None:
    row, _ = Rating.objects.get_or_create(assignment=assignment, criterion=field.criterion)
    setattr(row, field.column, number)
    if row.score_first is not None and row.score_second is not None:
        row.preference = row.score_second - row.score_first
    row.save()


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
    with transaction.atomic():
        row = _present(assignment)
        if row.rater_id == rater.pk and row.state == Assignment.State.SUBMITTED:
            return False
        _under_way(row, rater)
        _all_heard(row, spec, clips)
        _write_all(row, _read_all(row, spec, answers))
        _close(row, facts)
    return True


def _all_heard(row: Assignment, spec: StudySpec, clips: int) -> None:
    if spec.raters.listen != "whole":
        return
    for letter in letters():
        if len(row.heard.get(letter, {})) < clips:
            raise NotHeard(f"Please listen to {letter} to the end before you submit.")


def _read_all(row: Assignment, spec: StudySpec, answers: Mapping[str, str]) -> list[tuple[Field, int]]:
    read = []
    for field in fields_of(row, spec):
        if not answers.get(field.name):
            raise AnswerRefused(f"Please answer “{field.label}”.", field=field.name)
        read.append((field, field.read(answers[field.name])))
    return read


def _write_all(row: Assignment, read: list[tuple[Field, int]]) -> None:
    ratings: dict[str, Rating] = {}
    for field, number in read:
        rating = ratings.setdefault(field.criterion, Rating(assignment=row, criterion=field.criterion))
        setattr(rating, field.column, number)
    for rating in ratings.values():
        if rating.score_first is not None and rating.score_second is not None:
            rating.preference = rating.score_second - rating.score_first
        rating.answered_at = timezone.now()
    Rating.objects.bulk_create(
        ratings.values(),
        update_conflicts=True,
        unique_fields=["assignment", "criterion"],
        update_fields=["preference", "score_first", "score_second", "answered_at"],
    )


def _close(row: Assignment, facts: Facts) -> None:
    row.state = Assignment.State.SUBMITTED
    row.submitted_at = timezone.now()
    row.response_ms, row.switches = facts.response_ms, facts.switches
    row.played_first_ms, row.played_second_ms = facts.played_first_ms, facts.played_second_ms
    names = ["state", "submitted_at", "response_ms", "switches", "played_first_ms", "played_second_ms"]
    row.save(update_fields=names)
