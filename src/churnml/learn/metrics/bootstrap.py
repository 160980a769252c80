"""Metrics over many resamples of accounts at once.

A resample is a column of weights; a metric is one pass over all columns.
A ranking metric is a ratio of sums over folds, because only scores of one fold, made by one model, may be
compared. So a metric here returns what it adds to the numerator and to the denominator, one number a
resample.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from churnml.learn.arrays import BoolArray, FloatArray

Part = tuple[FloatArray, FloatArray]
CLOSE, MOST_STEPS = 1e-3, 25
STEP = 1 / 32
"""Between the log-odds at which many rows stand for a slope: a logistic curve through four of them is known to 1e-9."""

Metric = Callable[[FloatArray, FloatArray, FloatArray], Part]


def account_weights(accounts: NDArray[np.object_], resamples: int, seed: int) -> FloatArray:
    """How often each row counts: in the book as it is (first column) and in each resample of its accounts."""
    names, codes = np.unique(accounts.astype(str), return_inverse=True)
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(len(names), np.full(len(names), 1 / len(names)), size=resamples)
    return np.vstack([np.ones((1, len(names))), drawn]).T[codes]


def over_folds(
    metric: Metric, folds: NDArray[np.int_], score: FloatArray, value: FloatArray, weights: FloatArray
) -> FloatArray:
    """The metric of each resample, its parts summed over folds; NaN where the denominator is nothing."""
    top, bottom = _summed(metric, folds, score, value, weights)
    return np.divide(top, bottom, out=np.full_like(top, np.nan), where=bottom > 0)


def total(
    metric: Metric, folds: NDArray[np.int_], score: FloatArray, value: FloatArray, weights: FloatArray
) -> FloatArray:
    """The metric's numerator in each resample, summed over folds: what was caught, not its share."""
    return _summed(metric, folds, score, value, weights)[0]


def _summed(
    metric: Metric, folds: NDArray[np.int_], score: FloatArray, value: FloatArray, weights: FloatArray
) -> Part:
    top, bottom = np.zeros(weights.shape[1]), np.zeros(weights.shape[1])
    for inside in _blocks(folds):
        more, below = metric(score[inside], value[inside], weights[inside])
        top, bottom = top + more, bottom + below
    return top, bottom


def _blocks(folds: NDArray[np.int_]) -> list[slice | NDArray[np.intp]]:
    """The rows of each fold: a slice where they stand together, as in a backtest, since that copies no weights."""
    names, starts, counts = np.unique(folds, return_index=True, return_counts=True)
    is_together = all(
        (folds[start : start + count] == name).all()
        for name, start, count in zip(names, starts, counts, strict=True)
    )
    if is_together:
        return [slice(start, start + count) for start, count in zip(starts, counts, strict=True)]
    return [np.flatnonzero(folds == name) for name in names]


def roc_auc(score: FloatArray, value: FloatArray, weights: FloatArray) -> Part:
    """Pairs with and without the outcome that the score orders right (ties half), of all such pairs."""
    y_true, rows = _by_rank(score, value, weights)
    return _roc_auc(y_true, rows, y_true.cumsum(axis=0), rows.cumsum(axis=0))


def captured(share: float) -> Metric:
    """The value held by the top share of rows (ties and the last row in part), of all value."""

    def metric(score: FloatArray, value: FloatArray, weights: FloatArray) -> Part:
        worth, rows = _by_rank(score, value, weights)
        return _captured(share, worth, rows, rows.cumsum(axis=0))

    return metric


def ordered(share: float) -> Metric:
    """``roc_auc``, average precision and ``captured`` as three rows: one sorting and one adding up for all."""

    def metric(score: FloatArray, value: FloatArray, weights: FloatArray) -> Part:
        y_true, rows = _by_rank(score, value, weights)
        found, called = y_true.cumsum(axis=0), rows.cumsum(axis=0)
        parts = (
            _roc_auc(y_true, rows, found, called),
            _pr_auc(y_true, found, called),
            _captured(share, y_true, rows, called),
        )
        return np.vstack([top for top, _ in parts]), np.vstack([bottom for _, bottom in parts])

    return metric


def best_stretch(score: FloatArray, value: FloatArray, weights: FloatArray) -> Part:
    """Two rows: the largest sum of value over a top stretch of rows (ties together), and the rows in it; over rows.

    Where no stretch is worth anything: nothing, and nobody.
    """
    worth, rows = (column.cumsum(axis=0) for column in _by_rank(score, value, weights))
    place = worth.argmax(axis=0), np.arange(worth.shape[1])
    is_worth = worth[place] > 0
    return np.where(is_worth, [worth[place], rows[place]], 0.0), np.vstack([rows[-1], rows[-1]])


def brier(score: FloatArray, value: FloatArray, weights: FloatArray) -> Part:
    """Squared error of the probability, over rows."""
    return ((score - value) ** 2) @ weights, weights.sum(axis=0)


