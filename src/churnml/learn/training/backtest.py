"""The rolling-origin backtest: every prediction made by models that could have stood on its cutoff.

A fold trains on outcomes ripe at its cutoff and predicts snapshots looked at from then on. Its calibration
knows only earlier folds' predictions that were ripe at the cutoff, and the bag's log-odds of training accounts
its parts did not draw.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnml.errors import NotEnoughError
from churnml.learn.arrays import BoolArray, FloatArray
from churnml.learn.calibration import Calibration, evidence, segments_of
from churnml.learn.candidates import CANDIDATES, HELD_OUT, MODELS
from churnml.learn.dataset import Dataset
from churnml.learn.folds import folds_of
from churnml.learn.models.base import Training
from churnml.learn.models.registry import model_class, require_models
from churnml.learn.parallel import side_by_side
from churnml.learn.training.baselines import BaseRate, BestColumn, roc_auc
from churnml.learn.training.tune import tuned
from churnml.params.health import Health
from churnml.params.train import Train
from churnml.progress import track
from churnml.timeline import Fold

ALWAYS = ("rules", "health_fitted")
"""Fitted whether candidate or not: no signal is proven that does not beat the rules; health is told two ways."""

LogOddsByModel = dict[str, FloatArray]
HeldOut = dict[str, FloatArray | None]
Fitted = tuple[LogOddsByModel, HeldOut, Train]


class FoldSets(NamedTuple):
    """A fold's days, and the rows to train and to test on."""

    fold: Fold
    train_set: Dataset
    test_set: Dataset


def competing(train: Train, outcome: str) -> tuple[str, ...]:
    """The candidates that serve an outcome, the simplest first; SettingsError where one is no model."""
    require_models(train)
    return tuple(name for name in CANDIDATES if name in train.candidates and MODELS[name].serves(outcome))


def backtest(dataset: Dataset, outcome: str, train: Train, health: Health, last_day: date) -> pd.DataFrame:
    """Predictions of all test folds, with Log-odds and a probability by each rival.

    Columns: KEYS, cutoff, ripe_on, is_outcome, is_known (the account had training rows), arr_usd, segment where the book has one, log_odds_* and
    probability_*. Where settings were tried, ``attrs["tuned"]`` holds those found, by cutoff.

    Folds whose training rows lack a class are left out; NotEnoughError where none is left.
    """
    found = backtest_each(dataset, [outcome], train, health, last_day)[outcome]
    if isinstance(found, NotEnoughError):
        raise found
    return found


def backtest_each(
    dataset: Dataset, outcomes: Sequence[str], train: Train, health: Health, last_day: date
) -> dict[str, pd.DataFrame | NotEnoughError]:
    """The ``backtest`` of each outcome, or why there is none; a fold's rows are prepared once for all of them."""
    folds = [
        FoldSets(fold, dataset.ripe(fold.cutoff), dataset.between(fold.cutoff, fold.test_end).ripe(last_day))
        for fold in folds_of(dataset, last_day, train.backtest)
    ]
    fitted = _fitted(folds, outcomes, train, health)
    return {outcome: _predictions(folds, fitted, outcome, train) for outcome in outcomes}


def _predictions(
    folds: Sequence[FoldSets], fitted: Sequence[dict[str, Fitted]], outcome: str, train: Train
) -> pd.DataFrame | NotEnoughError:
    done: list[pd.DataFrame] = []
    settings_by_fold = {}
    for sets, by_outcome in zip(folds, fitted, strict=True):
        if outcome in by_outcome:
            log_odds_by_model, held_out, settings = by_outcome[outcome]
            done.append(_fold(sets, log_odds_by_model, held_out, outcome, train, done))
            settings_by_fold[str(sets.fold.cutoff)] = settings.lightgbm.model_dump()
    if not done:
        return NotEnoughError(
            f"no {outcome} model can be judged: none of the {len(folds)} backtest folds has enough ripe "
            "renewals before its cutoff and any after it. The rules list is still written; bring more history "
            "or fewer folds (train.backtest)."
        )
    found = pd.concat(done, ignore_index=True)
    if train.tune.n_trials:
        found.attrs["tuned"] = settings_by_fold
    return found


def _fitted(
    folds: Sequence[FoldSets], outcomes: Sequence[str], train: Train, health: Health
) -> list[dict[str, Fitted]]:
    """For each fold and each outcome that its rows are enough for: log-odds, those of rows held out and the settings.

    The folds stand beside each other, the longest first.
    """
    alone = train.model_copy(update={"n_jobs": 1})

    def fit(sets: FoldSets) -> dict[str, Fitted]:
        found: dict[str, Fitted] = {}
        for outcome in outcomes:
            if len(sets.test_set.keys) and not sets.train_set.lacks(outcome, train.backtest):
                settings = tuned(sets.train_set, outcome, alone, health)
                found[outcome] = (*_log_odds(sets, outcome, settings, health), settings)
        sets.train_set.memo.clear()
        return found

    with side_by_side(train.n_jobs) as pool:
        found = list(track(pool.map(fit, reversed(folds)), "backtesting", len(folds)))
    return found[::-1]


