"""Cumulative link (proportional odds) models with normal random effects, by the Laplace approximation.

P(y <= k) = logistic(threshold_k - eta), eta = X beta + Z u, u ~ N(0, D), D diagonal. With F = logistic, A =
F(upper - eta), B = F(lower - eta): d log p / d eta = A + B - 1, d2 = -(A(1-A) + B(1-B)). Christensen (2018),
sections 2 and 4; the gradient of the Laplace objective follows from differentiating the mode.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.linalg.lapack import dpotri
from scipy.optimize import minimize

from analysis.stats.votes import Floats, Ints

MOST_STEPS = 60
MODE_TOLERANCE = 1e-14  # gain in log-likelihood; differences of gradients need the mode itself
SMALLEST_LOG_SD = -6.0
STEEPEST = 1e-2  # gradient per root of a rating that still counts as level
FAR = 40.0  # log odds of an endless threshold


class NotSettled(ArithmeticError):
    """The likelihood has no interior maximum, or the search did not reach it."""


@dataclass(frozen=True)
class OrdinalData:
    """y [N] in 0 .. K - 1, x [N, p] the fixed design, and the random one: `signs` [N, k] of the effects
    `columns` [N, k].
    """

    y: Ints
    x: Floats
    columns: Ints
    signs: Floats
    component: Ints  # [q] which variance each random effect has
    n_components: int
    levels: int
    symmetric: bool  # thresholds mirror each other around zero


@dataclass(frozen=True)
class OrdinalFit:
    """Estimates with the inverse information of (beta, threshold parameters, log sd)."""

    beta: Floats
    thresholds: Floats
    sd: Floats  # of each component's random effects
    covariance: Floats
    log_likelihood: float


def thresholds_of(alpha: Floats, *, levels: int, symmetric: bool) -> tuple[Floats, Floats]:
    """(thresholds [K - 1], their derivatives [K - 1, len(alpha)]) from free parameters: a first value and log gaps.

    Symmetric and an even number of levels: the middle threshold is 0, alpha are log gaps. Symmetric and an
    odd number: the first alpha is the log of the innermost positive threshold.
    """
    if not symmetric:
        gaps = np.exp(alpha[1:])
        jacobian = np.tril(np.ones((levels - 1, levels - 1)))
        jacobian[:, 1:] *= gaps
        return np.cumsum(np.append(alpha[0], gaps)), jacobian
    positive = np.tril(np.ones((alpha.size, alpha.size))) * np.exp(alpha)
    values = positive.sum(axis=1)
    middle = np.zeros((int(levels % 2 == 0), alpha.size))
    jacobian = np.concatenate([-positive[::-1], middle, positive])
    return np.concatenate([-values[::-1], np.zeros(middle.shape[0]), values]), jacobian


def free_thresholds(levels: int, *, symmetric: bool) -> int:
    """How many free threshold parameters there are."""
    return (levels - 1) // 2 if symmetric else levels - 1


@dataclass(frozen=True)
class _Rows:
    """Per rating: probability up to the answer, probability below it, probability of it, [N] each."""

    a: Floats
    b: Floats
    p: Floats


@dataclass(frozen=True)
class _Cuts:
    """Per rating: the fixed part of eta and the thresholds on both sides of the answer, [N] each."""

    fixed: Floats
    upper: Floats
    lower: Floats


class _Laplace:
    """The Laplace log-likelihood and its gradient; remembers the last mode as the next start."""

    def __init__(self, data: OrdinalData) -> None:
        self.data = data
        self.u = np.zeros(data.component.size)
        self.n_alpha = free_thresholds(data.levels, symmetric=data.symmetric)
        columns, signs = data.columns, data.signs
        self.couples = (columns[:, :, None] * self.u.size + columns[:, None, :]).ravel()
        self.products = signs[:, :, None] * signs[:, None, :]

    def to_rows(self, u: Floats) -> Floats:
        """Z u, [N]."""
        return np.asarray((u[self.data.columns] * self.data.signs).sum(axis=1))

    def to_effects(self, rows: Floats) -> Floats:
        """Z' rows, [q]."""
        weights = (self.data.signs * rows[:, None]).ravel()
        return np.bincount(self.data.columns.ravel(), weights, self.u.size).astype(np.float64)

    def split(self, phi: Floats) -> tuple[Floats, Floats, Floats]:
        p = self.data.x.shape[1]
        return phi[:p], phi[p : p + self.n_alpha], phi[p + self.n_alpha :]

    def __call__(self, phi: Floats) -> tuple[float, Floats]:
        """Minus the log-likelihood and its gradient; infinite where there is no mode, which makes a line
        search step back.
        """
        data = self.data
        beta, alpha, log_sd = self.split(phi)
        cuts, jacobian = thresholds_of(alpha, levels=data.levels, symmetric=data.symmetric)
        precision = np.exp(-2 * log_sd)[data.component] if data.n_components else np.zeros(0)
        ends = _Cuts(data.x @ beta, np.append(cuts, np.inf)[data.y], np.append(-np.inf, cuts)[data.y])
        if not self._find_mode(ends, precision):
            return np.inf, np.zeros_like(phi)
        rows = self._rows(self.u, ends)
        root = self._root(rows, precision)
        value = self._penalised(rows, self.u, precision) + float(np.log(precision).sum()) / 2
        value -= float(np.log(np.diag(root)).sum())
        return -value, -self._gradient(rows, _inverse(root), precision, jacobian)

    def _find_mode(self, ends: _Cuts, precision: Floats) -> bool:
        """Newton with halving from the last mode, or from zero where that is impossible; False if p vanishes."""
        if not np.isfinite(self._penalised(self._rows(self.u, ends), self.u, precision)):
            self.u = np.zeros_like(self.u)
        for _ in range(MOST_STEPS):
            rows = self._rows(self.u, ends)
            value = self._penalised(rows, self.u, precision)
            if not np.isfinite(value):
                return False
            slope = self.to_effects(rows.a + rows.b - 1) - precision * self.u
            step = cho_solve((self._root(rows, precision), True), slope) if slope.size else slope
            gain = float(slope @ step)
            size = self._damping(ends, precision, step, value)
            self.u = self.u + size * step
            if gain < MODE_TOLERANCE * max(1.0, abs(value)):
                return True
        return False

    def _damping(self, ends: _Cuts, precision: Floats, step: Floats, value: float) -> float:
        """The largest of 1, 1/2, 1/4 .. of a Newton step that does not lose; rounding is not a loss."""
        size, slack = 1.0, 1e-9 * max(1.0, abs(value))
        while size > 1e-6:
            u = self.u + size * step
            if self._penalised(self._rows(u, ends), u, precision) >= value - slack:
                break
            size /= 2
        return size

    def _rows(self, u: Floats, ends: _Cuts) -> _Rows:
        eta = ends.fixed + self.to_rows(u)
        a, b = _logistic(ends.upper - eta), _logistic(ends.lower - eta)
        return _Rows(a, b, a - b)

    def _penalised(self, rows: _Rows, u: Floats, precision: Floats) -> float:
        """Log-likelihood given the random effects plus their log density, constants left out."""
        if rows.p.min(initial=1.0) <= 0:
            return -np.inf
        return float(np.log(rows.p).sum() - (precision * u**2).sum() / 2)

    def _root(self, rows: _Rows, precision: Floats) -> Floats:
        """Lower Cholesky factor of Z' W Z + D^-1, which is positive definite, [q, q]."""
        weight = rows.a * (1 - rows.a) + rows.b * (1 - rows.b)
        q = self.u.size
        weights = (self.products * weight[:, None, None]).ravel()
        information = np.bincount(self.couples, weights, q * q).astype(np.float64).reshape(q, q)
        information[np.arange(q), np.arange(q)] += precision
        return np.asarray(cho_factor(information, lower=True, check_finite=False)[0]) if q else information

    def _gradient(self, rows: _Rows, inverse: Floats, precision: Floats, jacobian: Floats) -> Floats:
        data, a, b, p = self.data, rows.a, rows.b, rows.p
        fa, fb = a * (1 - a), b * (1 - b)
        da, db = fa * (1 - 2 * a), fb * (1 - 2 * b)
        leverage = (
            (self.products.ravel() * inverse.ravel()[self.couples]).reshape(data.y.size, -1).sum(axis=1)
        )
        pull = inverse @ self.to_effects(leverage * -(da + db))
        shift = self.to_rows(pull)  # how the log-determinant moves with the mode, seen from each row
        beta = data.x.T @ (a + b - 1 + leverage * (da + db) / 2 + shift * (fa + fb) / 2)
        upper = fa / p - leverage * da / 2 - shift * fa / 2
        lower = -fb / p - leverage * db / 2 - shift * fb / 2
        cuts = np.bincount(data.y, upper, data.levels)[:-1] + np.bincount(data.y, lower, data.levels)[1:]
        spread = precision * self.u**2 - 1 + precision * np.diag(inverse) - precision * self.u * pull
        log_sd = np.bincount(data.component, spread, data.n_components)
        return np.concatenate([beta, cuts @ jacobian, log_sd])