def calibration_slope(log_odds: FloatArray, value: FloatArray, weights: FloatArray) -> FloatArray:
    """The slope of outcomes on predicted log-odds; 1 is right, below 1 the predictions are too bold.

    By Newton's method for all resamples side by side, from where the first column, the book as it is, ends, the rows moved to a grid of log-odds.
    NaN where the predictions do not differ, the outcome never or always came, or no slope is found: where the predictions part the few outcomes
    from the rest, it has no end.
    """
    center = log_odds.mean()
    shifted = log_odds - center
    total, *wanted = np.vstack([np.ones_like(shifted), value, shifted * value]) @ weights
    y_true = wanted[0]
    is_solvable = (y_true > 0) & (y_true < total) & bool(np.ptp(log_odds) > 0)
    if not is_solvable.any():
        return np.full(weights.shape[1], np.nan)
    if weights.shape[1] > 1 and np.ptp(log_odds) < STEP * len(log_odds) / 8:
        shifted, weights = _on_grid(shifted, weights)
    intercept, slope = np.full_like(total, center), np.ones_like(total)
    if weights.shape[1] > 1 and is_solvable[0]:
        first = _slopes(shifted, [row[:1] for row in wanted], weights[:, :1], intercept[:1], slope[:1])
        if (np.abs(first[2]) <= CLOSE).all():
            intercept, slope = np.full_like(total, first[0][0]), np.full_like(total, first[1][0])
    _, slope, step = _slopes(shifted, wanted, weights, intercept, slope, is_solvable)
    is_found = np.abs(step) <= CLOSE  # not so where the step is unknown, or the slope still runs away
    return np.where(is_solvable & is_found, slope, np.nan)


def _on_grid(shifted: FloatArray, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
    """A grid of log-odds and the weights on it: each row's goes to its four neighbours, so that sums of cubics are exact."""
    from scipy.sparse import csr_array  # only who resamples pays for it

    cell, part = np.divmod((shifted - shifted.min()) / STEP, 1)
    left, right, far = part + 1, part - 1, part - 2
    shares = np.column_stack(
        [-part * right * far / 6, left * right * far / 2, -left * part * far / 2, left * part * right / 6]
    )
    nodes = cell.astype(int)[:, None] + np.arange(4)
    ends = np.arange(len(nodes) + 1) * 4
    moved = csr_array((shares.ravel(), nodes.ravel(), ends), shape=(len(nodes), int(nodes.max()) + 1)).T
    return shifted.min() + STEP * (np.arange(moved.shape[0]) - 1), moved @ weights


def _slopes(
    shifted: FloatArray, wanted: list[FloatArray], weights: FloatArray, intercept: FloatArray, slope: FloatArray,
    is_solvable: BoolArray | bool = True,
) -> tuple[FloatArray, FloatArray, FloatArray]:  # fmt: skip
    """Intercepts and slopes by Newton's method from where they are, and the last step of the slopes."""
    from scipy.special import expit  # only who fits slopes pays for it

    powers = np.vstack([np.ones_like(shifted), shifted, shifted**2])
    step = np.zeros_like(slope)
    for _ in range(MOST_STEPS):
        fitted = expit(intercept + slope * shifted[:, None])
        expected = weights * fitted
        up, tilt = wanted - powers[:2] @ expected
        a, b, c = powers @ (expected * (1 - fitted))
        scale = np.where(np.abs(a * c - b * b) > 0, a * c - b * b, np.nan)
        step = np.clip((a * tilt - b * up) / scale, -1, 1)
        intercept, slope = intercept + np.clip((c * up - b * tilt) / scale, -2, 2), slope + step
        if not (is_solvable & (np.abs(step) > CLOSE)).any():  # what is left is of the order of its square
            break
    return intercept, slope, step


def _roc_auc(y_true: FloatArray, rows: FloatArray, found: FloatArray, called: FloatArray) -> Part:
    before = called - found
    return (y_true * (before[-1] - before + (rows - y_true) / 2)).sum(axis=0), found[-1] * before[-1]


def _pr_auc(y_true: FloatArray, found: FloatArray, called: FloatArray) -> Part:
    """Average precision times the outcomes, of the outcomes."""
    precision = np.divide(found, called, out=np.zeros_like(found), where=called > 0)
    return (y_true * precision).sum(axis=0), found[-1]


def _captured(share: float, worth: FloatArray, rows: FloatArray, called: FloatArray) -> Part:
    room = share * called[-1]
    last = int((called - rows < room).any(axis=1).sum())  # below it nobody is called
    worth_near, near, before = worth[:last], rows[:last], called[:last] - rows[:last]
    taken = np.clip(np.divide(room - before, near, out=np.zeros_like(near), where=near > 0), 0, 1)
    return (worth_near * taken).sum(axis=0), worth.sum(axis=0)


def _by_rank(score: FloatArray, value: FloatArray, weights: FloatArray) -> Part:
    """Value and rows, weighted, of each group of rows of equal score, best score first.

    Neighbouring groups without value are one: where they part moves no metric here, and most rows are such.
    """
    from scipy.sparse import csr_array  # only who resamples pays for it

    order = np.argsort(-score, kind="stable")
    ranked, worth = score[order], value[order]
    starts = np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]])
    has_value = np.logical_or.reduceat(worth != 0, starts)
    starts = starts[np.r_[True, has_value[1:] | has_value[:-1]]]
    if weights.shape[1] == 1:  # a sparse matrix does not pay for one column
        drawn = weights[order]
        return np.add.reduceat(worth[:, None] * drawn, starts), np.add.reduceat(drawn, starts)
    edges, shape = np.r_[starts, len(order)], (len(starts), len(order))
    rows = csr_array((np.ones(len(order)), order, edges), shape=shape)
    return csr_array((worth, order, edges), shape=shape) @ weights, rows @ weights
