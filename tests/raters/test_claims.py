"""Who gets which comparison next."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from raters.answering.listening_report import ListeningReport
from raters.answering.submission import submit
from raters.assigning.claims import current_or_next, release_expired
from raters.models import Assignment, Session
from studies.models import Study
from studies.selectors import spec_of
from tests.cast import a_session, hear_everything, open_study, study_text

pytestmark = pytest.mark.django_db
FACTS = ListeningReport(response_ms=5000, played_first_ms=1000, played_second_ms=1000, switches=1)


def rate_one(session: Session, study: Study) -> Assignment | None:
    assignment = current_or_next(session=session, spec=spec_of(study))
    if assignment is not None:
        hear_everything(assignment)
        answers = {"acoustic_quality": "1", "musicality": "-1"}
        submit(
            assignment=assignment,
            rater=session.rater,
            spec=spec_of(study),
            answers=answers,
            report=FACTS,
            clips=1,
        )
    return assignment


def rate_all(study: Study, raters: int) -> list[list[Assignment]]:
    given = []
    for _ in range(raters):
        session, mine = a_session(study), []
        while assignment := rate_one(session, study):
            mine.append(assignment)
        given.append(mine)
    return given


def test_a_rater_holds_one_assignment_until_it_is_submitted() -> None:
    study = open_study()
    session = a_session(study)
    first = current_or_next(session=session, spec=spec_of(study))
    assert first == current_or_next(session=session, spec=spec_of(study))


def test_the_database_refuses_a_second_assignment_under_way() -> None:
    study = open_study()
    session = a_session(study)
    held = current_or_next(session=session, spec=spec_of(study))
    assert held is not None
    other = Assignment.objects.exclude(comparison=held.comparison).filter(state="waiting")[0]
    other.state, other.rater, other.key = "assigned", session.rater, "x"
    with pytest.raises(IntegrityError), transaction.atomic():
        other.save()


def test_a_rater_never_gets_a_comparison_twice() -> None:
    study = open_study(study_text(prompts=4, ratings=3))
    for mine in rate_all(study, raters=2):
        assert len(mine) == len({row.comparison_id for row in mine}) == 4


def test_the_target_is_met_and_never_exceeded() -> None:
    study = open_study(study_text(prompts=4, ratings=3))
    rate_all(study, raters=5)
    counts = Counter(study.assignments.filter(state="submitted").values_list("comparison", flat=True))
    assert set(counts.values()) == {3}


def test_a_session_ends_at_its_number_of_tasks() -> None:
    study = open_study(study_text(prompts=4, tasks=2))
    assert len(rate_all(study, raters=1)[0]) == 2


def test_the_least_rated_comparisons_come_first() -> None:
    study = open_study(study_text(prompts=4, ratings=2, tasks=2))
    first, second = rate_all(study, raters=2)
    assert {row.comparison_id for row in first}.isdisjoint(row.comparison_id for row in second)


def test_sides_are_balanced_within_every_comparison() -> None:
    study = open_study(study_text(prompts=4, ratings=4))
    rate_all(study, raters=4)
    for comparison in study.comparisons.all():
        swapped = comparison.assignments.filter(state="submitted", swapped=True).count()
        assert swapped == 2


def test_sides_are_balanced_within_every_rater() -> None:
    study = open_study(study_text(prompts=8, ratings=2, tasks=6))
    for mine in rate_all(study, raters=2):
        assert abs(2 * sum(row.swapped for row in mine) - len(mine)) <= 2


def test_a_lease_that_ran_out_is_given_to_somebody_else_when_it_is_needed() -> None:
    study = open_study(study_text(prompts=1, ratings=1))
    slow, quick = a_session(study), a_session(study)
    held = current_or_next(session=slow, spec=spec_of(study))
    assert held is not None
    assert current_or_next(session=quick, spec=spec_of(study)) is None
    Assignment.objects.filter(pk=held.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
    taken = current_or_next(session=quick, spec=spec_of(study))
    assert taken is not None
    assert taken.comparison == held.comparison
    assert taken.pk != held.pk


def test_a_late_rater_keeps_a_pair_that_nobody_needed() -> None:
    study = open_study(study_text(prompts=1, ratings=1))
    session = a_session(study)
    held = current_or_next(session=session, spec=spec_of(study))
    assert held is not None
    Assignment.objects.update(leased_until=timezone.now() - timedelta(days=1))
    assert rate_one(session, study) == held


def test_an_expired_assignment_stays_in_the_books() -> None:
    study = open_study(study_text(prompts=1, ratings=1))
    current_or_next(session=a_session(study), spec=spec_of(study))
    study.assignments.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert release_expired(study_id=study.pk) == 1
    assert Counter(study.assignments.values_list("state", flat=True)) == {"expired": 1, "waiting": 1}
