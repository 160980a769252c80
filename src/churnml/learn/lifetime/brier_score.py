"""How far survival curves are from what happened, with the censored weighted in.

Graf, Schmoor, Sauerbrei and Schumacher, Statistics in Medicine 18 (1999): the squared error at each time, each
row weighted by the inverse chance of having been followed so far, by Kaplan and Meier's curve of the censoring.
"""

import numpy as np

from churnml.learn.arrays import BoolArray, FloatArray


def integrated_brier(time: FloatArray, has_left: BoolArray, survival: FloatArray, grid: FloatArray) -> float:
    """The Brier score averaged over the grid of times (trapezoids); ``survival`` has a row a life, a column a time.

    0 is perfect; 0.25 is a coin. NaN where nobody is followed to the end of the grid.

    >>> grid, alive = np.array([1.0, 2.0]), np.array([[1.0, 0.0], [1.0, 1.0]])
    >>> integrated_brier(np.array([2.0, 3.0]), np.array([True, True]), alive, grid)
    0.0
    """
    scores = brier(time, has_left, survival, grid)
    return float(np.trapezoid(scores, grid) / (grid[-1] - grid[0]))


def brier(time: FloatArray, has_left: BoolArray, survival: FloatArray, grid: FloatArray) -> FloatArray:
    """The weighted squared error at each time of the grid."""
    before, after = followed(time, has_left, time, is_before=True), followed(time, has_left, grid)
    is_gone = (time[:, None] <= grid) & has_left[:, None]
    is_there = time[:, None] > grid
    with np.errstate(divide="ignore", invalid="ignore"):
        gone = np.where(is_gone, survival**2 / before[:, None], 0.0)
        there = np.where(is_there, (1.0 - survival) ** 2 / after[None, :], 0.0)
    return np.asarray((gone + there).mean(axis=0))


def followed(time: FloatArray, has_left: BoolArray, at: FloatArray, *, is_before: bool = False) -> FloatArray:
    """The chance of still being followed after each time (or just before it): Kaplan-Meier with censoring as the event.

    Who leaves at a time was still followed then, so leaving goes before censoring.
    """
    times, place = np.unique(time, return_inverse=True)
    censored = np.bincount(place, ~has_left)
    left = np.bincount(place, has_left)
    at_risk = np.bincount(place)[::-1].cumsum()[::-1] - left
    kept = np.cumprod(1.0 - np.divide(censored, at_risk, out=np.zeros(len(times)), where=at_risk > 0))
    steps = np.searchsorted(times, at, side="left" if is_before else "right")
    return np.asarray(np.r_[1.0, kept][steps])
