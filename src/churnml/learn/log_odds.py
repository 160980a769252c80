"""Log-odds: the scale on which models speak, and the one solver of logistic regressions."""

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from churnml.learn.arrays import BoolArray, FloatArray

Bound = tuple[float | None, float | None]


def sigmoid(log_odds: FloatArray) -> FloatArray:
    """Probabilities of log-odds, without overflow.

    >>> sigmoid(np.array([0.0, -1000.0])).tolist()
    [0.5, 0.0]
    """
    small = np.exp(-np.abs(log_odds))
    return np.asarray(np.where(log_odds >= 0, 1.0, small) / (1.0 + small))


STEPS, CURVE_LASTS, STILL, DIGITS = 100, 3, 1e-11, 9
FARTHEST = 1e3
"""The most that a step moves a coefficient: where nothing holds a fit that parts the outcomes, the numbers stay finite."""
QUICK = {"maxiter": 1000, "maxfun": 5000, "ftol": 1e-15, "gtol": 1e-10}


def fit_bounded(
    design: FloatArray, target: FloatArray, ridge: float | FloatArray, bounds: list[Bound],
    weight: FloatArray | float = 1.0, start: tuple[float, FloatArray] | None = None,
) -> tuple[float, FloatArray]:  # fmt: skip
    """Intercept and coefficients of least log loss + ridge/2 x coefficients², each within its bounds.

    The target may be soft (between 0 and 1); the ridge may be one number or one a coefficient. The intercept
    is neither bounded nor penalised. A row counts ``weight`` times; ``start`` is where the search begins. By Newton's method: each step goes to the least point within the bounds
    of a parabola. Its curvature, the costly part, serves several steps.

    >>> intercept, slope = fit_bounded(np.array([[-1.0], [1.0]]), np.array([0.25, 0.75]), 0.0, [(None, None)])
    >>> abs(round(intercept, 6)), slope.round(6).tolist()
    (0.0, [1.098612])
    """
    whole = np.column_stack([np.ones(len(design)), design])
    penalty = np.r_[0.0, np.broadcast_to(ridge, design.shape[1])]
    low = np.array([-np.inf, *(-np.inf if least is None else least for least, _ in bounds)])
    high = np.array([np.inf, *(np.inf if most is None else most for _, most in bounds)])
    if start is None:
        rate = (target.sum() + 0.5) / (len(target) + 1)
        start = (float(np.log(rate / (1 - rate))), np.zeros(design.shape[1]))
    point = np.clip(np.r_[start[0], start[1]], low, high)
    with threadpool_limits(
        1
    ):  # sums in one order, whatever the machine; and no threads that wait for each other
        curve = np.empty(0)
        for step in range(STEPS):
            chance = sigmoid(whole @ point)
            slope = whole.T @ (weight * (chance - target)) + penalty * point
            if step % CURVE_LASTS == 0:
                weighted = whole * np.sqrt(weight * chance * (1 - chance))[:, None]
                curve = weighted.T @ weighted + np.diag(penalty)
            move = _least(curve, slope, point, low, high) - point
            length = np.abs(move).max(initial=0.0)
            if length < STILL:
                break
            move = move * min(1.0, FARTHEST / length)
            point = point + _share(whole, target, weight, penalty, point, move) * move
    return float(point[0].round(DIGITS)), np.asarray(point[1:].round(DIGITS))


def _least(
    curve: FloatArray, slope: FloatArray, point: FloatArray, low: FloatArray, high: FloatArray
) -> FloatArray:
    """Where the parabola with this slope and curvature at the point is least within the bounds."""
    from scipy.optimize import Bounds, minimize  # only who fits pays for it

    def parabola(other: FloatArray) -> tuple[float, FloatArray]:
        turn = curve @ (other - point)
        return float((slope + turn / 2) @ (other - point)) / size, (slope + turn) / size

    def solved(near: FloatArray, free: BoolArray) -> FloatArray:
        """What no bound holds, solved to the last digit."""
        rest = slope[free] + curve[np.ix_(free, ~free)] @ (near - point)[~free]
        found = near.copy()
        found[free] = point[free] - np.linalg.lstsq(curve[np.ix_(free, free)], rest, rcond=None)[0]
        return np.asarray(found)

    # First as if the bounds that hold now were those that hold at the end, which mostly is so.
    is_low, is_high = (point <= low) & (slope >= 0), (point >= high) & (slope <= 0)
    found = solved(point, ~(is_low | is_high | (low == high)))
    turn = slope + curve @ (found - point)
    is_inside = ((found >= low) & (found <= high)).all()
    if is_inside and not ((is_low & (turn < 0)) | (is_high & (turn > 0)))[low < high].any():
        return found
    size = max(float(np.diag(curve).max(initial=0.0)), 1e-12)
    found = np.asarray(
        minimize(parabola, point, jac=True, method="L-BFGS-B", bounds=Bounds(low, high), options=QUICK).x
    )
    return np.asarray(np.clip(solved(found, (found > low) & (found < high)), low, high))


def _share(
    whole: FloatArray, target: FloatArray, weight: FloatArray | float, penalty: FloatArray, point: FloatArray,
    move: FloatArray,
) -> float:  # fmt: skip
    """How much of a move to make: all, or half as often as it takes not to lose."""
    start, ahead = whole @ point, whole @ move

    def loss(share: float) -> float:
        log_odds, there = start + share * ahead, point + share * move
        surprise = np.log1p(np.exp(-np.abs(log_odds))) + np.maximum(log_odds, 0.0) - target * log_odds
        return float((weight * surprise).sum() + penalty / 2 @ there**2)

    now, share = loss(0.0), 1.0
    while loss(share) > now + 1e-9 * abs(now) and share > 1e-6:
        share /= 2
    return share
