"""Where each outcome's level stands today: the champion's own, or that of the base rates beside what came."""

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from churnml.forecast.sizes import Groups, rates
from churnml.learn.level import Level, level_of
from churnml.listing.champions import Champion
from churnml.outcomes import CHURN, CONTRACTION, EXPANSION
from churnml.params.forecast import Forecast

MOVES = (CHURN, CONTRACTION, EXPANSION)
LEAST = 1e-4


def quarter_ahead(rows: pd.DataFrame, days: int) -> pd.DataFrame:
    """One row a renewal: the one looked at longest before it within ``days``, or the latest where all were earlier."""
    is_near = rows["lead_days"] <= days
    order = np.where(is_near, rows["lead_days"], -rows["lead_days"])
    return (
        rows.assign(_order=order, _is_near=is_near)
        .sort_values(["account_id", "renewal", "_is_near", "_order"], kind="stable")
        .drop_duplicates(["account_id", "renewal"], keep="last")
        .drop(columns=["_order", "_is_near"])
        .reset_index(drop=True)
    )


def groups_of(renewals: pd.DataFrame) -> Groups:
    """The groups of a forecast: by the thirds of past renewals' ARR."""
    return Groups.fit(renewals["arr_usd"].to_numpy(dtype=float))


def levels(
    models: Mapping[str, Champion], renewals: pd.DataFrame, day: date, settings: Forecast
) -> dict[str, Level]:
    """The level of each outcome: of a champion that of its calibration, which lies in its chances already; else that of the base rates."""
    return {
        outcome: models[outcome].bundle.calibration.level if outcome in models else base_level(renewals, outcome, day, settings)
        for outcome in MOVES
    }  # fmt: skip


def base_level(renewals: pd.DataFrame, outcome: str, day: date, settings: Forecast) -> Level:
    """The level of past renewals beside the base rate of their group."""
    arr, is_rolling = renewals["arr_usd"].to_numpy(dtype=float), renewals["is_rolling"].to_numpy(dtype=bool)
    group = groups_of(renewals).of(arr, is_rolling)
    chance = np.clip(
        rates(renewals["outcome"], outcome, group, settings.size_prior_moves)[group], LEAST, 1 - LEAST
    )
    rows = renewals[["account_id", "renewal"]].assign(is_outcome=renewals["outcome"] == outcome)
    return level_of(np.log(chance / (1 - chance)), rows, day)
