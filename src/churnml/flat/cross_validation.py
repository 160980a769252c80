"""Repeated stratified cross-validation of a flat table: every customer predicted by models that never saw it."""

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnml.errors import NotEnoughError
from churnml.flat.table import FlatTable
from churnml.learn.arrays import BoolArray
from churnml.learn.calibration import Platt
from churnml.learn.models.base import Training
from churnml.learn.models.registry import model_class
from churnml.params.flat import Flat
from churnml.params.health import Health
from churnml.params.train import Train
from churnml.progress import track

FAMILIES = ("lightgbm_bag", "logistic")
"""What is fitted on a flat table; the other models need the features of a book."""


def cross_validate(table: FlatTable, train: Train, health: Health, settings: Flat) -> pd.DataFrame:
    """Log-odds and a probability by each family, one row a customer and repeat, in the table's order.

    Columns: customer, repeat, fold (its number over all repeats), is_outcome, value where the table has one, log_odds_* and
    probability_*. Each fold is calibrated on the log-odds of the other folds. NotEnoughError where a fold would lack a class.
    """
    rarer = int(min(table.y_true.sum(), (~table.y_true).sum()))
    if rarer < train.backtest.min_each_class or not table.features:
        lack = f"{rarer} customers of one kind" if table.features else "no usable column"
        raise NotEnoughError(
            f"nothing can be judged: '{table.roles.outcome}' leaves {lack}; at least {train.backtest.min_each_class} with the outcome "
            "and as many without (train.backtest.min_each_class), and one column, are needed."
        )
    own = train.model_copy(update={"lightgbm": settings.lightgbm})
    rng = np.random.default_rng(settings.seed)
    drawn = [(repeat, _folds(table.y_true, settings.n_folds, rng)) for repeat in range(settings.n_repeats)]
    runs = [_repeat(table, repeat, folds, own, health) for repeat, folds in track(drawn, "cross-validating")]
    return pd.concat(runs, ignore_index=True)


def _folds(y_true: BoolArray, folds: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """A fold for each row, both kinds of rows spread evenly."""
    fold_of = np.empty(len(y_true), dtype=np.int64)
    for kind in (y_true, ~y_true):
        fold_of[kind] = rng.permutation(int(kind.sum())) % folds
    return fold_of


def _repeat(
    table: FlatTable, repeat: int, folds: NDArray[np.int64], train: Train, health: Health
) -> pd.DataFrame:
    fold_numbers = np.unique(folds)
    predictions = pd.DataFrame({
        "customer": table.customers, "repeat": repeat, "fold": repeat * len(fold_numbers) + folds, "is_outcome": table.y_true,
    })  # fmt: skip
    if table.value is not None:
        predictions["value"] = table.value
    for name in FAMILIES:
        log_odds, probability = np.empty(len(predictions)), np.empty(len(predictions))
        for fold in fold_numbers:
            log_odds[folds == fold] = _log_odds(name, table, folds == fold, train, health)
        for fold in fold_numbers:
            others, own = folds != fold, folds == fold
            probability[own] = Platt.fit(log_odds[others], table.y_true[others]).probability(log_odds[own])
        predictions[f"log_odds_{name}"], predictions[f"probability_{name}"] = log_odds, probability
    return predictions


def _log_odds(
    name: str, table: FlatTable, is_test: BoolArray, train: Train, health: Health
) -> NDArray[np.float64]:
    # Numbered: a user's column may be called anything, and LightGBM takes only some characters.
    features = tuple(
        replace(feature, name=f"column_{number}") for number, feature in enumerate(table.features)
    )
    rows = table.rows[[feature.column for feature in table.features]]
    rows = rows.set_axis([feature.column for feature in features], axis=1)
    past = rows[~is_test].reset_index(drop=True)
    training = Training(past, table.y_true[~is_test], table.customers[~is_test], features)
    model = model_class(name).fit(training, train, health, table.roles.outcome)
    return np.asarray(model.log_odds(rows[is_test].reset_index(drop=True)))
