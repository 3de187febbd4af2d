"""The adversary's statistics: known answers, a second implementation, and honesty under chance."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from dashboard.audit.classifier import RIDGE, fit, flips, folds_of, held_out_accuracy
from dashboard.audit.findings import wilson


def test_the_fit_is_where_a_general_optimiser_ends() -> None:
    generator = np.random.default_rng(3)
    x = generator.normal(size=(80, 3))
    y = np.where(x[:, :1] + generator.normal(size=(80, 1)) > 0, 1.0, -1.0)

    def loss(weights: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
        margin = y[:, 0] * (x @ weights)
        return float(np.logaddexp(0, -margin).sum() + RIDGE / 2 * weights @ weights)

    best = minimize(loss, np.zeros(3), tol=1e-10).x
    assert fit(x, y)[:, 0] == pytest.approx(best, abs=0.01)


def test_many_labellings_are_fitted_as_each_alone() -> None:
    generator = np.random.default_rng(4)
    x, y = generator.normal(size=(40, 2)), generator.choice([-1.0, 1.0], size=(40, 5))
    alone = np.hstack([fit(x, y[:, [place]]) for place in range(5)])
    np.testing.assert_allclose(fit(x, y), alone)


def test_labels_without_meaning_are_guessed_half_of_the_time() -> None:
    generator = np.random.default_rng(5)
    groups = np.repeat(np.arange(50), 4)
    x, y = generator.normal(size=(200, 4)), generator.choice([-1.0, 1.0], size=(200, 200))
    accuracy = held_out_accuracy(x, y, folds_of(groups, generator))
    assert accuracy.mean() == pytest.approx(0.5, abs=0.01)


def test_what_tells_everything_is_always_right() -> None:
    y = np.tile([[-1.0], [1.0]], (20, 1))
    assert held_out_accuracy(y, y, np.arange(40) % 5) == pytest.approx([1.0])


def test_a_group_is_never_on_both_sides_of_a_fold() -> None:
    groups = np.repeat(np.arange(7), 3)
    folds = folds_of(groups, np.random.default_rng(6))
    assert all(len(set(folds[groups == group])) == 1 for group in range(7))


def test_flips_leave_the_first_column_and_turn_whole_units() -> None:
    units = np.array([0, 0, 1, 1])
    signs = flips(units, 20, np.random.default_rng(7))
    assert signs[:, 0].tolist() == [1.0] * 4
    assert (signs[0] == signs[1]).all()
    assert (signs[0] != signs[2]).any()


def test_wilsons_interval_of_a_published_example() -> None:
    """81 of 263: 0.255 to 0.366 (R. Newcombe, Statistics in Medicine 17, 1998, table I)."""
    assert wilson(81 / 263, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
