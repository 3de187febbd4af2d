"""The console's counts: those of a full count at every look, whoever came late, withdrew or was interrupted."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from raters.assigning.claims import current_or_next
from raters.assigning.comparison_rows import plan_comparisons
from raters.assigning.counts import Keyed, tally_of
from raters.assigning.rating_counts import counts_by_pair, counts_by_prompt, rating_counts
from raters.entering import privacy
from raters.models import Assignment, RaterCounts, Rating, StudyCounts
from studies.models import Study
from studies.selectors import spec_of
from tests.cast import a_session, open_study, study_text
from tests.raters.people import rate

pytestmark = pytest.mark.django_db


def from_scratch(study: Study) -> dict[Keyed, int]:
    """The same counts from every row."""
    main = study.assignments.filter(role="main", state="submitted").select_related("comparison__prompt")
    found: Counter[Keyed] = Counter()
    for row in main:
        pair = f"{row.comparison.system_a.name} / {row.comparison.system_b.name}"
        assert row.submitted_at is not None
        hour = row.submitted_at.strftime("%Y-%m-%dT%H")
        found.update([("all", ""), ("pair", pair), ("prompt", row.comparison.prompt.key), ("hour", hour)])
    for preference in Rating.objects.filter(assignment__in=main).values_list("preference", flat=True):
        found["side", "neither" if not preference else "first" if preference < 0 else "second"] += 1
    found["people", ""] = study.assignments.filter(state="submitted", rater__simulated=False).count()
    return {keyed: n for keyed, n in found.items() if n}


def test_every_look_agrees_with_a_count_from_scratch() -> None:
    study = open_study()
    assert tally_of(study).submitted == {}
    for simulated in (False, True, False):
        session = a_session(study, simulated=simulated)
        for _ in range(2):
            rate(session)
            assert tally_of(study).submitted == from_scratch(study)
    assert rating_counts(study).submitted == 6


def test_a_look_without_news_reads_two_rows_however_much_was_counted() -> None:
    study = open_study()
    rate(a_session(study))
    tally_of(study)
    with CaptureQueriesContext(connection) as queries:
        tally_of(study)
    assert len(queries) == 2
    assert "raters_studycounts" in queries[0]["sql"]
    assert "LIMIT 1" in queries[1]["sql"]


def test_what_was_counted_is_taken_back_with_whoever_withdraws() -> None:
    study = open_study()
    mine, theirs = a_session(study), a_session(study)
    rate(mine)
    rate(theirs)
    tally_of(study)
    rate(mine)  # one of mine is counted, one not yet
    privacy.withdraw(session=mine)
    assert tally_of(study).submitted == from_scratch(study)
    assert RaterCounts.objects.get().rater == theirs.rater


def test_a_look_that_is_interrupted_counts_nothing_and_the_next_counts_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    study = open_study()
    rate(a_session(study))

    def interrupted(counts: StudyCounts, **values: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(StudyCounts, "save", interrupted)
        with pytest.raises(KeyboardInterrupt):
            tally_of(study)
    assert not Assignment.objects.filter(counted=True).exists()
    assert tally_of(study).submitted == from_scratch(study)


def test_places_planned_later_are_among_the_planned() -> None:
    study = open_study(study_text(prompts=3))
    assert rating_counts(study).planned == 6
    study.comparisons.filter(prompt__key="p1").delete()
    plan_comparisons(study=study)
    tally = tally_of(study)
    assert [row.planned for row in counts_by_pair(study, tally)] == [6]
    assert [row.planned for row in counts_by_prompt(study, tally)] == [2, 2, 2]


def test_parts_of_a_study_say_what_is_under_way() -> None:
    study = open_study()
    session = a_session(study)
    rate(session)
    current_or_next(session=session, spec=spec_of(study))
    (pair,) = counts_by_pair(study, tally_of(study))
    assert (pair.submitted, pair.under_way) == (1, 1)
