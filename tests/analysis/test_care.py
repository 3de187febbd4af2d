"""Diagnostics, absolute scores and the quality-diversity plane on tables small enough to count by hand."""

import numpy as np
import pytest

from analysis.run import analyse_csv
from analysis.stats.consistency import criterion_collapse
from analysis.stats.pareto import front_probability, on_front
from analysis.stats.position_bias import first_side_share
from analysis.stats.simulation import Design, simulate
from tests.analysis.tables import REQUIRED, as_csv, study


def diagnostics(data: bytes) -> dict[tuple[str, str], float]:
    bundle = analyse_csv(data, seed=0, confidence=0.95)
    return {(row.criterion, row.measure): row.value for row in bundle.findings.diagnostics}


def test_identical_answers_are_counted_within_one_task() -> None:
    one, two = np.array([1, 1, -1, 0]), np.array([1, -1, -1, 0])
    found = criterion_collapse(one, two, np.array([0, 0, 1, 1]), confidence=0.95)
    assert found.identical.value == 0.75
    assert found.by_chance == pytest.approx(0.5 * 0.25 + 0.25 * 0.5 + 0.25 * 0.25)


def test_collapse_joins_criteria_by_rater_and_comparison() -> None:
    rows = [("x", "p1", "a", "b", "r1", 1), ("y", "p1", "a", "b", "r1", 1), ("x", "p2", "a", "b", "r1", 1)]
    rows += [("y", "p1", "a", "b", "r2", -1), ("x", "p1", "a", "b", "r2", 1)]
    assert diagnostics(as_csv(REQUIRED, rows))[("x + y", "identical_answers")] == 0.5


def test_a_repeat_that_favours_the_same_system_agrees_whatever_the_side() -> None:
    header = (*REQUIRED, "role")
    rows = [("x", "p1", "a", "b", "r1", 2, "main"), ("x", "p1", "b", "a", "r1", -1, "repeat")]
    rows += [("x", "p2", "a", "b", "r1", 2, "main"), ("x", "p2", "a", "b", "r1", -1, "repeat")]
    bundle = analyse_csv(as_csv(header, rows), seed=0, confidence=0.95)
    assert bundle.findings.raters[0].repeat_agreement == 0.5


def test_agreement_with_others_leaves_the_rater_out() -> None:
    rows = [("x", "p1", "a", "b", f"r{i}", level) for i, level in enumerate((1, 2, -1, 0))]
    bundle = analyse_csv(as_csv(REQUIRED, rows), seed=0, confidence=0.95)
    values = [row.agreement_with_others for row in bundle.findings.raters]
    assert values[:3] == [0.5, 0.5, 0.0]
    assert np.isnan(values[3])


def test_a_planted_pull_to_the_first_side_is_found() -> None:
    votes = simulate(Design((0.0, 0.0), 60, 60, 30, side_effect=0.5), np.random.default_rng(6))
    share = first_side_share(votes, confidence=0.95)
    assert share.low > 0.5


def test_times_are_reported_only_where_the_table_has_them() -> None:
    with_times = diagnostics(study(raters=6, prompts=6, per_rater=12))
    assert with_times[("", "median_response_s")] > 5
    assert not any(
        measure == "median_response_s"
        for _, measure in diagnostics(as_csv(REQUIRED, [("x", "p", "a", "b", "r", 1)]))
    )


def test_absolute_scores_give_a_mean_per_system() -> None:
    header = (*REQUIRED, "scale", "score_first", "score_second")
    rows = [
        ("x", f"p{p}", "a", "b", f"r{r}", 1 + (p + r) % 2, "absolute-5", 2, 3 + (p + r) % 2)
        for p in range(3)
        for r in range(3)
    ]
    criterion = analyse_csv(as_csv(header, rows), seed=0, confidence=0.95).results["criteria"]["x"]
    assert criterion["mean_scores"]["a"] == {"n": 9, "mean": 2.0, "se": None, "ci_low": None, "ci_high": None}
    assert criterion["mean_scores"]["b"]["mean"] == pytest.approx(3 + 4 / 9)
    assert criterion["mean_scores"]["b"]["ci_low"] < 3.4


def test_the_front_is_what_nobody_dominates() -> None:
    quality, diversity = np.array([1.0, 2.0, 0.0, 1.0]), np.array([2.0, 1.0, 0.0, 1.0])
    assert on_front(quality, diversity).tolist() == [True, True, False, False]


def test_a_certain_front_has_probability_one_and_an_even_race_shares() -> None:
    zero, tied = np.zeros((2, 2)), np.eye(2) * 0.01
    generator = np.random.default_rng(1)
    sure = front_probability(
        np.array([1.0, 0]), zero, np.array([1.0, 0]), zero, draws=10, generator=generator
    )
    assert sure.tolist() == [1.0, 0.0]
    even = front_probability(np.zeros(2), tied, np.zeros(2), tied, draws=20_000, generator=generator)
    assert even == pytest.approx([0.75, 0.75], abs=0.02)


def test_a_study_with_diversity_gets_a_plane_for_every_quality_criterion() -> None:
    quality = study(raters=8, prompts=8, per_rater=20, criteria=("musicality",))
    other = study(raters=8, prompts=8, per_rater=20, criteria=("diversity",), seed=2)
    body = other.split(b"\r\n", 1)[1].replace(b"quality", b"diversity").replace(b"q-", b"d-")
    bundle = analyse_csv(quality + body, seed=0, confidence=0.95)
    plane = bundle.results["planes"][0]
    assert (plane["quality"], plane["diversity"]) == ("musicality", "diversity")
    assert all(0 <= row["pareto_probability"] <= 1 for row in plane["systems"].values())
    assert any(figure.kind == "plane" for figure in bundle.figures)
