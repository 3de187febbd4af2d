"""Subgroups: Welch's test where every rating is its own rater and prompt, planted interactions, and the warning."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from analysis.output.bundle import Bundle
from analysis.run import analyse_csv
from analysis.stats.simulation import Design, simulate
from analysis.stats.subgroups import interaction
from analysis.stats.votes import Votes
from tests.analysis.tables import REQUIRED, as_csv

HEADER = (*REQUIRED, "prompt_tags", "rater_group")


def independent(votes: Votes) -> Votes:
    """Every rating by its own rater on its own prompt."""
    own = np.arange(votes.n)
    return replace(
        votes, rater=own, prompt=own, unit=own, n_raters=votes.n, n_prompts=votes.n, n_units=votes.n
    )


def test_with_independent_ratings_the_contrast_is_welchs() -> None:
    votes = independent(simulate(Design((0.0, 0.6), 12, 15, 10), np.random.default_rng(3)))
    inside = np.arange(votes.n) % 3 == 0
    found, score = interaction(votes, inside, confidence=0.95).difference, votes.outcome / 2
    welch = stats.ttest_ind(score[inside], score[~inside], equal_var=False)
    assert found.value[0] == pytest.approx(score[inside].mean() - score[~inside].mean())
    assert found.value[0] / found.se[0] == pytest.approx(welch.statistic)


def test_the_contrast_changes_its_sign_with_the_sides() -> None:
    votes = simulate(Design((0.0, 0.3, 0.6), 20, 20, 20), np.random.default_rng(4))
    inside = votes.rater % 2 == 0
    one, two = (interaction(votes, part, confidence=0.95).difference for part in (inside, ~inside))
    assert one.value == pytest.approx(-two.value)
    assert one.se == pytest.approx(two.se)


def planted() -> bytes:
    """Experts hear that b is better, others do not; jazz is no matter."""
    generator = np.random.default_rng(1)
    rows = []
    for rater in range(30):
        expert = rater % 2
        for prompt in range(24):
            lead = (2.0 if expert else -0.5) + generator.logistic()
            tags = "jazz;fast" if prompt % 2 else "fast"
            group = "experts" if expert else ""
            rows.append(("c", f"p{prompt}", "a", "b", f"r{rater}", int(np.sign(round(lead))), tags, group))
    return as_csv(HEADER, rows)


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return analyse_csv(planted(), seed=0, confidence=0.95)


def test_a_planted_interaction_is_found_and_one_that_is_not_there_is_not(bundle: Bundle) -> None:
    found = bundle.results["criteria"]["c"]["subgroups"]
    parts = {(part["by"], part["group"]): part["pairs"][0] for part in found["groups"]}
    assert set(parts) == {("prompt_tags", "jazz"), ("rater_group", "experts")}
    assert parts["rater_group", "experts"]["difference"]["p_holm"] < 0.001
    assert parts["rater_group", "experts"]["difference"]["value"] > 0.2
    assert (
        parts["prompt_tags", "jazz"]["difference"]["ci_low"]
        < 0
        < parts["prompt_tags", "jazz"]["difference"]["ci_high"]
    )
    assert found["tests"] == 2


def test_the_report_folds_them_under_a_warning_and_the_csv_has_them(bundle: Bundle) -> None:
    report = bundle.files["report.html"].decode()
    assert "2 unplanned tests" in report
    assert "none of them planned" in report
    assert bundle.files["subgroups.csv"].count(b"\r\n") == 3


def test_subgroups_without_two_raters_are_named_and_never_nan() -> None:
    rows = [
        ("c", f"p{p}", "a", "b", f"r{r}", (p + r) % 3 - 1, "", "one" if r == 0 else "rest")
        for p in range(4)
        for r in range(4)
    ]
    bundle = analyse_csv(as_csv(HEADER, rows), seed=0, confidence=0.95)
    assert any(warning.code == "small_subgroups" for warning in bundle.findings.warnings)
    assert b"NaN" not in bundle.files["results.json"]


def test_names_that_differ_by_case_or_blanks_are_pointed_out() -> None:
    rows = [("c", "p1", "Base", "cfg", "r1", 1, "", ""), ("c", "p2", "base ", "cfg", "r2", -1, "", "")]
    warnings = analyse_csv(as_csv(HEADER, rows), seed=0, confidence=0.95).findings.warnings
    text = next(warning.text for warning in warnings if warning.code == "similar_names")
    assert "system 'Base' / 'base '" in text
