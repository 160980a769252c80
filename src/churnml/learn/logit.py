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
    return float(found.x[0]), np.asarray(found.x[1:])
