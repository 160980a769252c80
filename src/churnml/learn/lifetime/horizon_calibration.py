"""Whether chances to leave within so many days came true: slope and expected calibration error, in all and by segment."""

import numpy as np
import pandas as pd

from churnml.learn.arrays import rounded
from churnml.learn.metrics.bootstrap import calibration_slope
from churnml.learn.metrics.calibration_error import BINS, ece
from churnml.results.lifetime import HorizonCalibration


def calibration(predictions: pd.DataFrame, min_renewals: int) -> dict[str, HorizonCalibration]:
    """The figures over all rows and of each segment with enough renewals.

    ``told`` has account_id, renewal, ``probability``, ``y_true`` and, where the book has one, segment.
    """
    if predictions.empty:
        return {}
    found = {"all": figures(predictions)}
    if "segment" in predictions:
        for segment, part in predictions.groupby("segment", sort=True):
            if renewals(part) >= min_renewals:
                found[str(segment)] = figures(part)
    return found


def figures(predictions: pd.DataFrame) -> HorizonCalibration:
    """Whether the chances of these rows came true."""
    probability, y_true = predictions["probability"].to_numpy(float), predictions["y_true"].to_numpy(float)
    inside = np.clip(probability, 1e-6, 1 - 1e-6)
    once = np.ones((len(predictions), 1))
    slope = calibration_slope(np.log(inside / (1 - inside)), y_true, once)[0]
    parts = np.array_split(np.argsort(probability, kind="stable"), min(BINS, len(predictions)))
    looks = len(predictions) / renewals(predictions)
    chance = [np.sqrt(2 / np.pi * looks * (inside[part] * (1 - inside[part])).sum()) for part in parts]
    return HorizonCalibration(
        rows=len(predictions), renewals=renewals(predictions), left=int(y_true.sum()),
        mean_probability=rounded(probability.mean()), share_left=rounded(y_true.mean()),
        slope=rounded(slope), ece=rounded(ece(probability, y_true, once)[0]),
        ece_by_chance=rounded(sum(chance) / len(predictions)),
    )  # fmt: skip


def renewals(predictions: pd.DataFrame) -> int:
    """How many renewals the rows look at."""
    return len(predictions.drop_duplicates(["account_id", "renewal"]))
