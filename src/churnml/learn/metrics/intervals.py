"""Intervals: what resamples give for a figure, and Wilson's formula for an observed share, or for many side by side."""

from statistics import NormalDist

import numpy as np

from churnml.learn.arrays import FloatArray, rounded
from churnml.results.interval import Interval


def bootstrap_interval(values: FloatArray, confidence: float) -> Interval:
    """The first value, of the book as it is, and the interval that the others, its resamples, give; None where unknown.

    >>> bootstrap_interval(np.array([0.5, 0.4, 0.6, np.nan]), 0.9)
    Interval(value=0.5, low=0.41, high=0.59)
    """
    edge, known = (1 - confidence) / 2, values[1:][np.isfinite(values[1:])]
    low, high = np.quantile(known, [edge, 1 - edge]) if len(known) else (np.nan, np.nan)
    return Interval(rounded(values[0]), rounded(low), rounded(high))


def wilson(
    share: FloatArray | float, size: FloatArray | float, confidence: float
) -> tuple[FloatArray, FloatArray]:
    """The low and high end of each share of so many, in the shape of ``share``; the share lies within.

    SciPy's ``binomtest(...).proportion_ci(method="wilson")`` gives the same for one count, after an import of ``scipy.stats``
    that would cost each run of scoring more than the rest of the track record.

    >>> low, high = wilson(0.5, 10, 0.9)
    >>> round(float(low), 3), round(float(high), 3)
    (0.269, 0.731)
    """
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    room = 1 + z**2 / size
    middle = (share + z**2 / (2 * size)) / room
    spread = z * np.sqrt(share * (1 - share) / size + z**2 / (4 * size**2)) / room
    return np.minimum(middle - spread, share).clip(0), np.maximum(middle + spread, share).clip(max=1)
