"""The simplest rivals a model must beat: the base rate, and the best single column."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from churnml.learn.arrays import BoolArray, FloatArray
from churnml.learn.calibration import Platt


@dataclass(frozen=True)
class BaseRate:
    """The same log-odds for everyone."""

    value: float

    @classmethod
    def fit(cls, is_outcome: BoolArray) -> Self:
        """The training rows' rate (with half a row of each kind added, so that it is never 0 or 1)."""
        rate = (float(is_outcome.sum()) + 0.5) / (len(is_outcome) + 1)
        return cls(float(np.log(rate / (1 - rate))))

    def log_odds(self, matrix: FloatArray) -> FloatArray:
        """The rate's log-odds, one a row."""
        return np.full(len(matrix), self.value)


@dataclass(frozen=True)
class BestColumn:
    """The numeric column that orders the training rows best, and its direction; unknown is the median."""

    place: int
    direction: float
    median: float
    platt: Platt

    @classmethod
    def fit(cls, matrix: FloatArray, is_outcome: BoolArray, is_category: NDArray[np.bool_]) -> Self:
        """The column with the ROC-AUC furthest from one half, turned so that higher means likelier."""
        medians = [_median(matrix[:, place]) for place in range(matrix.shape[1])]
        lifts = np.array([
            0.0 if is_category[place] else roc_auc(_filled(matrix[:, place], median), is_outcome) - 0.5
            for place, median in enumerate(medians)
        ])  # fmt: skip
        place = int(np.argmax(np.abs(lifts)))
        direction = -1.0 if lifts[place] < 0 else 1.0
        log_odds = direction * _filled(matrix[:, place], medians[place])
        return cls(place, direction, medians[place], Platt.fit(log_odds, is_outcome))

    def log_odds(self, matrix: FloatArray) -> FloatArray:
        """The column as calibrated log-odds, one a row."""
        values = self.direction * _filled(matrix[:, self.place], self.median)
        return self.platt.slope * values + self.platt.intercept


def _median(values: FloatArray) -> float:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if len(known) else 0.0


def _filled(values: FloatArray, median: float) -> FloatArray:
    return np.where(np.isnan(values), median, values)


def roc_auc(score: FloatArray, is_outcome: BoolArray) -> float:
    """The share of pairs with and without the outcome that the score orders right, ties half; one half where there is no pair."""
    y_true = int(is_outcome.sum())
    pairs = y_true * (len(score) - y_true)
    return float(rankdata(score)[is_outcome].sum() - y_true * (y_true + 1) / 2) / pairs if pairs else 0.5
