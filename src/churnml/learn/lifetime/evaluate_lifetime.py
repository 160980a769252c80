"""Whether the survival model's chances came true out of time, and how far it and the churn model differ."""

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
import pandas as pd

from churnml.data.snapshots import KEYS
from churnml.learn.arrays import BoolArray, FloatArray, rounded
from churnml.learn.dataset import Dataset
from churnml.learn.lifetime.survival_curve import HORIZONS, Curve, Lifetime, SurvivalBacktest
from churnml.learn.metrics.bootstrap import calibration_slope
from churnml.learn.metrics.calibration_error import BINS, ece
from churnml.results.lifetime import Gap, HorizonCalibration, LifetimeEvidence, Tied
from churnml.results.stored import NotEnough

FAR = 0.1


def evaluate_lifetime(
    trial: SurvivalBacktest,
    dataset: Dataset,
    predictions: pd.DataFrame,
    models: tuple[str, ...],
    last_day: date,
) -> LifetimeEvidence | NotEnough:
    """The method and why, its rivals, and each churn model's tie and calibration.

    A chance to leave within h days is judged on test snapshots with h days and twice the grace behind them.
    """
    if trial.lifetime is None:
        return NotEnough(
            "no look at the days ahead of train.survival.lead_days was followed for a single day"
        )
    hazard = trial.lifetime.hazard
    churn = predictions[predictions["outcome"] == "churn"] if len(predictions) else predictions
    tied = {
        model: _tied(trial.lifetime, trial.folds, dataset, churn, model, last_day)
        for model in models
        if f"log_odds_{model}" in churn
    }
    return LifetimeEvidence(
        method=hazard.method, why=hazard.why, methods=trial.compared,
        covariates={each.column: rounded(each.coefficient) for each in hazard.covariates},
        by_fold={str(day): f"{each.hazard.method}, {each.hazard.why}" for day, each in trial.folds.items()},
        models=tied if len(churn) else None,
    )  # fmt: skip


def _tied(
    latest: Lifetime, folds: Mapping[date, Lifetime], dataset: Dataset, churn: pd.DataFrame, model: str,
    last_day: date,
) -> Tied:  # fmt: skip
    """How far survival and churn model differ before they are tied, and the calibration of the tied curve."""
    settings, grace = latest.settings, latest.revenue.grace_days
    parts = [
        _fold_rows(lifetime, dataset, churn[churn["cutoff"] == pd.Timestamp(cutoff)], model)
        for cutoff, lifetime in folds.items()
    ]
    fold_rows = pd.concat(parts, ignore_index=True)
    gap = (fold_rows["own"] - fold_rows["probability"]).abs()
    correlation = rounded(_rank_correlation(fold_rows["own"], fold_rows["probability"]))
    chances = [fold_rows]
    for days in HORIZONS:
        ripe = fold_rows["as_of"] <= pd.Timestamp(last_day - timedelta(days=days + 2 * grace))
        chances.append(
            fold_rows[ripe].assign(probability=fold_rows[f"within_{days}"], y_true=fold_rows[f"came_{days}"])
        )
    return Tied(
        Gap(rounded(gap.mean()), rounded((gap > FAR).mean()), correlation),
        *(calibration(chance, settings.min_renewals) for chance in chances),
    )


def _rank_correlation(one: pd.Series, other: pd.Series) -> float:
    if one.nunique() < 2 or other.nunique() < 2:
        return float("nan")
    return float(np.corrcoef(one.rank(), other.rank())[0, 1])


def _fold_rows(lifetime: Lifetime, dataset: Dataset, predictions: pd.DataFrame, model: str) -> pd.DataFrame:
    """One fold's predictions with the tied chances within each horizon, and what came."""
    joined = dataset.keys.reset_index().merge(predictions, on=KEYS, validate="one_to_one")
    rows = dataset.rows.iloc[joined["index"]].reset_index(drop=True)
    curve = lifetime.curve(joined, rows, joined[f"probability_{model}"].to_numpy(dtype=float))
    left_on = pd.to_datetime(dataset.outcomes["left_on"]).iloc[joined["index"]].reset_index(drop=True)
    left_after = np.array((left_on - joined["as_of"]).dt.days, dtype=np.float64)
    chance = 1.0 - curve.survival(np.array(HORIZONS, dtype=float))
    found = joined[[*KEYS, *(["segment"] if "segment" in joined else [])]].assign(
        probability=curve.probability, y_true=joined["is_outcome"], own=curve.own_probability()
    )
    for column, days in enumerate(HORIZONS):
        found[f"within_{days}"] = chance[:, column]
        found[f"came_{days}"] = _left_within(curve, left_after, days)
    return found


def _left_within(curve: Curve, left_after: FloatArray, days: int) -> BoolArray:
    """Whether each left within so many days, on its own clock; NaN is one that stayed."""
    stayed = np.isnan(left_after)
    left = curve.clock.time(np.where(stayed, 0.0, left_after)[:, None])[:, 0]
    return np.asarray(~stayed & (left <= curve.clock.time(np.full((len(stayed), 1), float(days)))[:, 0]))


def calibration(predictions: pd.DataFrame, min_renewals: int) -> dict[str, HorizonCalibration]:
    """The figures over all rows and of each segment with enough renewals.

    The rows have account_id, renewal, ``probability``, ``y_true`` and, where the book has one, segment.
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
