"""One answer, saved as it is given."""

from __future__ import annotations

from django.utils.translation import gettext

from raters.answering.answer_rows import save_answers
from raters.answering.criterion_passes import criteria_asked
from raters.answering.fields import fields_of, kind_of
from raters.answering.ownership import reload_assignment, require_under_way
from raters.errors import AnswerRefused, NotYours
from raters.models import Assignment, Rater
from studies.spec import StudySpec


def save_answer(*, assignment: Assignment, rater: Rater, spec: StudySpec, name: str, value: str) -> None:
    """Save one answer. The last one given counts.

    Raises:
        NotYours: not this rater's, not under way, or the question of an earlier pass, shown by another tab.
        AnswerRefused: no such question, or a value that is not on its scale.
    """
    require_under_way(assignment, rater)
    fields = {field.name: field for field in fields_of(criteria_asked(assignment, spec), spec.rating_scale)}
    if name not in fields:
        if name in fields_of_earlier_passes(assignment, spec):
            raise NotYours(
                gettext("This question was answered already. Please go on with the one on your page.")
            )
        raise AnswerRefused(f"There is no question {name[:80]!r} here.", field=name[:80])
    number = fields[name].read(value)
    if not save_answers(assignment, rater, spec, [(fields[name], number)]):
        require_under_way(reload_assignment(assignment), rater)


def fields_of_earlier_passes(assignment: Assignment, spec: StudySpec) -> set[str]:
    """Names of the fields that were answered in finished passes."""
    done = {each["criterion"] for each in assignment.passes}
    criteria = [each for each in spec.criteria_for(kind_of(assignment)) if each.id in done]
    return {field.name for field in fields_of(criteria, spec.rating_scale)}
