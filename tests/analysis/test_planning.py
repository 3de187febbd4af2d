"""Planning agrees with its formula, with itself the other way round, and with simulated studies."""

from typing import TypedDict

import numpy as np
import pytest

from analysis.stats.plan_simulation import rehearse
from analysis.stats.sample_size import (
    Components,
    Layout,
    Unreachable,
    detectable,
    effort,
    estimate_components,
    plan_for_effect,
    plan_for_prompts,
    standard_error,
)
from analysis.stats.simulation import Design, simulate, truth_of
from analysis.stats.winrates import compare_pairs

LAYOUT = Layout(pairs=10, ratings_per_comparison=3, tasks_per_rater=20)


class Wanted(TypedDict):
    confidence: float
    power: float


NORMAL: Wanted = {"confidence": 0.95, "power": 0.8}


def test_the_standard_error_is_the_sum_of_three_shares() -> None:
    assert standard_error(Components(0.2, 0.01, 0.04), 400, 50, 100) == pytest.approx(
        (0.2 / 400 + 0.01 / 50 + 0.04 / 100) ** 0.5
    )


def test_no_more_raters_than_ratings_count() -> None:
    assert standard_error(Components(), 10, 500, 50) == standard_error(Components(), 10, 10, 50)


def test_more_votes_by_the_same_people_cannot_go_below_the_floor() -> None:
    endless = detectable(Components(), np.inf, 20, 30, contrasts=1, **NORMAL)
    assert endless == pytest.approx(detectable(Components(), 1e12, 20, 30, contrasts=1, **NORMAL))
    assert endless > 0.05


def test_the_papers_study_gives_303_ratings_a_pair() -> None:
    plan = plan_for_prompts(101, LAYOUT, Components(), **NORMAL)
    assert plan.ratings_per_pair == 303
    assert plan.tasks == 3030
    assert plan.raters == 152
    assert plan.floor < plan.detectable < 0.1


@pytest.mark.parametrize("effect", [0.05, 0.1, 0.2])
def test_a_plan_for_an_effect_is_the_smallest_that_finds_it(effect: float) -> None:
    plan = plan_for_effect(effect, LAYOUT, Components(), contrasts=10, **NORMAL)
    smaller = plan_for_prompts(plan.prompts - 1, LAYOUT, Components(), contrasts=10, **NORMAL)
    assert plan.detectable <= effect < smaller.detectable


def test_an_effect_too_small_for_any_study_is_refused_in_words() -> None:
    with pytest.raises(Unreachable, match="allow a larger effect"):
        plan_for_effect(0.0001, LAYOUT, Components(), **NORMAL)


@pytest.mark.parametrize("effect", [0.0, 0.5, -0.1])
def test_an_impossible_effect_is_refused(effect: float) -> None:
    with pytest.raises(ValueError, match=r"allowed: above 0 and below 0\.5"):
        plan_for_effect(effect, LAYOUT, Components(), **NORMAL)


def test_hours_and_cost() -> None:
    plan = plan_for_prompts(101, LAYOUT, Components(), **NORMAL)
    needed = effort(plan, seconds_per_task=60, pay_per_hour=12.0)
    assert needed.hours == pytest.approx(50.5)
    assert needed.cost == pytest.approx(606.0)


def test_simulated_studies_find_the_effect_as_often_as_planned() -> None:
    generator = np.random.default_rng(8)
    design = Design((0.0, 0.55), 40, 60, 6)
    pilot = simulate(Design((0.0, 0.55), 200, 200, 40), generator)
    components = estimate_components(pilot)
    effect = float(truth_of(design).win_rate[0]) - 0.5
    found = np.mean(
        [
            compare_pairs(simulate(design, generator), confidence=0.95).win_rate.p_value[0] < 0.05
            for _ in range(400)
        ]
    )
    powers = np.linspace(0.05, 0.99, 95)
    reach = [
        detectable(components, 240, 40, 60, confidence=0.95, power=power, contrasts=1) for power in powers
    ]
    planned = powers[np.argmin(np.abs(np.array(reach) - effect))]
    assert found == pytest.approx(planned, abs=0.08)


def test_components_of_a_pilot_are_those_that_were_planted() -> None:
    pilot = simulate(
        Design((0.0, 0.0), 150, 150, 60, rater_taste=0.6, prompt_taste=0.0), np.random.default_rng(2)
    )
    found = estimate_components(pilot)
    assert found.rater > 5 * found.prompt
    assert found.error + found.rater + found.prompt == pytest.approx(np.var(pilot.outcome / 2), rel=0.01)


def test_a_pilot_without_shared_raters_is_refused() -> None:
    with pytest.raises(ValueError, match="share only a rater"):
        estimate_components(simulate(Design((0.0, 0.0), 5, 20, 1), np.random.default_rng(2)))


@pytest.mark.parametrize(("layout", "contrasts"), [(LAYOUT, 10), (Layout(1, 2, 30), 1)])
def test_a_plan_for_an_effect_finds_it_in_simulated_studies_of_its_size(
    layout: Layout, contrasts: int
) -> None:
    plan = plan_for_effect(0.1, layout, Components(), contrasts=contrasts, **NORMAL)
    generator = np.random.default_rng(3)
    found = rehearse(plan, 0.6, confidence=0.95, contrasts=contrasts, studies=200, generator=generator)
    assert found == pytest.approx(0.8, abs=0.09)