def _inverse(root: Floats) -> Floats:
    """The inverse of the matrix with this lower Cholesky factor."""
    if root.size == 0:
        return root
    lower = np.tril(dpotri(root, lower=1)[0])
    return np.asarray(lower + np.tril(lower, -1).T)


def _logistic(x: Floats) -> Floats:
    return np.asarray(0.5 * (1 + np.tanh(0.5 * np.clip(x, -FAR * 10, FAR * 10))))


def fit_ordinal(data: OrdinalData) -> OrdinalFit:
    """Maximum of the Laplace likelihood by BFGS with its gradient. Raises NotSettled."""
    objective = _Laplace(data)
    p, m = data.x.shape[1], objective.n_alpha
    start = np.concatenate([np.zeros(p), _start_thresholds(data, m), np.full(data.n_components, -0.7)])
    bounds = [(None, None)] * (p + m) + [(SMALLEST_LOG_SD, 3.0)] * data.n_components
    found = minimize(
        objective,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"ftol": 1e-12, "gtol": 1e-6, "maxiter": 300},
    )
    free = np.ones(found.x.size, dtype=bool)
    free[p + m :] = found.x[p + m :] > SMALLEST_LOG_SD + 1e-6
    if not np.isfinite(found.fun) or np.abs(found.jac[free]).max(initial=0) > STEEPEST * np.sqrt(data.y.size):
        raise NotSettled(f"the ordinal model did not settle: {found.message}")
    beta, alpha, log_sd = objective.split(found.x)
    cuts, _ = thresholds_of(alpha, levels=data.levels, symmetric=data.symmetric)
    sd = np.where(log_sd > SMALLEST_LOG_SD + 1e-6, np.exp(log_sd), 0.0)
    return OrdinalFit(beta, cuts, sd, _covariance(objective, found.x, free), -float(found.fun))


def _start_thresholds(data: OrdinalData, m: int) -> Floats:
    if data.symmetric:
        return np.full(m, np.log(0.7))
    shares = np.cumsum(np.bincount(data.y, minlength=data.levels) + 0.5)[:-1] / (
        data.y.size + data.levels / 2
    )
    logits = np.log(shares / (1 - shares))
    return np.append(logits[0], np.log(np.maximum(np.diff(logits), 0.05)))


def _covariance(objective: _Laplace, phi: Floats, free: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Floats:
    """Inverse of the information by central differences of the gradient; parameters on a bound are held."""
    step = 1e-4
    index = np.flatnonzero(free)
    information = np.zeros((index.size, index.size))
    for row, parameter in enumerate(index):
        ahead, behind = phi.copy(), phi.copy()
        ahead[parameter] += step
        behind[parameter] -= step
        information[row] = ((objective(ahead)[1] - objective(behind)[1]) / (2 * step))[index]
    covariance = np.zeros((phi.size, phi.size))
    covariance[np.ix_(index, index)] = np.linalg.inv((information + information.T) / 2)
    return covariance
