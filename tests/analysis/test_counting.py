"""What is counted is counted once: tasks, tests, and ratings that are left out."""

from collections.abc import Sequence
from typing import Any

import pytest

from analysis.output.bundle import Bundle
from analysis.run import analyse_csv
from tests.analysis.tables import REQUIRED, as_csv

COUNTED = (*REQUIRED, "role", "excluded", "response_ms", "played_first_ms", "played_second_ms")


def analysed(header: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> Bundle:
    return analyse_csv(as_csv(header, rows))


def codes(bundle: Bundle) -> list[str]:
    return [warning.code for warning in bundle.findings.warnings]


def timed(
    criterion: str, rater: str, excluded: str, milliseconds: int, role: str = "main"
) -> tuple[Any, ...]:
    return (criterion, "p1", "a", "b", rater, 1, role, excluded, milliseconds, 4000, 4000)


def test_times_are_those_of_tasks_that_count_whatever_the_number_of_criteria() -> None:
    rows = [timed(criterion, "r1", "", 10_000) for criterion in ("c", "d", "e")]
    rows += [
        timed("c", "r2", "", 2_000),
        timed("c", "r3", "failed_gold", 1_000),
        timed("c", "r1", "", 90, "repeat"),
    ]
    found = {row.measure: (row.value, row.n) for row in analysed(COUNTED, rows).findings.diagnostics}
    assert found["median_response_s"] == (6.0, 2)
    assert found["faster_than_played"] == (0.5, 2)


def test_a_task_with_a_pass_for_each_criterion_has_a_time_for_each() -> None:
    rows = [timed("c", "r1", "", 3000), timed("d", "r1", "", 5000)]
    assert {row.measure: row.n for row in analysed(COUNTED, rows).findings.diagnostics}[
        "median_response_s"
    ] == 2


def test_repeats_of_excluded_raters_do_not_count() -> None:
    rows = [timed("c", rater, excluded, 1, role) for rater, excluded in (("r1", ""), ("r2", "failed_gold"))
            for role in ("main", "repeat")]  # fmt: skip
    assert {row.measure: row.n for row in analysed(COUNTED, rows).findings.diagnostics}[
        "repeat_agreement"
    ] == 1


def test_two_groups_of_raters_are_one_division_and_one_test() -> None:
    rows = [("c", f"p{p}", "a", "b", f"r{r}", (p * r) % 3 - 1, "me" if r % 2 else "you")
            for p in range(6) for r in range(6)]  # fmt: skip
    subgroups = analysed((*REQUIRED, "rater_group"), rows).findings.criteria["c"].subgroups
    assert subgroups.tests == 1
    one, two = subgroups.groups
    assert one.found.difference.value[0] == pytest.approx(-two.found.difference.value[0])
    assert one.p_holm[0] == pytest.approx(one.found.difference.p_value[0])
    assert two.p_holm[0] == pytest.approx(one.p_holm[0])


def test_a_missing_score_is_left_out_of_the_means_and_counted() -> None:
    header = (*REQUIRED, "scale", "score_first", "score_second")
    rows: list[tuple[object, ...]] = [
        ("c", f"p{p}", "a", "b", f"r{r}", 1, "absolute-5", 2, 3) for p in range(3) for r in range(3)
    ]
    rows[0] = ("c", "p0", "a", "b", "r0", 1, "absolute-5", "", "")
    bundle = analysed(header, rows)
    assert bundle.results["criteria"]["c"]["mean_scores"]["a"]["n"] == 8
    assert codes(bundle).count("missing_scores") == 1


def test_a_criterion_without_a_rating_left_is_named_and_nothing_is_said_to_be_put_back() -> None:
    rows = [timed(criterion, f"r{r}", "failed_gold" if criterion == "c" else "", 1) for criterion in ("c", "d")
            for r in range(3)]  # fmt: skip
    bundle = analysed(COUNTED, rows)
    assert list(bundle.results["criteria"]) == ["d"]
    assert "c: all 3 ratings are excluded" in next(
        w.text for w in bundle.findings.warnings if w.code == "all_excluded"
    )
    only = analysed(COUNTED, rows[:3])
    assert {"exclusions", "no_ratings"}.isdisjoint(codes(only))
    assert "all_excluded" in codes(only)


def test_two_notices_of_one_kind_are_both_kept() -> None:
    rows = [("c", f"p{p}", "a", "b", f"r{r}", 1, f"g{r}", ";".join(f"t{p}x{i}" for i in range(21)))
            for p in range(2) for r in range(21)]  # fmt: skip
    assert codes(analysed((*REQUIRED, "rater_group", "prompt_tags"), rows)).count("many_subgroups") == 2
