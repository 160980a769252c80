"""The simplest rivals a model must beat: the base rate, and the best single column."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.stats import rankdata

from churnml.learn.arrays import BoolArray, FloatArray
from churnml.learn.calibration import Platt
from churnml.learn.models.base import Training


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

    position: int
    direction: float
    median: float
    platt: Platt

    @classmethod
    def fit(cls, training: Training) -> Self:
        """The column with the ROC-AUC furthest from one half, turned so that higher means likelier."""
        matrix, is_outcome = training.matrix, training.is_outcome
        medians, ranks = training.memo("ranks", lambda: _ranked(matrix))
        is_category = [feature.is_category for feature in training.features]
        lifts = np.where(is_category, 0.0, _roc_auc(ranks, is_outcome) - 0.5)
        position = int(np.argmax(np.abs(lifts)))
        direction = -1.0 if lifts[position] < 0 else 1.0
        log_odds = direction * _filled(matrix[:, position], medians[position])
        return cls(position, direction, medians[position], Platt.fit(log_odds, is_outcome))

    def log_odds(self, matrix: FloatArray) -> FloatArray:
        """The column as calibrated log-odds, one a row."""
        values = self.direction * _filled(matrix[:, self.position], self.median)
        return self.platt.slope * values + self.platt.intercept


def _median(values: FloatArray) -> float:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if len(known) else 0.0


def _ranked(matrix: FloatArray) -> tuple[list[float], FloatArray]:
    """Each column's median, and the ranks of its values where unknown is the median."""
    medians = [_median(column) for column in matrix.T]
    return medians, np.column_stack(
        [rankdata(_filled(column, median)) for column, median in zip(matrix.T, medians, strict=True)]
    )


def _roc_auc(ranks: FloatArray, is_outcome: BoolArray) -> FloatArray:
    y_true = int(is_outcome.sum())
    pairs = y_true * (len(ranks) - y_true)
    above = ranks[is_outcome].sum(axis=0) - y_true * (y_true + 1) / 2
    return above / pairs if pairs else np.full(ranks.shape[1], 0.5)


def _filled(values: FloatArray, median: float) -> FloatArray:
    return np.where(np.isnan(values), median, values)


def roc_auc(score: FloatArray, is_outcome: BoolArray) -> float:
    """The share of pairs with and without the outcome that the score orders right, ties half; one half where there is no pair."""
    return float(_roc_auc(rankdata(score)[:, None], is_outcome)[0])
