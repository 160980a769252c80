"""L5: a test that comes out better than the training it was made from."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnml.learn.alarms.alarm import Alarm, Level
from churnml.learn.logit import BoolArray, FloatArray
from churnml.learn.resample import account_weights, over_folds, roc_auc
from churnml.params import Alarms

HELD_OUT = "held_out_roc_auc"
"""The backtest's column with each fold's ROC-AUC on training rows, by parts that never saw their account."""


def held_out_roc_auc(held_out: FloatArray, is_outcome: BoolArray) -> float:
    """How well a fold's model orders its own training rows, each by parts that never saw its account; NaN where none can be said.

    >>> held_out_roc_auc(np.array([0.1, 0.9, np.nan]), np.array([False, True, True]))
    1.0
    """
    known = np.isfinite(held_out)
    came = is_outcome[known].astype(float)
    top, bottom = roc_auc(held_out[known], came, np.ones((int(known.sum()), 1)))
    return float(top[0] / bottom[0]) if bottom[0] else float("nan")


def easier_test(predictions: pd.DataFrame, model: str, limits: Alarms) -> Iterator[Alarm]:
    """An alarm on one outcome's backtest whose test folds are surely ordered better than their training rows were.

    ``predictions`` needs account_id, cutoff, is_outcome, ``margin_<model>`` and HELD_OUT. The test's ROC-AUC is resampled over
    accounts; the training's, over far more rows, is taken as it is and weighed by the folds' test rows.
    """
    rows = predictions[predictions[HELD_OUT].notna()] if HELD_OUT in predictions else predictions[:0]
    if rows.empty:
        return
    folds: NDArray[np.int_] = pd.factorize(rows["cutoff"], sort=True)[0]
    accounts = rows["account_id"].to_numpy(dtype=object)
    weights = account_weights(accounts, limits.resamples, limits.seed)
    came = rows["is_outcome"].to_numpy(dtype=float)
    tested = over_folds(roc_auc, folds, rows[f"margin_{model}"].to_numpy(dtype=float), came, weights)
    trained = _weighed_as(folds, rows[HELD_OUT].to_numpy(dtype=float), came)
    low = float(np.nanquantile(tested[1:], limits.easier_tail)) - trained
    if low > limits.easier_by:
        level: Level = "stop" if low > limits.easier_stop else "look"
        says = (
            f"its test folds are ordered with ROC-AUC {tested[0]:.2f}, its training rows, held out, with only {trained:.2f}; "
            f"the difference is surely above {low:.2f}"
        )
        yield Alarm("L5", f"model {model}", level, min(low, 1.0), says)


def _weighed_as(folds: NDArray[np.int_], held_out: FloatArray, came: FloatArray) -> float:
    """The folds' training figures, each counting as many pairs as its test has, as the pooled test figure does."""
    pairs = {fold: came[folds == fold].sum() * (1 - came[folds == fold]).sum() for fold in np.unique(folds)}
    figure = {fold: float(held_out[folds == fold][0]) for fold in pairs}
    total = sum(pairs.values())
    return float(sum(pairs[fold] * figure[fold] for fold in pairs) / total) if total else float("nan")
