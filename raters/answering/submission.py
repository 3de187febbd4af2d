"""All answers of a task at once: from here on they count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from raters.answering.answer_rows import AnsweredFields, save_answers, save_submission
from raters.answering.criterion_passes import Pass, criteria_asked, current_pass, is_in_passes
from raters.answering.fields import fields_of, letters
from raters.answering.listening_report import ListeningReport, sum_reports
from raters.answering.ownership import reload_assignment, require_under_way
from raters.errors import AnswerRefused, NotHeard
from raters.models import Assignment, Rater
from studies.spec import StudySpec


def submit(
    *,
    assignment: Assignment,
    rater: Rater,
    spec: StudySpec,
    answers: Mapping[str, str],
    report: ListeningReport,
    clips: int,
) -> bool:
    """All answers of one assignment. Submitting twice is submitting once (False the second time).

    Raises:
        NotYours: another rater's, or lost to somebody else after the lease ran out.
        NotHeard: a clip was not played to the end.
        AnswerRefused: an answer is missing or not on its scale; nothing is written.
    """
    if assignment.rater_id == rater.pk and assignment.state == Assignment.State.SUBMITTED:
        return False
    require_under_way(assignment, rater)
    under_way = current_pass(assignment, spec)
    if is_in_passes(spec) and read_posted_pass(answers, under_way) < under_way.number:
        return False
    # Nothing read before the row is locked can have become wrong: what was heard only ever grows.
    if spec.raters.listen == "whole":
        require_all_heard(assignment, clips)
    answered = read_answers(assignment, spec, answers)
    if is_in_passes(spec):
        saved = submit_pass(assignment, rater, spec, answered, report)
    else:
        saved = save_submission(assignment, rater, report, answered)
    if not saved:
        row = reload_assignment(assignment)
        submitted_meanwhile = row.state == Assignment.State.SUBMITTED
        if not submitted_meanwhile and len(row.passes) == len(assignment.passes):
            require_under_way(row, rater)
    return saved


def read_posted_pass(answers: Mapping[str, str], under_way: Pass) -> int:
    """Which pass the answers are for: a page that was sent twice says so.

    Raises:
        AnswerRefused: not a pass that was ever shown.
    """
    text = answers.get("pass", "")
    if text not in {str(number) for number in range(1, under_way.number + 1)}:
        raise AnswerRefused(f"There is no pass {text[:20]!r} here.", field="pass")
    return int(text)


def require_all_heard(assignment: Assignment, clips: int) -> None:
    """Raises NotHeard: of a side, fewer than ``clips`` clips were heard to the end."""
    for letter in letters():
        if len(assignment.heard.get(letter, {})) < clips:
            raise NotHeard(
                gettext("Please listen to %(clip)s to the end before you submit.") % {"clip": letter}
            )


def read_answers(assignment: Assignment, spec: StudySpec, answers: Mapping[str, str]) -> AnsweredFields:
    """Every answer that is asked for now; raises AnswerRefused when one is missing or not on its scale."""
    answered = []
    for field in fields_of(criteria_asked(assignment, spec), spec.rating_scale):
        if not answers.get(field.name):
            raise AnswerRefused(
                gettext("Please answer “%(question)s”.") % {"question": field.label}, field=field.name
            )
        answered.append((field, field.read(answers[field.name])))
    return answered


def submit_pass(
    assignment: Assignment, rater: Rater, spec: StudySpec, answered: AnsweredFields, report: ListeningReport
) -> bool:
    """End the pass, and with the last one the assignment; in the next pass nothing was heard yet.

    False: another tab was quicker, or the pair is no longer the rater's.
    """
    with transaction.atomic():
        rows = Assignment.objects.select_for_update().filter(
            pk=assignment.pk, rater=rater, state=Assignment.State.ASSIGNED
        )
        row = rows.first()
        if row is None or len(row.passes) != len(assignment.passes):
            return False
        finished = {"criterion": answered[0][0].criterion, "at": timezone.now().isoformat()}
        row.passes = [*row.passes, finished | {"heard": row.heard, **asdict(report)}]
        row.heard = {}
        row.save(update_fields=["passes", "heard"])
        if current_pass(assignment, spec).is_last:
            return save_submission(assignment, rater, sum_reports(row.passes), answered)
        return save_answers(assignment, rater, spec, answered)
