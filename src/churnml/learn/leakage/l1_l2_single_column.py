"""L1 and L2: a column that tells the outcome by its values alone, in one stretch of them, or by being filled at all."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from churnml.learn.arrays import BoolArray, FloatArray
from churnml.learn.leakage.column_counts import Codes, Column, alone, by_level, ordered
from churnml.params.leakage import Leakage
from churnml.results.alarms import Alarm, Level


def strength(column: Column, y_true: BoolArray, folds: Codes, limits: Leakage) -> float:
    """How well a column alone orders the outcome, from 0.5 (not) to 1, in whichever direction or by whichever levels."""
    straight = 0.5 if column.is_category else abs(alone(column, y_true) - 0.5) + 0.5
    is_code = column.is_category or len(column.values) <= limits.max_code_levels
    return max(straight, by_level(column, y_true, folds, limits.prior_rows) if is_code else 0.5)


def order(column: Column, auc: float, limits: Leakage) -> Iterator[Alarm]:
    """L1 by order: an alarm where the column's ROC-AUC (``strength``) is beyond the limits."""
    if auc >= limits.warn_roc_auc:
        level: Level = "stop" if auc > limits.stop_roc_auc else "look"
        yield Alarm("L1", column.name, level, auc, f"orders the outcome by itself with ROC-AUC {auc:.2f}")


def purity(column: Column, y_true: BoolArray, units: NDArray[np.int64], limits: Leakage) -> Iterator[Alarm]:
    """L1 by a stretch: values that hold a good part of the outcomes and hardly anything else.

    Of the rarer kind of row only: where most customers stay, a pure stretch of stayers is no news. ``units`` are the
    customers' codes: a stretch must hold enough of them, since one customer may stand in many rows.
    """
    rare = y_true if y_true.mean() <= 0.5 else ~y_true
    hit, rest = column.counts(rare)[:-1], column.counts(~rare)[:-1]
    inside = (
        _pure_levels(hit, rest, limits) if column.is_category else _pure_stretch(hit, rest, limits.min_purity)
    )
    share = float(hit[inside].sum() / max(rare.sum(), 1))
    if share < limits.min_pure_share or np.all(inside):
        return
    rows = np.r_[inside, False][column.codes]
    if len(np.unique(units[rows])) < limits.min_pure_customers:
        return
    pure = float(hit[inside].sum() / (hit + rest)[inside].sum())
    held = f"{share:.0%} of {'the outcomes' if rare is y_true else 'those without the outcome'}"
    says = f"{_where(column, inside)} holds {held}, {pure:.1%} pure ({int(rows.sum()):,} rows)"
    yield Alarm("L1", column.name, "stop", pure, says)


def filled(column: Column, y_true: BoolArray, units: NDArray[np.int64], limits: Leakage) -> Iterator[Alarm]:
    """L2: an alarm where being missing, or being filled, goes with the outcome."""
    missing = column.is_missing
    if missing.all() or not missing.any():
        return
    hit = np.array([(y_true & ~missing).sum(), (y_true & missing).sum()], dtype=float)
    rest = np.array([(~y_true & ~missing).sum(), (~y_true & missing).sum()], dtype=float)
    auc = abs(ordered(hit, rest) - 0.5) + 0.5
    state = "filled" if hit[0] * rest[1] > hit[1] * rest[0] else "missing"
    chosen = ~missing if state == "filled" else missing
    pure = float(y_true[chosen].mean())
    is_pure = (
        pure >= limits.min_purity
        and y_true.mean() <= 0.5
        and y_true[chosen].sum() >= limits.min_pure_share * y_true.sum()
        and len(np.unique(units[chosen])) >= limits.min_pure_customers
    )
    if auc >= limits.warn_missing_roc_auc or is_pure:
        level: Level = "stop" if auc >= limits.stop_missing_roc_auc or is_pure else "look"
        says = f"being {state} orders the outcome with ROC-AUC {auc:.2f} ({pure:.1%} of the {state} rows have it)"
        yield Alarm("L2", column.name, level, auc, says)


def _pure_levels(hit: FloatArray, rest: FloatArray, limits: Leakage) -> BoolArray:
    """The levels that are nearly all outcomes and have rows enough to say so."""
    total = hit + rest
    return np.asarray((total >= limits.min_each_class) & (hit >= limits.min_purity * total))


def _pure_stretch(hit: FloatArray, rest: FloatArray, purity: float) -> BoolArray:
    """The stretch of values with the most outcomes among those that are pure; nothing where there is none.

    A stretch is pure where its sum of hits - purity x rows is not below 0. For each end the farthest such start is found on the
    running minimum of the cumulated sums.
    """
    balance = np.r_[0.0, (hit - purity * (hit + rest)).cumsum()].round(9)
    lowest, held = np.minimum.accumulate(balance), np.r_[0.0, hit.cumsum()]
    start = np.searchsorted(-lowest, -balance, side="left")
    gained = held - held[start]
    end = int(np.argmax(gained))
    places = np.arange(len(hit))
    return np.asarray((places >= start[end]) & (places < end))


def _where(column: Column, inside: BoolArray) -> str:
    values = column.values[inside]
    if column.is_category:
        more = f" and {len(values) - 3} more" if len(values) > 3 else ""
        return "level " + ", ".join(f"'{value}'" for value in values[:3]) + more
    if len(values) == 1:
        return f"value {values[0]:g}"
    return f"the stretch from {values[0]:g} to {values[-1]:g}"
