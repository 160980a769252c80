"""What a survival curve is worth: months that are left, ARR that is kept, and the lifetime value."""

from dataclasses import replace

import numpy as np
import pandas as pd

from churnml.learn.arrays import FloatArray
from churnml.learn.lifetime.survival_curve import Curve
from churnml.params.health import Lifetime as Settings

YEAR_DAYS = 365
STEP_DAYS = 5
AT_ONCE = 2_000
"""Accounts whose curves are held in memory together."""

MEDIAN, LOW, HIGH = 0.5, 0.9, 0.1
"""Survival at which half have left; the two others bound the middle 80 % of lives."""


def value(curve: Curve, arr: FloatArray, settings: Settings) -> pd.DataFrame:
    """What each account's curve comes to; NaN where its probability is unknown.

    ``months_left`` is the time by which half of such accounts have left, ``_low`` and ``_high`` by which a tenth
    and nine tenths have; the horizon stands for itself and any longer time. ``arr_kept_12m_usd`` is ARR times
    the mean survival of the year, ``_24m_`` the sum of both years. ``lifetime_value_usd`` is the margin on
    the ARR kept to the horizon, discounted by the day. ARR stays as it is: growth and cuts are not in it.
    """
    parts = [
        _value(_part(curve, start), arr[start : start + AT_ONCE], settings)
        for start in range(0, len(arr), AT_ONCE)
    ]
    return pd.concat(parts, ignore_index=True) if parts else _value(curve, arr, settings)


def _value(curve: Curve, arr: FloatArray, settings: Settings) -> pd.DataFrame:
    horizon = settings.horizon_months * YEAR_DAYS / 12
    middle = np.arange(STEP_DAYS / 2, horizon, STEP_DAYS)
    alive = curve.survival(middle)
    year = YEAR_DAYS // STEP_DAYS
    worth = STEP_DAYS / YEAR_DAYS * (1 + settings.discount_rate) ** (-middle / YEAR_DAYS)
    return pd.DataFrame({
        "months_left": _months(alive, middle, MEDIAN, settings.horizon_months),
        "months_left_low": _months(alive, middle, LOW, settings.horizon_months),
        "months_left_high": _months(alive, middle, HIGH, settings.horizon_months),
        "arr_kept_12m_usd": arr * alive[:, :year].mean(axis=1),
        "arr_kept_24m_usd": arr * 2 * alive[:, : 2 * year].mean(axis=1),
        "lifetime_value_usd": settings.gross_margin * arr * (alive * worth).sum(axis=1),
    })  # fmt: skip


def _months(alive: FloatArray, middle: FloatArray, level: float, horizon_months: int) -> FloatArray:
    """The months after which survival has fallen to the level, at most the horizon."""
    has_fallen = alive <= level
    first = (middle[has_fallen.argmax(axis=1)] - STEP_DAYS / 2) * 12 / YEAR_DAYS
    found = np.where(has_fallen.any(axis=1), first, float(horizon_months))
    return np.where(np.isnan(alive).any(axis=1), np.nan, found)


def _part(curve: Curve, start: int) -> Curve:
    chosen = slice(start, start + AT_ONCE)
    clock = replace(
        curve.clock, lead_days=curve.clock.lead_days[chosen], term_days=curve.clock.term_days[chosen],
        is_rolling=curve.clock.is_rolling[chosen],
    )  # fmt: skip
    return replace(
        curve, rows=curve.rows.iloc[chosen], clock=clock, probability=curve.probability[chosen], pace=curve.pace[chosen]
    )  # fmt: skip
