"""A logistic regression whose ridge is found on accounts that it has not seen."""

from typing import NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from churnml.learn.arrays import FloatArray
from churnml.learn.log_odds import Bound, curvature, descended, fit_bounded, line, log_odds_of
from churnml.learn.models.base import PARTS, Training

RIDGES = (2500.0, 500.0, 100.0, 20.0, 4.0, 1.0)
"""From the strongest; in renewals, since each weighs one."""
CLOSE = 1e-2
"""In log-odds a spread of a column: how near to its end a fit that only judges a ridge must come."""


class Ridged(NamedTuple):
    """A regression, its ridge, and the training rows' log-odds by regressions with that ridge that never saw their account."""

    intercept: float
    coefficients: FloatArray
    ridge: float
    held_out: FloatArray


def fit_ridge(design: FloatArray, training: Training, bounds: list[Bound], pull: FloatArray) -> Ridged:
    """The regression with the ridge of least log loss on accounts held out, each coefficient pulled by ``pull`` times the ridge.

    The accounts stand in ``PARTS`` parts, each held out once. From the strongest ridge on, each found from the one before, until the
    loss rises.
    """
    target, weight = training.y_true, np.broadcast_to(training.weight, len(design))
    held = training.parts[:, None] == np.arange(PARTS)
    rest = weight[:, None] * ~held

    def curves(chance: FloatArray) -> list[FloatArray]:
        """One for all, by the chances of the rows held out, which are near those of the others: each fit has all rows but a part."""
        own = chance[held]
        return [curvature(design, weight * own * (1 - own)) * (1 - 1 / PARTS)] * PARTS

    points = np.array([[log_odds_of(target, each), *np.zeros(design.shape[1])] for each in rest.T])
    tried: list[tuple[float, float, FloatArray, FloatArray]] = []
    with threadpool_limits(1):
        for ridge in RIDGES:
            points = descended(design, target, np.r_[0.0, ridge * pull], bounds, rest, points, curves, CLOSE)
            said = line(design, points)[held]
            loss = float((weight * (np.logaddexp(0.0, said) - target * said)).sum())
            if tried and loss >= tried[-1][0]:
                break
            tried.append((loss, ridge, said, points))
    _, ridge, said, points = tried[-1]
    middle = points.mean(axis=0)
    return Ridged(
        *fit_bounded(design, target, ridge * pull, bounds, weight, (middle[0], middle[1:])), ridge, said
    )
