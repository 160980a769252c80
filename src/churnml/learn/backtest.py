"""The rolling-origin backtest: every prediction made by models that could have stood on its cutoff.

A fold trains on outcomes ripe at its cutoff and predicts snapshots looked at from then on. Its calibration
knows only earlier folds' predictions that were ripe at the cutoff; where there are none yet, the bag's
margins of accounts its parts did not draw.
"""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from churnml.errors import NotEnoughError, SettingsError
from churnml.learn.baselines import BaseRate, BestColumn
from churnml.learn.beside import side_by_side
from churnml.learn.calibrate import Platt
from churnml.learn.dataset import Dataset
from churnml.learn.logit import BoolArray, FloatArray
from churnml.learn.models import CANDIDATES, MODELS, serves
from churnml.learn.models.encode import Encoder
from churnml.params import Backtest, Health, Train, did_you_mean
from churnml.progress import track
from churnml.timeline import Fold, rolling_origin

RIVALS = (*MODELS, "best_column", "base_rate")
"""Everything a fold may fit, by the name its prediction columns end in."""

ALWAYS = ("rules",)
"""Fitted whether candidate or not: no signal is proven that does not beat it."""

Margins = dict[str, FloatArray]
Own = dict[str, Platt]
Part = tuple[Fold, Dataset, Dataset]


def rivals(predictions: pd.DataFrame) -> tuple[str, ...]:
    """The rivals that stand in a table of predictions of one outcome, the simplest model first."""
    return tuple(
        name
        for name in RIVALS
        if f"margin_{name}" in predictions and predictions[f"margin_{name}"].notna().all()
    )


def competing(train: Train, outcome: str) -> tuple[str, ...]:
    """The candidates that serve an outcome, the simplest first; SettingsError where one is no model."""
    unknown = [
        f"train.candidates: no model '{name}'{did_you_mean(name, list(MODELS))}"
        for name in train.candidates
        if name not in MODELS
    ]
    if unknown or not train.candidates:
        raise SettingsError.of("train.candidates must name models that exist:", unknown or ["it is empty"])
    return tuple(name for name in CANDIDATES if name in train.candidates and serves(name, outcome))


def backtest(dataset: Dataset, outcome: str, train: Train, health: Health, last_day: date) -> pd.DataFrame:
    """Predictions of all test folds, with a margin and a probability by each rival.

    Columns: KEYS, cutoff, ripe_on, is_outcome, arr_usd, segment where the book has one, margin_* and
    probability_*.

    Folds whose training rows lack a class are left out; NotEnoughError where none is left.
    """
    folds = rolling_origin(last_day, train.backtest.folds, train.backtest.step_months)
    parts = [
        (fold, dataset.ripe(fold.cutoff), dataset.between(fold.cutoff, fold.test_end).ripe(last_day))
        for fold in folds
    ]
    parts = [part for part in parts if len(part[2].keys) and not part[1].lacks(outcome, train.backtest)]
    if not parts:
        raise NotEnoughError(
            f"no {outcome} model can be judged: none of the {len(folds)} backtest folds has enough ripe "
            "renewals before its cutoff and any after it. The rules list is still written; bring more history "
            "or fewer folds (train.backtest)."
        )
    done: list[pd.DataFrame] = []
    for part, (margins, own) in zip(parts, _fitted(parts, outcome, train, health), strict=True):
        done.append(_fold(part, margins, own, outcome, train, done))
    return pd.concat(done, ignore_index=True)


def _fitted(parts: Sequence[Part], outcome: str, train: Train, health: Health) -> list[tuple[Margins, Own]]:
    """Each fold's margins and own calibrations; the folds stand beside each other, the longest first."""
    alone = train.model_copy(update={"threads": 1})

    def fit(part: Part) -> tuple[Margins, Own]:
        return _margins(part[1], part[2], outcome, alone, health)

    with side_by_side(train.threads) as pool:
        found = list(track(pool.map(fit, reversed(parts)), f"backtesting {outcome}", len(parts)))
    return found[::-1]


def _fold(
    part: Part, margins: Margins, own: Own, outcome: str, train: Train, earlier: list[pd.DataFrame]
) -> pd.DataFrame:
    """One fold's predictions, with margins calibrated on what was known at its cutoff."""
    fold, _, tested = part
    past = [frame[frame["ripe_on"] < pd.Timestamp(fold.cutoff)] for frame in earlier]
    history = pd.concat(past, ignore_index=True) if past else pd.DataFrame()
    found = _described(fold, tested, outcome)
    for name, margin in margins.items():
        platt = Platt()
        if name in CANDIDATES:
            platt = calibration(history, name, train.backtest) or own.get(name, platt)
        found[f"margin_{name}"] = margin
        found[f"probability_{name}"] = platt.probability(margin)
    return found


def calibration(predictions: pd.DataFrame, model: str, least: Backtest) -> Platt | None:
    """The line from a model's out-of-fold margins to what came; None where a class has too few rows."""
    if predictions.empty:
        return None
    came = predictions["is_outcome"].to_numpy(dtype=bool)
    if min(came.sum(), (~came).sum()) < least.min_each_class:
        return None
    return Platt.fit(predictions[f"margin_{model}"].to_numpy(), came)


def _margins(
    known: Dataset, tested: Dataset, outcome: str, train: Train, health: Health
) -> tuple[Margins, Own]:
    """Each rival's margins of the tested rows, and each model's own calibration from rows it held out."""
    came = known.is_outcome(outcome)
    columns = [feature.column for feature in known.inputs]
    names = competing(train, outcome)
    margins: Margins = {}
    own: Own = {}
    for name in (*(each for each in ALWAYS if each not in names), *names):
        model = MODELS[name].fit(
            known.rows[columns], came, known.accounts, known.inputs, train, health, outcome
        )
        margins[name] = model.margin(tested.rows[columns])
        if model.held_out is not None:
            own[name] = _own_calibration(model.held_out, came)
    return margins | _simple_margins(known, tested, came), own


def _own_calibration(held_out: FloatArray, came: BoolArray) -> Platt:
    is_known = np.isfinite(held_out)
    return Platt.fit(held_out[is_known], came[is_known])


def _simple_margins(known: Dataset, tested: Dataset, came: BoolArray) -> Margins:
    encoder = Encoder.fit(known.rows, known.inputs)
    matrix, later = encoder.matrix(known.rows), encoder.matrix(tested.rows)
    is_category = np.array([feature.is_category for feature in known.inputs])
    best = BestColumn.fit(matrix, came, is_category)
    return {"best_column": best.margin(later), "base_rate": BaseRate.fit(came).margin(later)}


def _described(fold: Fold, tested: Dataset, outcome: str) -> pd.DataFrame:
    """Which rows the predictions are of, and what came."""
    found = tested.keys.copy()
    found["cutoff"] = pd.Timestamp(fold.cutoff)
    found["ripe_on"] = pd.to_datetime(tested.outcomes["ripe_on"])
    found["is_outcome"] = tested.is_outcome(outcome)
    found["arr_usd"] = tested.outcomes["arr_usd"].astype(float)
    if "segment" in tested.rows:
        found["segment"] = tested.rows["segment"]
    return found
