"""Ridge logistic regression for many labellings of the same rows at once, cross-validated. Pure numpy.

A permutation test fits the same rows a thousand times with other labels. With Böhning's bound the curvature does
not depend on the labels (D. Böhning, Multinomial logistic regression algorithm, Ann. Inst. Stat. Math. 44, 1992):
one inverse serves all of them, and each step is two products of matrices.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from dashboard.audit.encoding import Floats

Ints = NDArray[np.int64]
STEPS = 25
RIDGE = 1.0
FOLDS = 5


def fit(x: Floats, y: Floats) -> Floats:
    """Weights [columns, labellings] for rows ``x`` [rows, columns] and labels ``y`` [rows, labellings] of -1, 1."""
    weights = np.zeros((x.shape[1], y.shape[1]))
    step = np.linalg.inv(x.T @ x / 4 + RIDGE * np.eye(x.shape[1]))
    for _ in range(STEPS):
        upward = x.T @ (y * expit(-y * (x @ weights))) - RIDGE * weights
        weights += step @ upward
    return weights


def held_out_accuracy(x: Floats, y: Floats, folds: Ints) -> Floats:
    """Share of right guesses [labellings], each row guessed by a fit that saw none of its fold; a tie is half."""
    right = np.zeros(y.shape)
    for fold in np.unique(folds):
        test = folds == fold
        margin = y[test] * (x[test] @ fit(x[~test], y[~test]))
        right[test] = np.where(np.abs(margin) < 1e-9, 0.5, margin > 0)
    accuracy: Floats = right.mean(0)
    return accuracy


def folds_of(groups: Ints, generator: np.random.Generator) -> Ints:
    """A fold for each row, the same for all rows of a group [rows]."""
    count = int(groups.max()) + 1
    folds: Ints = (generator.permutation(count) % min(FOLDS, count))[groups]
    return folds


def flips(units: Ints, times: int, generator: np.random.Generator) -> Floats:
    """Signs [rows, 1 + times]: the first column leaves all as it is, the others turn whole units round."""
    signs = generator.choice([-1.0, 1.0], size=(int(units.max()) + 1, times))
    return np.hstack([np.ones((units.size, 1)), signs[units]])
