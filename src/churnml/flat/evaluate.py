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
from churnml.params.flat import Flat

Interval = dict[str, float | None]


def judge_flat(predictions: pd.DataFrame, settings: Flat) -> dict[str, Any]:
    """Every figure, as value, low and high; ranking within a fold only, since each fold has its own model.

    Keys: counts, confidence, top_share, ``models`` (by family: roc_auc, brier, calibration_slope and, where customers have a value,
    the share of the lost value in the top share by probability, by probability x value, and the paired differences
    between the two and from ranking by value alone),
    ``trees_over_logistic`` (paired, ROC-AUC), ``by_value_alone``.
    """
    customers = predictions["customer"].to_numpy(dtype=object)
    weights = account_weights(customers, settings.bootstrap, settings.seed)
    judged = {name: _model(predictions, name, weights, settings) for name in FAMILIES}
    aucs = [judged[name]["roc_auc"] for name in FAMILIES]
    found: dict[str, Any] = {
        "counts": {"customers": int(predictions["customer"].nunique()), **_rate(predictions)},
        "confidence": settings.confidence,
        "top_share": settings.top_share,
        "models": {
            name: {key: _interval(values, settings) for key, values in figures.items()}
            for name, figures in judged.items()
        },
        "trees_over_logistic": _interval(aucs[0] - aucs[1], settings),
    }
    if "value" in predictions:
        value = predictions["value"].to_numpy(dtype=float)
        found["by_value_alone"] = _interval(
            _over(predictions, captured(settings.top_share), value, weights, value), settings
        )
    return found


def _model(
    predictions: pd.DataFrame, name: str, weights: FloatArray, settings: Flat
) -> dict[str, FloatArray]:
    """One family's figures in the table as it is (first) and in each resample."""
    probability = predictions[f"probability_{name}"].to_numpy(dtype=float)
    y_true = predictions["is_outcome"].to_numpy(dtype=float)
    inside = np.clip(probability, 1e-12, 1 - 1e-12)
    found = {
        "roc_auc": _over(predictions, roc_auc, probability, weights),
        "brier": _over(predictions, brier, probability, weights),
        "calibration_slope": calibration_slope(np.log(inside / (1 - inside)), y_true, weights),
    }
    if "value" in predictions:
        value, top = predictions["value"].to_numpy(dtype=float), captured(settings.top_share)
        found["by_probability"] = _over(predictions, top, probability, weights, value)
        found["by_expected_loss"] = _over(predictions, top, probability * value, weights, value)
        found["gain"] = found["by_expected_loss"] - found["by_probability"]
        found["over_value_alone"] = found["by_expected_loss"] - _over(predictions, top, value, weights, value)
    return found


def _over(
    predictions: pd.DataFrame,
    metric: Metric,
    score: FloatArray,
    weights: FloatArray,
    value: FloatArray | float = 1.0,
) -> FloatArray:
    y_true = predictions["is_outcome"].to_numpy(dtype=float)
    return over_folds(metric, predictions["fold"].to_numpy(dtype=np.int64), score, y_true * value, weights)


def _rate(predictions: pd.DataFrame) -> dict[str, float]:
    y_true = predictions.loc[predictions["repeat"] == 0, "is_outcome"]
    return {"outcomes": int(y_true.sum()), "base_rate": round(float(y_true.mean()), 5)}


def _interval(values: FloatArray, settings: Flat) -> Interval:
    """The value in the table as it is, and the interval the resamples give; None where nothing can be said."""
    edge, known = (1 - settings.confidence) / 2, values[1:][np.isfinite(values[1:])]
    low, high = np.quantile(known, [edge, 1 - edge]) if len(known) else (np.nan, np.nan)
    return {
        key: round(float(figure), 5) if np.isfinite(figure) else None
        for key, figure in (("value", values[0]), ("low", low), ("high", high))
    }
