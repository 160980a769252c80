"""How good the cross-validation's predictions are, with intervals from resampling customers."""

from typing import Any

import numpy as np
import pandas as pd

from churnml.flat.cross_validation import FAMILIES
from churnml.learn.arrays import FloatArray
from churnml.learn.metrics.bootstrap import (
    Metric,
    account_weights,
    brier,
    calibration_slope,
    captured,
    over_folds,
    roc_auc,
)
from churnml.learn.metrics.intervals import bootstrap_interval
from churnml.params.flat import Flat


def judge_flat(predictions: pd.DataFrame, settings: Flat) -> dict[str, Any]:
    """Every figure, as value, low and high; ranking within a fold only, since each fold has its own model.

    Keys: counts, confidence, top_share, ``models`` (by family: roc_auc, brier, calibration_slope and, where customers have a value,
    the share of the lost value in the top share by probability, by probability x value, and the paired differences
    between the two and from ranking by value alone),
    ``trees_over_logistic`` (paired, ROC-AUC), ``by_value_alone``.
    """
    customers = predictions["customer"].to_numpy(dtype=object)
    weights = account_weights(customers, settings.n_bootstraps, settings.seed)
    judged = {name: _model(predictions, name, weights, settings) for name in FAMILIES}
    aucs = [judged[name]["roc_auc"] for name in FAMILIES]
    figures_of_table: dict[str, Any] = {
        "counts": {"customers": int(predictions["customer"].nunique()), **_rate(predictions)},
        "confidence": settings.confidence,
        "top_share": settings.capacity_share,
        "models": {
            name: {key: bootstrap_interval(values, settings.confidence) for key, values in figures.items()}
            for name, figures in judged.items()
        },
        "trees_over_logistic": bootstrap_interval(aucs[0] - aucs[1], settings.confidence),
    }
    if "value" in predictions:
        value = predictions["value"].to_numpy(dtype=float)
        figures_of_table["by_value_alone"] = bootstrap_interval(
            _over(predictions, captured(settings.capacity_share), value, weights, value), settings.confidence
        )
    return figures_of_table


def _model(
    predictions: pd.DataFrame, name: str, weights: FloatArray, settings: Flat
) -> dict[str, FloatArray]:
    """One family's figures in the table as it is (first) and in each resample."""
    probability = predictions[f"probability_{name}"].to_numpy(dtype=float)
    y_true = predictions["is_outcome"].to_numpy(dtype=float)
    inside = np.clip(probability, 1e-12, 1 - 1e-12)
    figures = {
        "roc_auc": _over(predictions, roc_auc, probability, weights),
        "brier": _over(predictions, brier, probability, weights),
        "calibration_slope": calibration_slope(np.log(inside / (1 - inside)), y_true, weights),
    }
    if "value" in predictions:
        value, top = predictions["value"].to_numpy(dtype=float), captured(settings.capacity_share)
        figures["by_probability"] = _over(predictions, top, probability, weights, value)
        figures["by_expected_loss"] = _over(predictions, top, probability * value, weights, value)
        figures["gain"] = figures["by_expected_loss"] - figures["by_probability"]
        figures["over_value_alone"] = figures["by_expected_loss"] - _over(
            predictions, top, value, weights, value
        )
    return figures


def _over(
    predictions: pd.DataFrame, metric: Metric, score: FloatArray, weights: FloatArray, value: FloatArray | float = 1.0
) -> FloatArray:  # fmt: skip
    y_true = predictions["is_outcome"].to_numpy(dtype=float)
    return over_folds(metric, predictions["fold"].to_numpy(dtype=np.int64), score, y_true * value, weights)


def _rate(predictions: pd.DataFrame) -> dict[str, float]:
    y_true = predictions.loc[predictions["repeat"] == 0, "is_outcome"]
    return {"outcomes": int(y_true.sum()), "base_rate": round(float(y_true.mean()), 5)}
