"""Weibull accelerated failure time regression, said as multiples of a hazard.

lifelines' ``WeibullAFTFitter`` finds the same optimum by automatic differentiation, many times dearer; a test
holds this one to it.
"""

import numpy as np

from churnml.learn.arrays import FloatArray
from churnml.learn.models.survival.cox import Fit, Lives
from churnml.learn.models.survival.hazard import Baseline

POINTS = 200


def fit_aft(matrix: FloatArray, lives: Lives, ridge: float) -> Fit | None:
    """Coefficients on the log hazard and a smooth baseline a stratum; None where the fit does not converge.

    H(t) = (t / exp(b x))^rho = t^rho exp(-rho b x): the hazard's coefficients are -rho times the
    regression's. A stratum moves the scale; the shape is one for all. Half of ``ridge`` times the squares of
    log rho and of the coefficients of columns of spread 1, beside the mean log likelihood, as in lifelines.
    """
    first, *others = lives.names
    columns = np.column_stack([matrix, *(lives.strata == name for name in others)])
    spread = columns.std(axis=0, ddof=1)
    if not (spread > 0).all() or not (lives.time > 0).all():
        return None
    solved = _solve(np.column_stack([columns / spread, np.ones(len(columns))]), lives, ridge)
    if solved is None:
        return None
    scale, rho = solved[:-2] / spread, float(np.exp(solved[-1]))
    coefficients, moved = np.split(scale, [matrix.shape[1]])
    level = dict(zip([first, *others], solved[-2] + np.r_[0.0, moved], strict=True))
    grid = np.linspace(0.0, max(float(lives.time.max()), 1.0), POINTS)[1:]
    curves = {name: Baseline.of(grid, (grid / np.exp(level[name])) ** rho) for name in lives.names}
    return np.array([float(f"{-rho * value:.7g}") for value in coefficients.tolist()]), curves


def _solve(design: FloatArray, lives: Lives, ridge: float) -> FloatArray | None:
    """The scale's coefficients, the last column's being free of the ridge, and log rho; by Newton's method from no effect."""
    from scipy.optimize import minimize  # only who fits pays for it

    left, log_time, rows = lives.has_left.astype(float), np.log(lives.time), len(design)
    pull = np.full(design.shape[1] + 1, ridge)
    pull[-2] = 0.0

    def loss(point: FloatArray) -> tuple[float, FloatArray]:
        scale, rho = design @ point[:-1], np.exp(point[-1])
        late = rho * (log_time - scale)
        reached = np.exp(late)
        lost = reached - left * (point[-1] + late - log_time)
        slope = np.r_[rho * (left - reached) @ design, late @ (reached - left) - left.sum()] / rows
        return float(lost.mean() + pull @ point**2 / 2), slope + pull * point

    def curvature(point: FloatArray) -> FloatArray:
        scale, rho = design @ point[:-1], np.exp(point[-1])
        late = rho * (log_time - scale)
        reached = np.exp(late)
        across = rho * (left - reached - late * reached) @ design
        corner = late @ (reached - left + late * reached)
        inner = rho**2 * (design.T * reached) @ design
        bent = np.block([[inner, across[:, None]], [across, corner]])
        return np.asarray(bent / rows + np.diag(pull))

    start = np.zeros(len(pull))
    start[-2] = np.log(lives.time.sum() / max(left.sum(), 1.0))
    with np.errstate(all="ignore"):
        try:
            found = minimize(
                loss, start, jac=True, hess=curvature, method="trust-exact", options={"gtol": 1e-8}
            )
        except (ValueError, np.linalg.LinAlgError):
            return None
    solved = np.asarray(found.x)
    return solved if found.success and np.isfinite(solved).all() else None
