"""The cumulative link model: published fits, its gradient, and scores planted by simulation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.stats.cumulative import OrdinalData, _Laplace, fit_ordinal, thresholds_of
from analysis.stats.notice import Notice
from analysis.stats.ordinal import OrdinalModel, fit_preferences
from analysis.stats.simulation import Design, simulate

# Randall (1989), bitterness of wine: nine judges (rows), eight bottles; bottles 5 to 8 warm, 3, 4, 7 and 8
# with contact.
WINE = np.array(
    [
        [2, 3, 3, 4, 4, 4, 5, 5], [1, 2, 1, 3, 2, 3, 5, 4], [2, 3, 3, 2, 5, 5, 4, 4], [3, 2, 3, 2, 3, 2, 5, 3],
        [2, 3, 4, 3, 3, 3, 3, 3], [3, 2, 3, 2, 2, 4, 5, 4], [1, 1, 2, 2, 2, 3, 2, 3], [2, 2, 2, 3, 3, 3, 3, 4],
        [1, 2, 3, 2, 3, 2, 4, 4],
    ]
)  # fmt: skip


def wine(*, judges: bool) -> OrdinalData:
    warm, contact = np.tile([0, 0, 0, 0, 1, 1, 1, 1], 9), np.tile([0, 0, 1, 1, 0, 0, 1, 1], 9)
    judge = np.repeat(np.arange(9), 8)[:, None]
    return OrdinalData(
        y=(WINE - 1).ravel(),
        x=np.column_stack([warm, contact]).astype(float),
        columns=judge if judges else np.zeros((72, 0), dtype=np.int64),
        signs=np.ones((72, int(judges))),
        component=np.zeros(9 if judges else 0, dtype=np.int64),
        n_components=int(judges),
        levels=5,
        symmetric=False,
    )


def test_the_wine_data_without_judges() -> None:
    fitted = fit_ordinal(wine(judges=False))
    assert fitted.beta == pytest.approx([2.5031, 1.5278], abs=1e-4)
    assert fitted.thresholds == pytest.approx([-1.3444, 1.2508, 3.4669, 5.0064], abs=1e-4)
    assert fitted.log_likelihood == pytest.approx(-86.4919, abs=1e-4)


def test_the_wine_data_with_judges() -> None:
    fitted = fit_ordinal(wine(judges=True))
    assert fitted.beta == pytest.approx([3.06, 1.83], abs=0.01)
    assert fitted.sd[0] ** 2 == pytest.approx(1.29, abs=0.02)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.floats(-0.8, 0.8), min_size=7, max_size=7))
def test_the_gradient_is_the_slope_of_the_likelihood(point: list[float]) -> None:
    objective, phi = _Laplace(wine(judges=True)), np.array(point)
    slopes = [(objective(phi + step)[0] - objective(phi - step)[0]) / 2e-4 for step in 1e-4 * np.eye(7)]
    assert objective(phi)[1] == pytest.approx(slopes, rel=1e-4, abs=1e-4)


@pytest.mark.parametrize(("levels", "free"), [(2, 0), (3, 1), (4, 1), (5, 2), (7, 3)])
def test_symmetric_thresholds_mirror_each_other(levels: int, free: int) -> None:
    cuts, jacobian = thresholds_of(np.linspace(-0.5, 0.5, free), levels=levels, symmetric=True)
    assert cuts == pytest.approx(-cuts[::-1])
    assert np.all(np.diff(cuts) > 0)
    assert jacobian.shape == (levels - 1, free)


def test_planted_scores_tastes_and_thresholds_are_found() -> None:
    design = Design((-0.5, 0.1, 0.4), 40, 40, 60, rater_taste=0.5, prompt_taste=0.3)
    model = fit_preferences(simulate(design, np.random.default_rng(3)), confidence=0.99)
    assert isinstance(model, OrdinalModel)
    assert np.all((model.score.low < np.array(design.scores)) & (np.array(design.scores) < model.score.high))
    assert model.thresholds == pytest.approx(design.thresholds, abs=0.15)
    assert model.rater_sd == pytest.approx(0.5, abs=0.15)
    assert model.prompt_sd == pytest.approx(0.3, abs=0.15)


def test_one_rater_has_no_ordinal_model_and_says_so() -> None:
    votes = simulate(Design((0.0, 0.2), 1, 10, 10), np.random.default_rng(1))
    found = fit_preferences(votes, confidence=0.95)
    assert isinstance(found, Notice)
    assert found.code == "no_ordinal_model"
