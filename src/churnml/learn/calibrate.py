"""From margin to probability: Platt's straight line in log-odds, which keeps the reasons additive."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from churnml.learn.logit import BoolArray, FloatArray, fit_bounded, sigmoid

LEAST_SLOPE = 0.01


@dataclass(frozen=True)
class Platt:
    """probability = sigmoid(slope x margin + intercept); the slope is above zero, so order is kept.

    >>> Platt(slope=2.0, intercept=0.0).probability(np.array([0.0])).tolist()
    [0.5]
    """

    slope: float = 1.0
    intercept: float = 0.0

    @classmethod
    def fit(cls, margin: FloatArray, is_outcome: BoolArray) -> Self:
        """The line that fits margins to outcomes.

        Where one class is absent: the margins as they are, moved to the base rate.

        Targets are Platt's (just inside 0 and 1), so a few perfectly parted rows do not make the slope
        endless.
        """
        with_outcome = int(is_outcome.sum())
        without = len(is_outcome) - with_outcome
        spread = float(margin.std()) if len(margin) else 0.0
        if spread == 0 or not with_outcome or not without:
            return cls(1.0, _matching_intercept(margin, (with_outcome + 0.5) / (len(margin) + 1)))
        target = np.where(is_outcome, (with_outcome + 1) / (with_outcome + 2), 1 / (without + 2))
        center = float(margin.mean())
        scaled = ((margin - center) / spread)[:, None]
        intercept, slope = fit_bounded(scaled, target, 0.0, [(LEAST_SLOPE * spread, None)])
        return cls(float(slope[0]) / spread, intercept - float(slope[0]) * center / spread)

    def probability(self, margin: FloatArray) -> FloatArray:
        """The calibrated probability of each margin."""
        return sigmoid(self.slope * margin + self.intercept)


def _matching_intercept(margin: FloatArray, rate: float) -> float:
    """The shift that makes the mean probability the rate, by bisection; 0 where there is no margin."""
    if not len(margin):
        return 0.0
    low, high = -50.0 - float(margin.max()), 50.0 - float(margin.min())
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if sigmoid(margin + middle).mean() < rate else (low, middle)
    return (low + high) / 2
