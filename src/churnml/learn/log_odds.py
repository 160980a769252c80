"""Log-odds: the scale on which models speak, and the one solver of logistic regressions."""

from collections.abc import Callable

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


STEPS, CURVE_LASTS, STILL, DIGITS = 100, 5, 1e-11, 9
FARTHEST = 1e3
"""The most that a step moves a coefficient: where nothing holds a fit that parts the outcomes, the numbers stay finite."""
TURNS = 30
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
    penalty = np.r_[0.0, np.broadcast_to(ridge, design.shape[1])]
    weights = np.broadcast_to(weight, target.shape)[:, None]
    begin = (
        np.r_[log_odds_of(target, weights[:, 0]), np.zeros(design.shape[1])]
        if start is None
        else np.r_[start]
    )

    def curves(chance: FloatArray) -> list[FloatArray]:
        return [curvature(design, (weights * chance * (1 - chance))[:, 0])]

    # Sums in one order, whatever the machine; and no threads that wait for each other.
    with threadpool_limits(1):
        found = descended(design, target, penalty, bounds, weights, begin[None, :], curves)[0].round(DIGITS)
    return float(found[0]), found[1:]


def descended(
    design: FloatArray, target: FloatArray, penalty: FloatArray, bounds: list[Bound], weights: FloatArray,
    points: FloatArray, curves: Callable[[FloatArray], list[FloatArray]], still: float = STILL,
) -> FloatArray:  # fmt: skip
    """Several such fits on one design, ``[fit, intercept and coefficients]``, each with its column of row weights and from its point.

    Unrounded, until no step moves a coefficient by ``still``, that step included; ``curves`` gives each fit's curvature at the chances ``[row, fit]``. The caller
    keeps linear algebra to one thread.
    """
    low = np.array([-np.inf, *(-np.inf if least is None else least for least, _ in bounds)])
    high = np.array([np.inf, *(np.inf if most is None else most for _, most in bounds)])
    points = np.clip(points, low, high)
    log_odds, bent = line(design, points), []
    for step in range(STEPS):
        chance = sigmoid(log_odds)
        error = weights * (chance - target[:, None])
        slopes = np.column_stack([error.sum(axis=0), error.T @ design]) + penalty * points
        if step % CURVE_LASTS == 0:
            bent = [curve + np.diag(penalty) for curve in curves(chance)]
        moves = (
            np.array([_least(*each, low, high) for each in zip(bent, slopes, points, strict=True)]) - points
        )
        lengths = np.abs(moves).max(axis=1)
        if lengths.max() < still:
            return np.asarray(points + moves)
        moves *= np.minimum(1.0, FARTHEST / np.maximum(lengths, still))[:, None]
        ahead = line(design, moves)
        shares = np.array([
            _share(log_odds[:, fit], ahead[:, fit], target, weights[:, fit], penalty, points[fit], moves[fit])
            for fit in range(len(points))
        ])  # fmt: skip
        points, log_odds = points + shares[:, None] * moves, log_odds + shares * ahead
    return points


def line(design: FloatArray, points: FloatArray) -> FloatArray:
    """The log-odds by each fit's intercept and coefficients, ``[row, fit]``."""
    return np.asarray(points[:, 0] + design @ points[:, 1:].T)


def curvature(design: FloatArray, weight: FloatArray) -> FloatArray:
    """How the log loss bends in the intercept and the coefficients, for rows that weigh so much (weight x chance x rest)."""
    scaled = design * np.sqrt(weight)[:, None]
    edge = design.T @ weight
    return np.block([[np.array([[weight.sum()]]), edge[None, :]], [edge[:, None], scaled.T @ scaled]])


def log_odds_of(target: FloatArray, weight: FloatArray | float = 1.0) -> float:
    """The log-odds of a target's mean, with half a row of each kind added."""
    weight = np.broadcast_to(weight, target.shape)
    rate = (weight @ target + 0.5) / (weight.sum() + 1)
    return float(np.log(rate / (1 - rate)))


def _least(
    curve: FloatArray, slope: FloatArray, point: FloatArray, low: FloatArray, high: FloatArray
) -> FloatArray:
    """Where the parabola with this slope and curvature at the point is least within the bounds.

    Solved as if the bounds that hold now were those that hold at the end; what then leaves its bounds is held, what is pulled inwards let
    go, and so on until nothing changes, which mostly is soon.
    """
    is_fixed = low == high
    is_low, is_high = (point <= low) & (slope >= 0), (point >= high) & (slope <= 0)
    for _ in range(TURNS):
        found = _solved(
            curve,
            slope,
            point,
            np.where(is_low, low, np.where(is_high, high, point)),
            is_fixed | is_low | is_high,
        )
        turn = slope + curve @ (found - point)
        lower, higher = (found < low) | (is_low & (turn >= 0)), (found > high) | (is_high & (turn <= 0))
        if np.array_equal(lower | is_fixed, is_low | is_fixed) and np.array_equal(
            higher | is_fixed, is_high | is_fixed
        ):
            return found
        is_low, is_high = lower, higher
    return _searched(curve, slope, point, low, high)


def _solved(
    curve: FloatArray, slope: FloatArray, point: FloatArray, near: FloatArray, is_held: BoolArray
) -> FloatArray:
    """The parabola's least point where some coefficients are held at ``near``."""
    from scipy.linalg import LinAlgError, cho_factor, cho_solve  # only who fits pays for it

    free = ~is_held
    rest = slope[free] + curve[np.ix_(free, is_held)] @ (near - point)[is_held]
    bend, found = curve[np.ix_(free, free)], near.copy()
    try:
        step = cho_solve(cho_factor(bend), rest)
    except LinAlgError:  # columns that say the same and no ridge
        step = np.linalg.lstsq(bend, rest, rcond=None)[0]
    found[free] = point[free] - step
    return found


def _searched(
    curve: FloatArray, slope: FloatArray, point: FloatArray, low: FloatArray, high: FloatArray
) -> FloatArray:
    """The same step by step, for the rare parabola on which holding and letting go would not end."""
    from scipy.optimize import Bounds, minimize

    size = max(float(np.diag(curve).max(initial=0.0)), 1e-12)

    def parabola(other: FloatArray) -> tuple[float, FloatArray]:
        turn = curve @ (other - point)
        return float((slope + turn / 2) @ (other - point)) / size, (slope + turn) / size

    found = minimize(parabola, point, jac=True, method="L-BFGS-B", bounds=Bounds(low, high), options=QUICK).x
    inside = _solved(curve, slope, point, np.asarray(found), (found <= low) | (found >= high))
    return np.asarray(np.clip(inside, low, high))


def _share(
    log_odds: FloatArray, ahead: FloatArray, target: FloatArray, weight: FloatArray, penalty: FloatArray,
    point: FloatArray, move: FloatArray,
) -> float:  # fmt: skip
    """How much of a move to make: all, or half as often as it takes not to lose."""

    def loss(share: float) -> float:
        said, there = log_odds + share * ahead, point + share * move
        surprise = np.log1p(np.exp(-np.abs(said))) + np.maximum(said, 0.0) - target * said
        return float((weight * surprise).sum() + penalty / 2 @ there**2)

    now, share = loss(0.0), 1.0
    while loss(share) > now + 1e-9 * abs(now) and share > 1e-6:
        share /= 2
    return share
