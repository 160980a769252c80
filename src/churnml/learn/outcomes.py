"""The stages' verbs over every outcome of a book; an outcome without enough history is carried along, not fatal.

Predictions of all outcomes stand in one table, told apart by column ``outcome``. Why an outcome has none is
kept in the table's ``attrs["not_enough"]``, which Parquet stores with it, so that the gate can say it; so are, under
``tuned``, the settings that trials found.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from churnml.errors import NotEnoughError
from churnml.learn.candidates import contenders
from churnml.learn.dataset import OUTCOMES, Dataset
from churnml.learn.health.health_scores import capture, disagreement
from churnml.learn.health.health_weights import advice
from churnml.learn.lifetime.survival_curve import Lifetime
from churnml.learn.metrics.evaluate import evaluate
from churnml.learn.models.base import Training
from churnml.learn.models.rules.health_fitted import HealthFitted
from churnml.learn.models.rules.rules import require_columns
from churnml.learn.selection.model_selection import choose
from churnml.learn.selection.promotion import judge, leaks
from churnml.learn.training.train import learn
from churnml.params.evaluate import Evaluate, Gate
from churnml.params.health import Health
from churnml.params.train import Train


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
    for outcome in OUTCOMES:
        try:
            learned, predictions = learn(dataset, outcome, train, health, last_day)
        except NotEnoughError as error:
            lacking[outcome] = str(error)
            continue
        tried[outcome] = predictions.attrs.pop("tuned", None)
        parts.append(predictions.assign(outcome=outcome))
        fitted = _fitted_health(dataset.ripe(last_day), train, health) if outcome == "churn" else None
        for name, bundle in learned.items():
            lives = lifetime if outcome == "churn" else None
            replace(bundle, health=fitted, lifetime=lives).save(bundles / outcome / name)
    found = pd.concat([part for part in parts if len(part)] or parts, ignore_index=True)
    found.attrs |= {"not_enough": lacking, "tuned": {name: each for name, each in tried.items() if each}}
    return found


def evaluate_all(predictions: pd.DataFrame, settings: Evaluate) -> dict[str, dict[str, Any]]:
    """The metrics of each outcome, or why there are none."""
    lacking, tried = (predictions.attrs.get(key, {}) for key in ("not_enough", "tuned"))
    found: dict[str, dict[str, Any]] = {}
    for outcome in OUTCOMES:
        if outcome in lacking:
            found[outcome] = {"outcome": outcome, "not_enough": lacking[outcome]}
            continue
        rows = predictions[predictions["outcome"] == outcome].reset_index(drop=True)
        found[outcome] = measure(rows, settings, outcome)
        if outcome in tried:
            found[outcome]["tuned"] = tried[outcome]
    return found


def measure(predictions: pd.DataFrame, settings: Evaluate, outcome: str) -> dict[str, Any]:
    """The metrics of one outcome, and the choice between its candidates."""
    present = contenders(predictions)
    return evaluate(predictions, settings, outcome) | {"choice": choose(predictions, present, settings)}


def judge_all(metrics: Mapping[str, Mapping[str, Any]], gate: Gate) -> dict[str, dict[str, Any]]:
    """The verdict on each outcome, for JSON."""
    churn_leaks = "churn" in metrics and leaks(metrics["churn"], gate)
    return {outcome: judge(measured, gate, churn_leaks).as_dict() for outcome, measured in metrics.items()}


def _fitted_health(ripe: Dataset, train: Train, health: Health) -> HealthFitted:
    """The fitted health score as all that is ripe would have it."""
    return HealthFitted.fit(Training.of(ripe, "churn"), train, health, "churn")


def weigh_health(
    ripe: Dataset, predictions: pd.DataFrame, health: Health, settings: Evaluate
) -> dict[str, Any]:
    """The two health scores on past renewals and advice on the weights, for JSON; or why there is none."""
    lacking = predictions.attrs.get("not_enough", {})
    if "churn" in lacking:
        return {"not_enough": lacking["churn"]}
    churn = predictions[predictions["outcome"] == "churn"].reset_index(drop=True)
    return {
        "confidence": settings.confidence,
        "capacity_share": settings.capacity_share,
        "disagreement": disagreement(churn, settings, health.judged_lead_days),
        "capture": capture(churn, settings),
        "weights": advice(ripe, health, settings),
    }
