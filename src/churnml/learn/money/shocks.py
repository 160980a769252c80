"""The shock that all accounts of a quarter share, estimated from past quarters' out-of-fold predictions.

With a shared shift s of the log-odds, a quarter's residual R = sum(y - p) is about V s plus the noise of independent
coins, V = sum(p (1 - p)); so E[R²/V] = 1 + V sd². The method of moments (DerSimonian and Laird, 1986) takes
sd² = sum(R²/V - 1) / sum(V), not below 0, and shrinks it towards a stated prior by the number of quarters.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from churnml.params import Forecast


@dataclass(frozen=True)
class Shock:
    """The spread of a quarter's common shift of the log-odds, and how uncertain the level is that all quarters share."""

    sd: float
    level_sd: float
    quarters: int
    raw_sd: float


def quarter_ahead(rows: pd.DataFrame, days: int) -> pd.DataFrame:
    """One row a renewal: the one looked at longest before it within ``days``, or the latest where all were earlier."""
    near = (rows["lead_days"] <= days).astype(int)
    order = np.where(near == 1, rows["lead_days"], -rows["lead_days"])
    return (
        rows.assign(_near=near, _order=order)
        .sort_values(["account_id", "renewal", "_near", "_order"], kind="stable")
        .drop_duplicates(["account_id", "renewal"], keep="last")
        .drop(columns=["_near", "_order"])
        .reset_index(drop=True)
    )


def residuals(rows: pd.DataFrame) -> pd.DataFrame:
    """By calendar quarter of the renewal: ``expected`` and ``came`` outcomes, and ``variance`` that independent coins would have.

    ``rows`` has ``renewal``, ``probability`` and ``is_outcome``, one row a renewal.
    """
    chance = rows["probability"].clip(0.0, 1.0)
    table = pd.DataFrame({
        "quarter": rows["renewal"].dt.to_period("Q").astype(str),
        "expected": chance, "came": rows["is_outcome"].astype(float), "variance": chance * (1 - chance),
    })  # fmt: skip
    return table.groupby("quarter", sort=True).sum().reset_index()


def estimate(quarters: pd.DataFrame, settings: Forecast) -> Shock:
    """The shock that the quarters of ``residuals`` show, with the prior's share in it.

    Without a quarter the prior stands alone, and the level is as uncertain as a quarter.

    >>> wild = pd.DataFrame({"expected": [40.0, 40.0], "came": [60.0, 20.0], "variance": [25.0, 25.0]})
    >>> round(raw_variance(wild), 2)  # 16 times what coins would do
    0.6
    """
    known = quarters[quarters["variance"] > 0]
    count, prior = len(known), settings.shock_prior_sd
    if not count:
        return Shock(prior, prior, 0, 0.0)
    variance = known["variance"].to_numpy(dtype=float)
    raw = raw_variance(known)
    weight = settings.shock_prior_quarters
    square = (count * raw + weight * prior**2) / (count + weight)
    # The level was calibrated on about these quarters: it knows no more than their coins and shocks tell.
    level = 1.0 / variance.sum() + square / count
    return Shock(float(np.sqrt(square)), float(np.sqrt(level)), count, float(np.sqrt(raw)))


def raw_variance(quarters: pd.DataFrame) -> float:
    """The shock's variance by the method of moments alone, at least 0."""
    variance = quarters["variance"].to_numpy(dtype=float)
    excess = (quarters["came"] - quarters["expected"]).to_numpy(dtype=float) ** 2 / variance - 1.0
    return max(float(excess.sum() / variance.sum()), 0.0)
