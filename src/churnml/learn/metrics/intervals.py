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


def widened(confidence: float, looks: int) -> float:
    """The confidence of each of so many intervals at which the chance that any misses by luck stays that of one (Bonferroni).

    >>> round(widened(0.9, 4), 3)
    0.975
    """
    return 1 - (1 - confidence) / max(1, looks)


def normal_interval(values: FloatArray, confidence: float) -> Interval:
    """The first value and as many standard deviations of the others about it as the confidence asks for; None where unknown.

    For a widened confidence: a resample's quantile that far out would rest on a handful of draws.

    >>> normal_interval(np.array([0.2, 0.1, 0.3, 0.2]), 0.9)
    Interval(value=0.2, low=0.03551, high=0.36449)
    """
    known = values[1:][np.isfinite(values[1:])]
    reach = NormalDist().inv_cdf((1 + confidence) / 2) * known.std(ddof=1) if len(known) > 1 else np.nan
    return Interval(rounded(values[0]), rounded(values[0] - reach), rounded(values[0] + reach))


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
