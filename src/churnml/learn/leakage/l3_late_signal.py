"""L3: a column that orders the outcome shortly before it, and not at all earlier."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from churnml.learn.arrays import BoolArray
from churnml.learn.leakage.column_counts import Column, ordered
from churnml.params.leakage import Leakage
from churnml.results.alarms import Alarm, Level


def late(column: Column, y_true: BoolArray, lead_days: NDArray[np.int64], limits: Leakage) -> Iterator[Alarm]:
    """An alarm where the ROC-AUC is high at the shortest lead and chance at all leads of ``min_early_lead_days`` or more.

    It stops where the column tells nearly all at the end: then it is written with the outcome, not before it. Nothing is said of a table
    without far leads.
    """
    near, far = lead_days == lead_days.min(), lead_days >= limits.min_early_lead_days
    if column.is_category or not _judged(y_true, near, limits) or not _judged(y_true, far & ~near, limits):
        return
    at_end = _auc(column, y_true, near)
    if at_end < limits.warn_late_roc_auc:
        return
    before = max(_auc(column, y_true, lead_days == lead) for lead in np.unique(lead_days[far & ~near]))
    if before <= limits.max_early_roc_auc:
        level: Level = "stop" if at_end > limits.stop_roc_auc else "look"
        says = (
            f"ROC-AUC {at_end:.2f} at {int(lead_days.min())} days before the renewal and at most {before:.2f} "
            f"at {limits.min_early_lead_days} days or more"
        )
        yield Alarm("L3", column.name, level, at_end, says)


def _judged(y_true: BoolArray, chosen: BoolArray, limits: Leakage) -> bool:
    return min(int(y_true[chosen].sum()), int((~y_true)[chosen].sum())) >= limits.min_each_class


def _auc(column: Column, y_true: BoolArray, chosen: BoolArray) -> float:
    return abs(ordered(column.counts(y_true & chosen), column.counts(~y_true & chosen)) - 0.5) + 0.5
