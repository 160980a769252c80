"""The two health scores on past renewals: where they disagree, who was right, and what each would have caught.

All from the backtest's out-of-fold rows, so that neither score knew the outcome. The capacity is the share of each
fold's looks that the team can call.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from churnml.learn.arrays import BoolArray, FloatArray
from churnml.learn.dataset import RENEWAL
from churnml.learn.metrics.bootstrap import account_weights, captured, over_folds
from churnml.learn.metrics.intervals import bootstrap_interval
from churnml.params.evaluate import Evaluate
from churnml.results.health import Capture, Captured, Disagreement, Flagged

RULES, FITTED = "rules", "health_fitted"
"""The rivals whose columns of the backtest hold the two scores."""

GROUPS = ("both", "rules_only", "fitted_only", "neither")


def one_snapshot(looks: pd.DataFrame, lead_days: int) -> pd.DataFrame:
    """Of each renewal the look nearest to that many days before it; of two as near, the earlier.

    >>> days = {"account_id": ["a", "a", "b"], "renewal": [1, 1, 1], "lead_days": [30, 120, 365]}
    >>> one_snapshot(pd.DataFrame(days), 90)["lead_days"].tolist()
    [120, 365]
    """
    apart = (looks["lead_days"] - lead_days).abs()
    ordered = looks.assign(apart=apart).sort_values(
        [*RENEWAL, "apart", "lead_days"], ascending=[True, True, True, False]
    )
    return ordered.drop_duplicates(RENEWAL).drop(columns="apart").reset_index(drop=True)


def disagreement(predictions: pd.DataFrame, settings: Evaluate, lead_days: int) -> Disagreement:
    """Renewals by which score put them among the least healthy of their fold, and how they ended.

    Each renewal counts once, as it stood ``lead_days`` before; intervals are over resampled accounts.
    """
    looks = one_snapshot(predictions, lead_days)
    weights = account_weights(
        looks["account_id"].to_numpy(dtype=object), settings.n_bootstraps, settings.seed
    )
    y_true = looks["is_outcome"].to_numpy(dtype=float)
    groups = _groups(looks, settings.capacity_share)
    rates = {group: _rate(is_in, y_true, weights) for group, is_in in groups.items()}
    lost = looks["arr_usd"].fillna(0.0) * y_true
    flagged = {
        group: Flagged(
            renewals=int(is_in.sum()), churned=int(y_true[is_in].sum()),
            churn_rate=bootstrap_interval(rates[group], settings.confidence), arr_lost_usd=round(float(lost[is_in].sum()), 2),
        )
        for group, is_in in groups.items()
    }  # fmt: skip
    difference = bootstrap_interval(rates["fitted_only"] - rates["rules_only"], settings.confidence)
    return Disagreement(lead_days, len(looks), flagged, difference)


def capture(predictions: pd.DataFrame, settings: Evaluate) -> Capture:
    """The share of the ARR that left which each score finds within capacity, by probability x ARR (as ``metrics.json`` counts) and by health."""
    folds = pd.factorize(predictions["cutoff"], sort=True)[0]
    weights = account_weights(
        predictions["account_id"].to_numpy(dtype=object), settings.n_bootstraps, settings.seed
    )
    arr = predictions["arr_usd"].fillna(0.0).to_numpy(dtype=float)
    lost = predictions["is_outcome"].to_numpy(dtype=float) * arr

    def caught(order: Mapping[str, FloatArray]) -> Captured:
        rules, fitted = (
            over_folds(captured(settings.capacity_share), folds, order[name], lost, weights)
            for name in (RULES, FITTED)
        )
        return Captured(
            *(bootstrap_interval(values, settings.confidence) for values in (rules, fitted, fitted - rules))
        )

    chance, log_odds = (
        {name: predictions[f"{what}_{name}"].to_numpy(dtype=float) for name in (RULES, FITTED)}
        for what in ("probability", "log_odds")
    )
    return Capture(caught({name: values * arr for name, values in chance.items()}), caught(log_odds))


def _groups(looks: pd.DataFrame, share: float) -> dict[str, BoolArray]:
    by_rules, by_fitted = (_flagged(looks, contender, share) for contender in (RULES, FITTED))
    cells = (by_rules & by_fitted, by_rules & ~by_fitted, by_fitted & ~by_rules, ~by_rules & ~by_fitted)
    return dict(zip(GROUPS, cells, strict=True))


def _flagged(looks: pd.DataFrame, contender: str, share: float) -> BoolArray:
    """Whether a look is among that share of its fold with the highest log-odds; a tie goes to the first account."""
    place = looks.groupby("cutoff")[f"log_odds_{contender}"].rank(method="first", ascending=False)
    room = np.ceil(share * looks.groupby("cutoff")["cutoff"].transform("size"))
    return np.asarray(place <= room, dtype=bool)


def _rate(is_in: BoolArray, y_true: FloatArray, weights: FloatArray) -> FloatArray:
    rows = is_in.astype(float) @ weights
    return np.divide((is_in * y_true) @ weights, rows, out=np.full_like(rows, np.nan), where=rows > 0)
