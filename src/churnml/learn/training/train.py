"""Learning: of each outcome the backtest first, then each candidate on all that is ripe."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from churnml.errors import NotEnoughError
from churnml.learn.artifact.trained_bundle import TrainedBundle
from churnml.learn.dataset import OUTCOMES, Dataset
from churnml.learn.lifetime.survival_curve import Lifetime
from churnml.learn.models.base import Model, Training
from churnml.learn.models.registry import model_class
from churnml.learn.models.rules.health_fitted import HealthFitted
from churnml.learn.parallel import side_by_side
from churnml.learn.require_columns import require_columns
from churnml.learn.term_kinds import longest_leads
from churnml.learn.training.backtest import backtest_each, calibration, competing
from churnml.learn.training.tune import TUNED, tuned
from churnml.params.health import Health
from churnml.params.train import Train
from churnml.results.stored import BacktestNotes

REFERENCE_ROWS = 20

Learned = tuple[dict[str, TrainedBundle], pd.DataFrame]


def learn_each(
    dataset: Dataset, outcomes: Sequence[str], train: Train, health: Health, last_day: date
) -> dict[str, Learned | NotEnoughError]:
    """Of each outcome a bundle for each candidate model, and the backtest's predictions by which the gate chooses; or why there is nothing.

    Rows are prepared once for all outcomes.
    """
    ripe = dataset.ripe(last_day)
    lacking = {outcome: ripe.lacking(outcome, train.backtest) for outcome in outcomes}
    enough = [outcome for outcome in outcomes if not lacking[outcome]]
    predictions = backtest_each(dataset, enough, train, health, last_day)
    found: dict[str, Learned | NotEnoughError] = {}
    for outcome in outcomes:
        error = lacking[outcome]
        judged = error or predictions[outcome]
        found[outcome] = (
            judged
            if isinstance(judged, NotEnoughError)
            else (_bundles(ripe, outcome, train, health, judged, last_day), judged)
        )
    return found


def _bundles(
    ripe: Dataset, outcome: str, train: Train, health: Health, predictions: pd.DataFrame, last_day: date
) -> dict[str, TrainedBundle]:
    names, best = competing(train, outcome), tuned(ripe, outcome, train, health)

    def fit(name: str) -> TrainedBundle:
        return bundle_of(name, ripe, outcome, best if name in TUNED else train, health, predictions, last_day)

    with side_by_side(train.n_jobs) as pool:
        found = list(pool.map(fit, reversed(names)))  # the longest first
    return dict(zip(names, found[::-1], strict=True))


def bundle_of(
    name: str, ripe: Dataset, outcome: str, train: Train, health: Health, predictions: pd.DataFrame,
    last_day: date,
) -> TrainedBundle:  # fmt: skip
    """One candidate fitted on the snapshots ripe by a day, calibrated on the backtest's predictions and what it held out."""
    training = Training.of(ripe, outcome)
    model = training.fitted(model_class(name), train, health, outcome)
    lines = calibration(predictions, name, ripe, model.held_out, outcome, train, last_day)
    return TrainedBundle(
        outcome=outcome, model_name=name, model=model,
        calibration=lines,
        features=ripe.features, base_rate=float(training.is_outcome.mean()), medians=_medians(ripe),
        reference=_reference(training.rows, model), settings=train.model_dump(mode="json"),
        trained_through=last_day, longest_lead_days=longest_leads(ripe.keys, ripe.rows),
    )  # fmt: skip


def _medians(ripe: Dataset) -> dict[str, float]:
    return ripe.memo(
        "medians",
        lambda: {
            feature.column: np.nan
            if feature.is_category or not ripe.rows[feature.column].notna().any()
            else float(ripe.rows[feature.column].astype(float).median())
            for feature in ripe.features
        },
    )


def _reference(rows: pd.DataFrame, model: Model) -> pd.DataFrame:
    places = np.linspace(0, len(rows) - 1, min(REFERENCE_ROWS, len(rows))).astype(int)
    reference: pd.DataFrame = rows.iloc[places].reset_index(drop=True)
    reference["log_odds"] = model.log_odds(reference)
    return reference


def learn_all(
    dataset: Dataset, train: Train, health: Health, last_day: date, bundles: Path, lifetime: Lifetime | None = None
) -> pd.DataFrame:  # fmt: skip
    """The backtest's predictions of all outcomes, after saving ``bundles/<outcome>/<model>`` for each candidate.

    Churn's bundles carry the survival model and the fitted health score; why an outcome has no predictions stands in the table's ``BacktestNotes``.
    """
    require_columns(health)
    bundles.mkdir(parents=True, exist_ok=True)
    parts, lacking = [pd.DataFrame({"outcome": pd.Series(dtype=object)})], {}
    tried: dict[str, Any] = {}
    for outcome, learned_or_error in learn_each(dataset, OUTCOMES, train, health, last_day).items():
        if isinstance(learned_or_error, NotEnoughError):
            lacking[outcome] = str(learned_or_error)
            continue
        learned, predictions = learned_or_error
        tried[outcome] = predictions.attrs.pop("tuned", None)
        parts.append(predictions.assign(outcome=outcome))
        fitted = _fitted_health(dataset.ripe(last_day), train, health) if outcome == "churn" else None
        for name, bundle in learned.items():
            lives = lifetime if outcome == "churn" else None
            replace(bundle, health=fitted, lifetime=lives).save(bundles / outcome / name)
    found = pd.concat([part for part in parts if len(part)] or parts, ignore_index=True)
    BacktestNotes(lacking, {name: each for name, each in tried.items() if each}).put(found)
    return found


def _fitted_health(ripe: Dataset, train: Train, health: Health) -> HealthFitted:
    return HealthFitted.fit(Training.of(ripe, "churn"), train, health, "churn")
