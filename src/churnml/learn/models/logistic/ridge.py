"""A logistic regression whose ridge is found on accounts that it has not seen."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from churnml.learn.arrays import FloatArray
from churnml.learn.log_odds import Bound, curvature, descended, fit_bounded, line, log_odds_of
from churnml.learn.models.base import PARTS, Training

RIDGES = (1000.0, 300.0, 100.0, 30.0, 10.0, 3.0, 1.0)
"""From the strongest; in renewals, since each weighs one."""
CLOSE = 3e-2
"""In log-odds a spread of a column: a step this short is the last of a fit that only judges a ridge, since what is left is of its square."""


class Ridged(NamedTuple):
    """A regression, its ridge, and the training rows' log-odds by regressions with that ridge that never saw their account."""

    intercept: float
    coefficients: FloatArray
    ridge: float
    held_out: FloatArray


def fit_ridge(design: FloatArray, training: Training, bounds: list[Bound], pull: FloatArray) -> Ridged:
    """The regression whose ridge is the strongest that loses no more than chance on accounts held out, each coefficient pulled by ``pull`` times it.

    The accounts stand in parts, each held out once. From the strongest ridge on, each found from the one before, until the loss rises; then the
    strongest whose loss lies within one standard error of the least (Breiman et al. 1984), since what comes will be less like these rows than they
    are like each other.
    """
    target, weight = training.y_true, np.broadcast_to(training.weight, len(design))
    held = training.parts[:, None] == np.arange(PARTS)
    rest = weight[:, None] * ~held

    def curves(chance: FloatArray) -> list[FloatArray]:
        """One for all, by the chances of the rows held out, which are near those of the others: each fit has all rows but a part."""
        own = chance[held]
        return [curvature(design, weight * own * (1 - own)) * (1 - 1 / PARTS)] * PARTS

    points = np.array([[log_odds_of(target, each), *np.zeros(design.shape[1])] for each in rest.T])
    codes = pd.factorize(training.accounts)[0]
    tried: list[tuple[FloatArray, float, FloatArray, FloatArray]] = []
    with threadpool_limits(1):
        for ridge in RIDGES:
            points = descended(design, target, np.r_[0.0, ridge * pull], bounds, rest, points, curves, CLOSE)
            said = line(design, points)[held]
            loss = np.asarray(
                np.bincount(codes, weight * (np.logaddexp(0.0, said) - target * said)), dtype=float
            )
            tried.append((loss, ridge, said, points.mean(axis=0)))
            if loss.sum() > tried[-2:][0][0].sum():  # the one before
                break
    least = min((each[0] for each in tried), key=np.sum)
    _, ridge, said, start = next(each for each in tried if _is_as_good(each[0], least))
    return Ridged(
        *fit_bounded(design, target, ridge * pull, bounds, weight, (start[0], start[1:])), ridge, said
    )


def _is_as_good(loss: FloatArray, least: FloatArray) -> bool:
    """Whether an account's losses sum to no more than a standard error above the least."""
    more = loss - least
    return bool(more.sum() <= np.sqrt(len(more)) * more.std())
