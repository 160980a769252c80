"""How well each rival predicted in the backtest, with intervals from resampling accounts.

Ranking metrics compare rows within a fold only. ``lift_at_capacity`` is outcomes found among the top share of
rows by probability against a random share; ``arr_captured_at_capacity`` the share of the affected ARR in the
top share by probability x ARR. Both take the top share of each fold, or of a fold's part: a lead time, a
segment.
"""

from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnml.learn.backtest import rivals
from churnml.learn.logit import BoolArray, FloatArray
from churnml.learn.models import CANDIDATES
from churnml.learn.resample import (
    account_weights,
    brier,
    calibration_slope,
    captured,
    over_folds,
    pr_auc,
    roc_auc,
)
from churnml.params import Evaluate

Interval = dict[str, float | None]


@dataclass(frozen=True)
class Trial:
    """The backtest's rows as arrays, with the weights of every resample."""

    predictions: pd.DataFrame
    settings: Evaluate
    folds: NDArray[np.int_]
    came: FloatArray
    arr: FloatArray
    weights: FloatArray

    @classmethod
    def of(cls, predictions: pd.DataFrame, settings: Evaluate) -> Self:
        """The trial of these predictions."""
        folds = pd.factorize(predictions["cutoff"], sort=True)[0]
        accounts = predictions["account_id"].to_numpy(dtype=object)
        weights = account_weights(accounts, settings.bootstrap, settings.seed)
        arr = predictions["arr_usd"].fillna(0.0).to_numpy(dtype=float)
        return cls(
            predictions, settings, folds, predictions["is_outcome"].to_numpy(dtype=float), arr, weights
        )

    def probability(self, rival: str) -> FloatArray:
        """The rival's calibrated probabilities."""
        return self.predictions[f"probability_{rival}"].to_numpy(dtype=float)

    def where(self, chosen: BoolArray) -> Self:
        """The trial of some of the rows, drawn in the same resamples."""
        return replace(
            self, predictions=self.predictions[chosen], folds=self.folds[chosen], came=self.came[chosen],
            arr=self.arr[chosen], weights=self.weights[chosen],
        )  # fmt: skip

    def as_it_is(self) -> Self:
        """The trial without resamples: quick, and without intervals."""
        return replace(self, weights=self.weights[:, :1])

    def roc_auc(self, rival: str) -> FloatArray:
        """The rival's ROC-AUC in the book as it is and in each resample."""
        return over_folds(roc_auc, self.folds, self.probability(rival), self.came, self.weights)

    def interval(self, values: FloatArray) -> Interval:
        """The value in the book as it is, and the interval the resamples give."""
        edge = (1 - self.settings.confidence) / 2
        known = values[1:][np.isfinite(values[1:])]
        low, high = np.quantile(known, [edge, 1 - edge]) if len(known) else (np.nan, np.nan)
        return {"value": _rounded(values[0]), "low": _rounded(low), "high": _rounded(high)}


def evaluate(predictions: pd.DataFrame, settings: Evaluate, outcome: str) -> dict[str, Any]:
    """Every metric of every rival on one outcome's backtest; a figure is None where nothing can be said.

    Keys: outcome, confidence, counts, ``models`` (by rival), ``differences`` (ROC-AUC of each candidate less
    each other rival's).
    """
    trial = Trial.of(predictions, settings)
    present = rivals(predictions)
    order = {rival: trial.roc_auc(rival) for rival in present}
    return {
        "outcome": outcome,
        "confidence": settings.confidence,
        "counts": _counts(predictions),
        "models": {rival: _rival(trial, rival, order[rival]) for rival in present},
        "differences": {
            one: {other: trial.interval(order[one] - order[other]) for other in present if other != one}
            for one in present
            if one in CANDIDATES
        },
    }


def _counts(predictions: pd.DataFrame) -> dict[str, Any]:
    came = predictions["is_outcome"]
    renewals = predictions.drop_duplicates(["account_id", "renewal"])
    return {
        "rows": len(predictions),
        "renewals": len(renewals),
        "accounts": int(predictions["account_id"].nunique()),
        "outcomes": int(came.sum()),
        "renewals_with_outcome": int(renewals["is_outcome"].sum()),
        "base_rate": _rounded(came.mean()),
        "folds": [str(day.date()) for day in sorted(predictions["cutoff"].unique())],
    }


def _rival(trial: Trial, rival: str, order: FloatArray) -> dict[str, Any]:
    values = {"roc_auc": order, **_beside_order(trial, rival)}
    return {
        **{name: trial.interval(each) for name, each in values.items()},
        "by_lead_days": _by(trial, rival, "lead_days"),
        "by_segment": _by(trial, rival, "segment") if "segment" in trial.predictions else {},
    }


def _beside_order(trial: Trial, rival: str) -> dict[str, FloatArray]:
    """Every metric but ROC-AUC, in the book as it is and in each resample."""
    probability, share = trial.probability(rival), trial.settings.capacity_share
    folds, came, weights = trial.folds, trial.came, trial.weights
    inside = np.clip(probability, 1e-12, 1 - 1e-12)
    found = {
        "pr_auc": over_folds(pr_auc, folds, probability, came, weights),
        "lift_at_capacity": over_folds(captured(share), folds, probability, came, weights) / share,
        "arr_captured_at_capacity": over_folds(
            captured(share), folds, probability * trial.arr, came * trial.arr, weights
        ),
        "brier": over_folds(brier, folds, probability, came, weights),
    }
    if rival != "base_rate":  # the same for everyone within a fold: it has no slope
        found["calibration_slope"] = calibration_slope(np.log(inside / (1 - inside)), came, weights)
    return found


def _by(trial: Trial, rival: str, column: str) -> dict[str, Any]:
    """The metrics of each part of the rows that has enough with and without the outcome.

    Only ROC-AUC has an interval there: it says how far the others can be trusted, and resampling all of them
    would take most of the stage's time.
    """
    found: dict[str, Any] = {}
    values = trial.predictions[column].to_numpy(dtype=object)
    for value in sorted(pd.unique(values[pd.notna(values)])):
        part = trial.where(values == value)
        came = int(part.came.sum())
        if min(came, len(part.came) - came) >= trial.settings.min_each_class:
            others = _beside_order(part.as_it_is(), rival)
            found[str(value)] = {
                "rows": len(part.came),
                "outcomes": came,
                "roc_auc": part.interval(part.roc_auc(rival)),
                **{name: {"value": _rounded(figure[0])} for name, figure in others.items()},
            }
    return found


def _rounded(value: float) -> float | None:
    return round(float(value), 5) if np.isfinite(value) else None
