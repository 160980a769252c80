"""Whether as many leave, with as many dollars, as the chances say: in the whole backtest and in each fold.

Chances may order well and still be half of what comes, above all where the rate changed: that is seen in a fold, and lost in the mean over
all. Each renewal counts once, whatever the number of days on which it was looked at. Since several figures are looked at, each interval is
widened for their number, as a proof's (``normal_interval``); that of a ratio is drawn on its logarithm, where it is symmetric.
"""

from collections.abc import Mapping

import numpy as np

from churnml.learn.arrays import FloatArray, rounded
from churnml.learn.metrics.evaluation import Evaluation
from churnml.learn.metrics.intervals import normal_interval, widened
from churnml.results.interval import Interval
from churnml.results.metrics import Chances, Expected


def chances(
    evaluation: Evaluation, contender: str, folds: Mapping[str, Evaluation], slope: FloatArray
) -> Chances:
    """What a contender's chances said beside what came: accounts and dollars over all, and accounts fold by fold.

    ``slope`` is the calibration slope in the book as it is and in its resamples.
    """
    confidence = widened(evaluation.settings.confidence, len(folds) + 3)
    return Chances(
        accounts=_expected(evaluation, contender, np.ones_like(evaluation.arr), confidence),
        dollars=_expected(evaluation, contender, evaluation.arr, confidence),
        by_fold={
            day: _expected(part, contender, np.ones_like(part.arr), confidence) for day, part in folds.items()
        },
        slope=normal_interval(slope, confidence),
    )


def _expected(evaluation: Evaluation, contender: str, worth: FloatArray, confidence: float) -> Expected:
    """Sums over renewals in the book as it is, and the interval of their ratio over its resamples."""
    weights = evaluation.weights * (worth / np.bincount(evaluation.renewals)[evaluation.renewals])[:, None]
    said, came = evaluation.probability(contender) @ weights, evaluation.y_true @ weights
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = normal_interval(np.log(said / came), confidence)
    ends = (None if end is None else rounded(np.exp(end)) for end in (ratio.value, ratio.low, ratio.high))
    return Expected(rounded(weights[:, 0].sum()), rounded(said[0]), rounded(came[0]), Interval(*ends))
