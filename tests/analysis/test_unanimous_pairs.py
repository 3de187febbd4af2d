"""Pairs on which all ratings are the same: Wilson's bound for the effective number of raters or prompts."""

from __future__ import annotations

import json

import pytest
from statsmodels.stats.proportion import proportion_confint

from analysis.run import analyse_csv
from tests.analysis.tables import small


def pair(*, raters: int, prompts: int, preference: int = 1) -> dict[str, object]:
    """The one pair of a table in which every rater says the same of every prompt."""
    rows = (f"musicality p{p} a b r{r} {preference}" for p in range(prompts) for r in range(raters))
    results = json.loads(analyse_csv(small(*rows)).files["results.json"])
    [found] = results["criteria"]["musicality"]["pairs"]
    assert isinstance(found, dict)
    return found


def test_sixty_of_sixty_ratings_by_four_raters_are_a_preference() -> None:
    found = pair(raters=4, prompts=15)
    assert found["verdict"] == "preferred_b"
    assert found["p_value"] == pytest.approx(0.0455, abs=1e-4)  # z = 2


def test_three_raters_who_agree_are_too_few() -> None:
    assert pair(raters=3, prompts=15)["verdict"] == "too_few"


@pytest.mark.parametrize(("raters", "prompts"), [(4, 15), (12, 5), (30, 30)])
def test_the_bound_is_wilsons_for_the_smaller_number(raters: int, prompts: int) -> None:
    clusters = min(raters, prompts)
    low, high = proportion_confint(clusters, clusters, method="wilson")
    found = pair(raters=raters, prompts=prompts)
    assert (found["ci_low"], found["ci_high"]) == (pytest.approx(low), pytest.approx(high))


def test_where_everybody_says_no_preference_the_bound_holds_one_half() -> None:
    found = pair(raters=6, prompts=10, preference=0)
    assert (found["win_rate_b"], found["verdict"]) == (0.5, "undecided")
