"""Log-odds: the scale on which models speak, and the one solver of logistic regressions."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
Bound = tuple[float | None, float | None]


def sigmoid(margin: FloatArray) -> FloatArray:
    """Probabilities of log-odds, without overflow.

    >>> sigmoid(np.array([0.0, -1000.0])).tolist()
    [0.5, 0.0]
    """
    small = np.exp(-np.abs(margin))
    return np.asarray(np.where(margin >= 0, 1.0, small) / (1.0 + small))


NEWTON_STEPS, DIGITS = 2, 9


def fit_bounded(
    design: FloatArray, target: FloatArray, ridge: float, bounds: list[Bound]
) -> tuple[float, FloatArray]:
    """Intercept and coefficients of least log loss + ridge/2 x |coefficients|², each within its bounds.

    The target may be soft (between 0 and 1). The intercept is neither bounded nor penalised.
    """

    def loss(point: FloatArray) -> tuple[float, FloatArray]:
        margin = design @ point[1:] + point[0]
        error = sigmoid(margin) - target
        surprise = np.log1p(np.exp(-np.abs(margin))) + np.maximum(margin, 0.0) - target * margin
        slope = np.concatenate([[error.sum()], design.T @ error + ridge * point[1:]])
        return float(surprise.sum() + ridge / 2 * point[1:] @ point[1:]) / rows, slope / rows

    rows = max(len(target), 1)
    rate = (target.sum() + 0.5) / (rows + 1)
    start = np.zeros(design.shape[1] + 1)
    start[0] = np.log(rate / (1 - rate))
    precision = {"maxiter": 1000, "maxfun": 5000, "ftol": 1e-12, "gtol": 1e-9}
    with threadpool_limits(
        1
    ):  # sums in one order, whatever the machine; and no threads that wait for each other
        found = minimize(
            loss, start, jac=True, method="L-BFGS-B", bounds=[(None, None), *bounds], options=precision
        )
        point = _polished(design, target, ridge, bounds, found.x)
    return float(point[0]), point[1:]


def _polished(
    design: FloatArray, target: FloatArray, ridge: float, bounds: list[Bound], point: FloatArray
) -> FloatArray:
    """The point after Newton steps on what no bound holds, without the last digits.

    Where L-BFGS stops hangs on the last bit of its sums, which differs between machines; these steps reach the minimum itself.
    """
    whole = np.column_stack([np.ones(len(design)), design])
    penalty = np.r_[0.0, np.full(design.shape[1], ridge)]
    free = np.r_[True, [value not in bound for value, bound in zip(point[1:].tolist(), bounds, strict=True)]]
    point = point.copy()
    for _ in range(NEWTON_STEPS):
        chance = sigmoid(whole @ point)
        slope = (whole.T @ (chance - target) + penalty * point)[free]
        weighted = whole[:, free] * (chance * (1 - chance))[:, None]
        curve = weighted.T @ whole[:, free] + np.diag(penalty[free])
        moved = point[free] - np.linalg.lstsq(curve, slope, rcond=None)[0]
        least = np.array([-np.inf, *(-np.inf if low is None else low for low, _ in bounds)])[free]
        most = np.array([np.inf, *(np.inf if high is None else high for _, high in bounds)])[free]
        point[free] = np.clip(moved, least, most)
    return np.asarray(point.round(DIGITS))
