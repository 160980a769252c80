"""Training over every outcome of a book; an outcome without enough history is carried along, not fatal.

Predictions of all outcomes stand in one table, told apart by column ``outcome``; why an outcome has none stands in
the table's ``BacktestNotes``, so that the gate can say it.
"""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from churnml.errors import NotEnoughError
from churnml.learn.dataset import OUTCOMES, Dataset
from churnml.learn.lifetime.survival_curve import Lifetime
from churnml.learn.models.base import Training
from churnml.learn.models.rules.health_fitted import HealthFitted
from churnml.learn.models.rules.require_columns import require_columns
from churnml.learn.training.train import learn_each
from churnml.params.health import Health
from churnml.params.train import Train
from churnml.results.backtest_notes import BacktestNotes


def learn_all(
    dataset: Dataset, train: Train, health: Health, last_day: date, bundles: Path, lifetime: Lifetime | None = None
) -> pd.DataFrame:  # fmt: skip
    """The backtest's predictions of all outcomes, after saving ``bundles/<outcome>/<model>`` for each candidate.

    Churn's bundles carry the survival model and the fitted health score.
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
