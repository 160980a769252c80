"""Whether 20 % means 20 %: Brier score, calibration slope, and the expected calibration error with its floor."""

import numpy as np

from churnml.learn.arrays import FloatArray, rounded
from churnml.learn.metrics.bootstrap import brier, calibration_slope, over_folds
from churnml.learn.metrics.evaluation import Evaluation
from churnml.learn.metrics.ranking import Values
from churnml.results.metrics import Floor

BINS = 10
NO_SLOPE = "base_rate"
"""The rival that says the same of everyone within a fold."""


def calibration(evaluation: Evaluation, contender: str) -> Values:
    """Brier score, calibration slope (1 is right) and ECE."""
    probability = evaluation.probability(contender)
    inside = np.clip(probability, 1e-12, 1 - 1e-12)
    found = {"brier": over_folds(brier, evaluation.folds, probability, evaluation.y_true, evaluation.weights)}
    if contender != NO_SLOPE:
        log_odds = np.log(inside / (1 - inside))
        found["calibration_slope"] = calibration_slope(log_odds, evaluation.y_true, evaluation.weights)
    return found | {"ece": ece(probability, evaluation.y_true, evaluation.weights)}


def ece(probability: FloatArray, y_true: FloatArray, weights: FloatArray) -> FloatArray:
    """The expected calibration error of each resample: |mean prediction - share that came|, averaged over bins.

    Bins are ten of equal count (of weight, in a resample), in the order of the prediction (Naeini, Cooper and
    Hauskrecht, 2015, with bins of equal count). It cannot be zero: see ``floor``. NaN without rows.

    >>> said, came = np.array([0.1] * 10 + [0.6] * 10), np.array([1.0] + [0.0] * 9 + [1.0] * 5 + [0.0] * 5)
    >>> ece(said, came, np.ones((20, 1))).round(3).tolist()
    [0.29]
    """
    if not len(probability):
        return np.full(weights.shape[1], np.nan)
    ranked = np.argsort(probability, kind="stable")
    drawn = weights[ranked]
    rows = drawn.cumsum(axis=0)
    missed = (drawn * (probability - y_true)[ranked][:, None]).cumsum(axis=0)
    edges = np.arange(1, BINS + 1) / BINS
    found = np.full(weights.shape[1], np.nan)
    for column, size in enumerate(rows[-1]):
        if size > 0:
            last = np.searchsorted(rows[:, column], edges * size - 1e-9).clip(max=len(rows) - 1)
            found[column] = np.abs(np.diff(missed[last, column], prepend=0.0)).sum() / size
    return found


def floor(evaluation: Evaluation, contender: str) -> Floor:
    """The ECE that the rival's predictions would show if they were right.

    Outcomes are drawn from the predictions, one draw a renewal, since its snapshots share what came. An ECE
    below the percentile is no sign of a fault.
    """
    probability = evaluation.probability(contender)
    if not len(probability):
        return Floor(None, None)
    rng = np.random.default_rng(evaluation.settings.seed)
    names, place = np.unique(evaluation.renewals, return_inverse=True)
    draws = rng.random((len(names), evaluation.settings.n_bootstraps))[place]
    bins = np.array_split(np.argsort(probability, kind="stable"), BINS)
    y_true = [np.count_nonzero(draws[each] < probability[each, None], axis=0) for each in bins]
    gaps = [np.abs(probability[each].sum() - count) for each, count in zip(bins, y_true, strict=True)]
    errors = np.sum(gaps, axis=0) / len(probability)
    return Floor(rounded(errors.mean()), rounded(np.quantile(errors, 0.95)))