def _fold(
    sets: FoldSets,
    log_odds_by_model: LogOddsByModel,
    held_out: HeldOut,
    outcome: str,
    train: Train,
    earlier: list[pd.DataFrame],
) -> pd.DataFrame:
    """One fold's predictions, with log-odds calibrated on what was known at its cutoff."""
    fold, train_set, test_set = sets
    past = [frame[frame["ripe_on"] < pd.Timestamp(fold.cutoff)] for frame in earlier]
    history = pd.concat(past, ignore_index=True) if past else pd.DataFrame()
    found = _described(fold, train_set, test_set, outcome)
    found["part"] = segments_of(test_set.rows, train.calibration.min_fixed_term_days)
    found[HELD_OUT] = by_lead(held_out.get("lightgbm_bag"), train_set, test_set, outcome)
    for name, log_odds in log_odds_by_model.items():
        lines = Calibration()
        if name in held_out:
            lines = calibration(history, name, train_set, held_out[name], outcome, train, fold.cutoff)
        found[f"log_odds_{name}"] = log_odds
        found[f"probability_{name}"] = lines.probability(log_odds, found["part"])
    return found


def by_lead(held_out: FloatArray | None, train_set: Dataset, test_set: Dataset, outcome: str) -> FloatArray:
    """How well training rows of each tested row's lead are ordered by parts that held them out; for the alarm L5."""
    if held_out is None:
        return np.full(len(test_set.keys), np.nan)
    leads, asked = (part.keys["lead_days"].to_numpy(dtype=np.int64) for part in (train_set, test_set))
    return held_out_roc_auc(held_out, train_set.is_outcome(outcome), leads, asked)


def calibration(
    history: pd.DataFrame, model: str, train_set: Dataset, held_out: FloatArray | None, outcome: str, train: Train,
    day: date,
) -> Calibration:  # fmt: skip
    """The lines from a model's log-odds to what came, as they could be drawn on a day.

    From out-of-fold predictions ripe by then (``history``, which may be empty) and, where the model has them,
    its log-odds of training rows it held out.
    """
    parts = []
    if len(history):
        log_odds = history[f"log_odds_{model}"].to_numpy(dtype=float)
        parts.append(evidence(history, log_odds, history["is_outcome"].to_numpy(dtype=bool)))
    if held_out is not None:
        rows = train_set.keys.assign(part=segments_of(train_set.rows, train.calibration.min_fixed_term_days))
        parts.append(evidence(rows, held_out, train_set.is_outcome(outcome), is_own=True))
    parts = [part for part in parts if len(part)]
    return (
        Calibration.fit(pd.concat(parts, ignore_index=True), day, train.calibration)
        if parts
        else Calibration()
    )


def _log_odds(sets: FoldSets, outcome: str, train: Train, health: Health) -> tuple[LogOddsByModel, HeldOut]:
    """Each rival's log-odds of the tested rows, and each model's log-odds of training rows it held out."""
    training, rows = Training.of(sets.train_set, outcome), sets.test_set.rows
    names = [name for name in ALWAYS if MODELS[name].serves(outcome)] + [*competing(train, outcome)]
    log_odds_by_model: LogOddsByModel = {}
    held_out: HeldOut = {}
    for name in reversed([each for each in MODELS if each in names]):
        model = training.fitted(model_class(name), train, health, outcome)
        log_odds_by_model[name] = model.log_odds(rows)
        held_out[name] = model.held_out
    later = training.encoder.matrix(rows)
    log_odds_by_model["best_column"] = BestColumn.fit(training).log_odds(later)
    log_odds_by_model["base_rate"] = BaseRate.fit(training.is_outcome).log_odds(later)
    return log_odds_by_model, held_out


def _described(fold: Fold, train_set: Dataset, test_set: Dataset, outcome: str) -> pd.DataFrame:
    """Which rows the predictions are of, and what came."""
    found = test_set.keys.copy()
    found["cutoff"] = pd.Timestamp(fold.cutoff)
    found["ripe_on"] = pd.to_datetime(test_set.outcomes["ripe_on"])
    found["is_outcome"] = test_set.is_outcome(outcome)
    # pandas hashes text; numpy would compare every pair.
    found["is_known"] = pd.Series(test_set.accounts).isin(train_set.accounts).to_numpy()
    found["arr_usd"] = test_set.outcomes["arr_usd"].astype(float)
    if "segment" in test_set.rows:
        found["segment"] = test_set.rows["segment"]
    return found


def held_out_roc_auc(
    held_out: FloatArray,
    is_outcome: BoolArray,
    lead_days: NDArray[np.int64],
    test_lead_days: NDArray[np.int64],
) -> FloatArray:
    """For each tested row's lead, how well a fold's model orders its own training rows of that lead; NaN where none can be said.

    ``held_out`` are the training rows' log-odds by parts that never saw their account (``Model.held_out``). By lead, because the
    tested rows stand nearer to their renewal on average, where everything is easier.

    >>> held_out_roc_auc(np.array([0.1, 0.9, np.nan]), np.array([False, True, True]), np.array([30, 30, 60]), np.array([30, 60]))
    array([ 1., nan])
    """
    found = np.full(len(test_lead_days), np.nan)
    for lead in np.unique(test_lead_days):
        chosen = np.isfinite(held_out) & (lead_days == lead)
        y_true = is_outcome[chosen]
        if 0 < y_true.sum() < len(y_true):
            found[test_lead_days == lead] = roc_auc(held_out[chosen], y_true)
    return found
