"""Repeated pairs with sides swapped: served last, marked, and outside every count."""

from __future__ import annotations

import csv
import io

import pytest

from analysis.bridge.tables import ratings_csv
from analysis.run import analyse_csv
from raters.models import Assignment
from studies.models import Study
from tests.cast import a_session, client_of, open_study, study_text
from tests.raters.test_claims import rate_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return open_study(
        study_text(prompts=3, ratings=2).replace("lease_minutes: 30", "lease_minutes: 30, repeats: 2")
    )


def test_the_earliest_pairs_come_again_at_the_end_with_sides_swapped(study: Study) -> None:
    (mine,) = rate_all(study, raters=1)
    assert [row.role for row in mine] == ["main"] * 3 + ["repeat"] * 2
    for earlier, later in zip(mine[:2], mine[3:], strict=True):
        assert (later.comparison_id, later.swapped) == (earlier.comparison_id, not earlier.swapped)


def test_repeats_do_not_count_towards_the_target(study: Study) -> None:
    rate_all(study, raters=2)
    main = study.assignments.filter(role="main", state="submitted")
    assert main.count() == 6
    assert study.assignments.filter(role="repeat", state="submitted").count() == 4


def test_a_repeat_is_one_assignment_in_two_tabs(study: Study) -> None:
    session = a_session(study)
    study.assignments.update(leased_until=None)
    client = client_of(session)
    first, second = client.get("/s/night-songs/task/"), client.get("/s/night-songs/task/")
    assert first.context["task"]["url"] == second.context["task"]["url"]


def test_the_bar_counts_the_repeats_in(study: Study) -> None:
    page = client_of(a_session(study)).get("/s/night-songs/task/")
    assert page.context["progress"]["total"] == 5


def test_a_repeat_looks_like_any_other_task(study: Study) -> None:
    rate_all(study, raters=1)
    row = Assignment.objects.filter(role="repeat")[0]
    Assignment.objects.filter(pk=row.pk).update(state="assigned", submitted_at=None)
    assert row.session is not None
    html = client_of(row.session).get("/s/night-songs/task/").content.decode()
    assert row.key is not None
    assert row.key in html
    # The player repeats a part of a clip on any page.
    other = client_of(a_session(study)).get("/s/night-songs/task/").content.decode()
    assert html.lower().count("repeat") == other.lower().count("repeat")


def test_repeats_are_exported_by_their_role_and_left_out_of_the_win_rates(study: Study) -> None:
    rate_all(study, raters=2)
    table = ratings_csv(study)
    roles = [row["role"] for row in csv.DictReader(io.StringIO(table.decode()))]
    assert (roles.count("main"), roles.count("repeat")) == (12, 8)
    results = analyse_csv(table, seed=1, confidence=0.95).results
    assert results["criteria"]["musicality"]["n_ratings"] == 6


def test_the_report_says_how_steady_raters_were(study: Study) -> None:
    rate_all(study, raters=2)
    analysed = analyse_csv(ratings_csv(study), seed=1, confidence=0.95)
    shares = [row.value for row in analysed.findings.diagnostics if row.measure == "repeat_agreement"]
    # The cast always presses the same button: swapped sides turn every answer round.
    assert shares == [0.0]


def test_a_declared_rule_excludes_the_rater_and_the_table_names_it() -> None:
    text = study_text(prompts=3, ratings=1).replace("lease_minutes: 30", "lease_minutes: 30, repeats: 2")
    study = open_study(text + "analysis: {exclude: [inconsistent_repeats]}\n")
    rate_all(study, raters=1)
    rows = list(csv.DictReader(io.StringIO(ratings_csv(study).decode())))
    assert {row["excluded"] for row in rows} == {"inconsistent_repeats"}
