"""What all accounts of a quarter share: how far the book's level is off, and the shock that comes on top.

Both are read off past quarters' out-of-fold predictions. The level of a group (dated or rolling, by third of ARR) is the shift of
the log-odds that fits its past best, drawn towards that of its kind and that towards 0 by stated priors. With a shared shock s a quarter's residual R = sum(y - p) is about V s plus
the noise of independent coins, V = sum(p (1 - p)); so s is estimated by R / V with variance sd² + 1 / V, and sd² by the method
of moments of DerSimonian and Laird (*Controlled Clinical Trials*, 1986), not below 0, shrunk towards a stated prior by the
number of quarters.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnml.forecast.distribution import shifted
from churnml.forecast.sizes import ROLLING, Groups
from churnml.learn.arrays import BoolArray, FloatArray
from churnml.params.forecast import Forecast
from churnml.results.forecast import Level

NEWTON_STEPS = 20


@dataclass(frozen=True)
class Shock:
    """The spread of a quarter's common shift of the log-odds, and the level of each group of accounts.

    ``raw_sd`` is what the quarters alone show, before the prior.
    """

    sd: float
    raw_sd: float
    quarters: int
    levels: tuple[Level, ...]


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


def estimate(rows: pd.DataFrame, groups: Groups, settings: Forecast) -> Shock:
    """The shock and levels that past predictions show; without any, the priors stand alone.

    ``rows`` has ``renewal``, ``probability``, ``is_outcome``, ``arr_usd`` and ``is_rolling``, one row a renewal.
    """
    if rows.empty:
        unknown = (Level(0.0, settings.level_prior_sd),) * Groups.COUNT
        return Shock(settings.shock_prior_sd, 0.0, 0, unknown)
    chance = rows["probability"].to_numpy(dtype=float)
    y_true = rows["is_outcome"].to_numpy(dtype=bool)
    group = groups.of(rows["arr_usd"].to_numpy(dtype=float), rows["is_rolling"].to_numpy(dtype=bool))
    levels = _levels(chance, y_true, group, settings)
    shift = np.array([level.shift for level in levels])[group]
    quarters = residuals(rows["renewal"], shifted(chance, shift), y_true)
    count, raw = len(quarters), between(quarters)
    weight = settings.shock_prior_quarters
    square = (count * raw + weight * settings.shock_prior_sd**2) / (count + weight)
    # Quarters that were shaken alike have shaken the levels too.
    shaken = tuple(
        Level(level.shift, float(np.hypot(level.sd, np.sqrt(square / max(count, 1))))) for level in levels
    )
    return Shock(float(np.sqrt(square)), float(np.sqrt(raw)), count, shaken)


def _levels(
    chance: FloatArray, y_true: BoolArray, group: NDArray[np.int64], settings: Forecast
) -> list[Level]:
    """The level of each group: that of its kind, and what its own past says beyond, on a shorter leash."""
    levels = []
    for number in range(Groups.COUNT):
        kind, own = group // ROLLING == number // ROLLING, group == number
        all_of_kind = _level(chance[kind], y_true[kind], settings.level_prior_sd)
        beyond = _level(shifted(chance[own], all_of_kind.shift), y_true[own], settings.group_prior_sd)
        levels.append(Level(all_of_kind.shift + beyond.shift, float(np.hypot(all_of_kind.sd, beyond.sd))))
    return levels


def _level(chance: FloatArray, y_true: BoolArray, prior_sd: float) -> Level:
    """The shift of most posterior weight under a normal prior about 0, by Newton's steps, and its standard deviation."""
    shift, precision = 0.0, 1.0 / prior_sd**2
    for _ in range(NEWTON_STEPS):
        now = shifted(chance, shift)
        curve = float((now * (1 - now)).sum()) + precision
        step = (float((y_true - now).sum()) - shift * precision) / curve
        shift += float(np.clip(step, -1.0, 1.0))
    return Level(shift, float(curve**-0.5))


def residuals(renewal: pd.Series, chance: FloatArray, y_true: BoolArray) -> pd.DataFrame:
    """By calendar quarter of the renewal: ``expected`` and ``y_true`` outcomes, and the ``variance`` independent coins would have."""
    table = pd.DataFrame({
        "quarter": renewal.dt.to_period("Q").astype(str).to_numpy(), "expected": chance, "y_true": y_true.astype(float),
        "variance": chance * (1 - chance),
    })  # fmt: skip
    quarters = table.groupby("quarter", sort=True).sum().reset_index()
    return quarters[quarters["variance"] > 0].reset_index(drop=True)


def between(quarters: pd.DataFrame) -> float:
    """The variance of the shock by the method of moments alone, at least 0.

    >>> wild = pd.DataFrame({"expected": [40.0, 40.0], "y_true": [60.0, 20.0], "variance": [25.0, 25.0]})
    >>> round(between(wild), 2)  # log-odds move by 20 / 25 each way, which coins alone would do by 1 / 5
    1.24
    """
    weight = quarters["variance"].to_numpy(dtype=float)
    shock = (quarters["y_true"] - quarters["expected"]).to_numpy(dtype=float) / weight
    if len(weight) < 2:
        return 0.0
    mean = float((weight * shock).sum() / weight.sum())
    excess = float((weight * (shock - mean) ** 2).sum()) - (len(weight) - 1)
    return max(excess / float(weight.sum() - (weight**2).sum() / weight.sum()), 0.0)
