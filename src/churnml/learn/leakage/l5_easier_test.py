"""L5: a test that comes out better than the training it was made from."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnml.learn.arrays import FloatArray
from churnml.learn.candidates import HELD_OUT
from churnml.learn.metrics.bootstrap import account_weights, over_folds, roc_auc
from churnml.params.leakage import Leakage
from churnml.results.alarms import BACKTEST, Alarm, Audit, Level


def audit_backtest(predictions: pd.DataFrame, limits: Leakage) -> dict[str, Audit]:
    """L5 on every outcome of a backtest, by the bag, the model that holds rows out."""
    found = {}
    for outcome, rows in predictions.groupby("outcome", sort=True):
        alarms = easier_test(rows, "lightgbm_bag", limits)
        y_true = int(rows["is_outcome"].sum())
        found[str(outcome)] = Audit.of(str(outcome), len(rows), y_true, alarms, limits.allowed_columns)
    return found


def easier_test(predictions: pd.DataFrame, model: str, limits: Leakage) -> Iterator[Alarm]:
    """An alarm on one outcome's backtest whose test folds are surely ordered better than their training rows were.

    ``predictions`` needs account_id, cutoff, lead_days, is_outcome, ``log_odds_<model>`` and HELD_OUT. Pairs are of one fold and
    lead. The test's ROC-AUC is resampled over accounts; the training's, over far more rows, is taken as it is, each fold and lead
    counting as many pairs as it has in the test.
    """
    rows = predictions[predictions[HELD_OUT].notna()] if HELD_OUT in predictions else predictions[:0]
    if rows.empty:
        return
    numbers = rows.groupby(["cutoff", "lead_days"], sort=True).ngroup()
    parts: NDArray[np.int64] = np.asarray(numbers, dtype=np.int64)
    accounts = rows["account_id"].to_numpy(dtype=object)
    weights = account_weights(accounts, limits.n_bootstraps, limits.seed)
    y_true = rows["is_outcome"].to_numpy(dtype=float)
    tested = over_folds(roc_auc, parts, rows[f"log_odds_{model}"].to_numpy(dtype=float), y_true, weights)
    trained = _weighed_as(parts, rows[HELD_OUT].to_numpy(dtype=float), y_true)
    low = float(np.nanquantile(tested[1:], limits.test_gain_quantile)) - trained
    if low > limits.warn_test_gain:
        level: Level = "stop" if low > limits.stop_test_gain else "look"
        says = (
            f"its test folds are ordered with ROC-AUC {tested[0]:.2f}, its training rows of the same leads, held out, with only "
            f"{trained:.2f}; the difference is surely above {low:.2f}"
        )
        yield Alarm("L5", BACKTEST, level, low, says)


def _weighed_as(parts: NDArray[np.int64], held_out: FloatArray, y_true: FloatArray) -> float:
    """The mean of the training figures, each part counting as many pairs as its test has."""
    hit, rest = np.bincount(parts, y_true), np.bincount(parts, 1 - y_true)
    figure = np.bincount(parts, held_out) / np.maximum(hit + rest, 1)
    pairs = hit * rest
    return float((pairs * figure).sum() / pairs.sum()) if pairs.sum() else float("nan")
