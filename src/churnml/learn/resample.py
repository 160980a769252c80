"""Metrics over many resamples of accounts at once.

A resample is a column of weights; a metric is one pass over all columns.
A ranking metric is a ratio of sums over folds, because only scores of one fold, made by one model, may be
compared. So a metric here returns what it adds to the numerator and to the denominator, one number a
resample.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from churnml.learn.logit import FloatArray, sigmoid

Part = tuple[FloatArray, FloatArray]
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
    top, bottom = np.zeros(weights.shape[1]), np.zeros(weights.shape[1])
    for fold in np.unique(folds):
        inside = folds == fold
        more, below = metric(score[inside], value[inside], weights[inside])
        top, bottom = top + more, bottom + below
    return np.divide(top, bottom, out=np.full_like(top, np.nan), where=bottom > 0)


def roc_auc(score: FloatArray, value: FloatArray, weights: FloatArray) -> Part:
    """Pairs with and without the outcome that the score orders right (ties half), of all such pairs."""
    came, rest = _by_rank(score, weights * value[:, None], weights * (1 - value)[:, None])
    after = rest.sum(axis=0) - rest.cumsum(axis=0)
    return (came * (after + rest / 2)).sum(axis=0), came.sum(axis=0) * rest.sum(axis=0)


def pr_auc(score: FloatArray, value: FloatArray, weights: FloatArray) -> Part:
    """Average precision times the outcomes, of the outcomes."""
    came, rest = _by_rank(score, weights * value[:, None], weights * (1 - value)[:, None])
    found, called = came.cumsum(axis=0), (came + rest).cumsum(axis=0)
    precision = np.divide(found, called, out=np.zeros_like(found), where=called > 0)
    return (came * precision).sum(axis=0), came.sum(axis=0)


def captured(share: float) -> Metric:
    """The value held by the top share of rows (ties and the last row in part), of all value."""

    def metric(score: FloatArray, value: FloatArray, weights: FloatArray) -> Part:
        worth, rows = _by_rank(score, weights * value[:, None], weights)
        room = share * rows.sum(axis=0) - (rows.cumsum(axis=0) - rows)
        taken = np.clip(np.divide(room, rows, out=np.zeros_like(rows), where=rows > 0), 0, 1)
        return (worth * taken).sum(axis=0), worth.sum(axis=0)

    return metric


def brier(score: FloatArray, value: FloatArray, weights: FloatArray) -> Part:
    """Squared error of the probability, over rows."""
    return ((score - value) ** 2) @ weights, weights.sum(axis=0)


def calibration_slope(
    margin: FloatArray, value: FloatArray, weights: FloatArray, steps: int = 25
) -> FloatArray:
    """The slope of outcomes on predicted log-odds; 1 is right, below 1 the predictions are too bold.

    By Newton's method for all resamples side by side. NaN where the predictions do not differ, or the outcome
    never or always came.
    """
    total, came = weights.sum(axis=0), value @ weights
    center = margin.mean()
    shifted = (margin - center)[:, None]
    is_solvable = (came > 0) & (came < total) & bool(np.ptp(margin) > 0)
    if not is_solvable.any():
        return np.full(weights.shape[1], np.nan)
    intercept, slope = np.full_like(total, center), np.ones_like(total)
    for _ in range(steps):
        fitted = sigmoid(intercept + slope * shifted)
        error, spread = weights * (value[:, None] - fitted), weights * fitted * (1 - fitted)
        a, b, c = spread.sum(axis=0), (spread * shifted).sum(axis=0), (spread * shifted**2).sum(axis=0)
        up, tilt = error.sum(axis=0), (error * shifted).sum(axis=0)
        scale = np.where(np.abs(a * c - b * b) > 0, a * c - b * b, np.nan)
        step = np.clip((a * tilt - b * up) / scale, -1, 1)
        intercept, slope = intercept + np.clip((c * up - b * tilt) / scale, -2, 2), slope + step
        if not (np.abs(step[is_solvable]) > 1e-8).any():
            break
    return np.where(is_solvable, slope, np.nan)


def _by_rank(score: FloatArray, *columns: FloatArray) -> tuple[FloatArray, ...]:
    """The columns summed over rows of equal score, best score first."""
    order = np.argsort(-score, kind="stable")
    ranked = score[order]
    starts = np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]])
    return tuple(np.add.reduceat(column[order], starts, axis=0) for column in columns)
