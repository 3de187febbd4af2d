"""What a rater is told at the end: how much they did, and how steady they were."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from raters.models import Rating
from raters.selectors.people import summary_of
from tests.cast import a_session, open_study, study_text, with_checks

pytestmark = pytest.mark.django_db
WHEN = datetime(2026, 1, 1, tzinfo=UTC)


def test_only_what_counts_is_counted_and_a_repeat_is_compared_with_its_first_time() -> None:
    study = open_study(with_checks(study_text(prompts=2), repeats=1))
    rater = a_session(study).rater
    assert summary_of(rater).tasks == 0
    first = study.assignments.filter(role="main")[0]
    again = first.successor()
    for row, role, swapped, answers in (
        (first, "main", False, {"acoustic_quality": 2, "musicality": -1}),
        (again, "repeat", True, {"acoustic_quality": -1, "musicality": -1}),
    ):
        row.role, row.swapped, row.rater, row.session = role, swapped, rater, rater.sessions.get()
        row.state, row.response_ms, row.position = "submitted", 100_000, 1 + (role == "repeat")
        row.key, row.assigned_at, row.submitted_at = f"{role:0>32}", WHEN, WHEN
        row.save()
        for criterion, preference in answers.items():
            Rating.objects.create(assignment=row, criterion=criterion, preference=preference)
    found = summary_of(rater)
    assert (found.tasks, found.minutes) == (2, 3)
    # The other way round, -1 says what 2 said before; and -1 both times is two different answers.
    assert (found.repeated, found.same) == (2, 1)
