"""What past renewals say of the rules' weights: for each component the weight now, one that fits better, and how sure.

Advice only: params.yaml stays as it is until a person changes it.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnml.learn.arrays import BoolArray, FloatArray
from churnml.learn.dataset import RENEWAL, Dataset
from churnml.learn.health.health_scores import capture, disagreement, one_snapshot
from churnml.learn.metrics.bootstrap import account_weights
from churnml.learn.metrics.intervals import bootstrap_interval
from churnml.learn.models.rules.health_fitted import current_weights, learned_weights
from churnml.learn.models.rules.points import FULL, Part, part_scores
from churnml.learn.models.rules.rules import is_good, spoken
from churnml.params.evaluate import Evaluate
from churnml.params.health import Health
from churnml.results.health import Component, HealthEvidence, Weights
from churnml.results.interval import Interval
from churnml.results.stored import BacktestNotes, NotEnough

RULE_DIGITS = 1


def advice(ripe: Dataset, health: Health, settings: Evaluate, outcome: str = "churn") -> Weights:
    """Each component's weight now and as past renewals would have it, and the rules that follow from it.

    A weight is suggested only where its interval over resampled accounts leaves out the weight it has now.
    ``rules`` is ready for params.yaml: suggested components get their weight, the others share what is left in the
    proportion they have now.
    """
    parts = spoken(ripe.inputs, health)
    scores = part_scores(ripe.rows, parts)
    current = current_weights(scores, [part.weight for part in parts])
    found = _resampled(ripe, scores, current, health, settings, outcome)
    weights = [bootstrap_interval(column, settings.confidence) for column in found.T]
    rows = _rows_by_renewal(ripe, health.judged_lead_days)
    y_true = ripe.is_outcome(outcome)[rows]
    components = {
        part.name: _component(now, weight, points, y_true)
        for part, now, weight, points in zip(parts, current.tolist(), weights, scores[rows].T, strict=True)
    }
    return Weights(components, _rules(parts, components))


def _resampled(
    ripe: Dataset, scores: FloatArray, current: FloatArray, health: Health, settings: Evaluate, outcome: str
) -> FloatArray:
    """The learned weights, a row for the book as it is and one for each resample of its accounts."""
    y_true, weights, ridge = ripe.is_outcome(outcome), current.tolist(), health.alpha
    learned = learned_weights(scores, y_true, weights, ridge, is_good(outcome))
    counts = account_weights(ripe.accounts, health.n_bootstraps, settings.seed)[:, 1:]
    drawn = [(count > 0, count) for count in counts.T]
    # One round is enough where the first fills what is unknown by weights already learned.
    again = [
        learned_weights(
            scores[is_in], y_true[is_in], weights, ridge, is_good(outcome), learned, 1, count[is_in]
        )
        for is_in, count in drawn
    ]
    return np.vstack([learned, *again])


def _rows_by_renewal(ripe: Dataset, lead_days: int) -> NDArray[np.int64]:
    looks = ripe.keys[[*RENEWAL, "lead_days"]].assign(row=np.arange(len(ripe.keys)))
    return one_snapshot(looks, lead_days)["row"].to_numpy(dtype=np.int64)


def _component(now: float, weight: Interval, points: FloatArray, y_true: BoolArray) -> Component:
    return Component(
        current=round(now, 2), suggested=weight.value, low=weight.low, high=weight.high, is_suggested=weight.low is not None and weight.high is not None and not weight.low <= now <= weight.high,
        renewals=int(np.isfinite(points).sum()), churned=int(np.isfinite(points[y_true]).sum()),
        mean_churned=_mean(points[y_true]), mean_stayed=_mean(points[~y_true]),
    )  # fmt: skip


def _mean(values: FloatArray) -> float | None:
    known = values[np.isfinite(values)]
    return round(float(known.mean()), 1) if len(known) else None


def _rules(
    parts: Sequence[Part], components: Mapping[str, Component]
) -> dict[str, tuple[Mapping[str, object], ...]]:
    """The rules with their suggested weights, by component; a rule that would weigh nothing is left out."""
    moved = {
        name: each.suggested
        for name, each in components.items()
        if each.suggested is not None and each.is_suggested
    }
    kept = sum(each.current for name, each in components.items() if name not in moved)
    scale = (FULL - sum(moved.values())) / kept if kept > 0 else 1.0
    found: dict[str, tuple[Mapping[str, object], ...]] = {}
    for part in parts:
        weight = moved.get(part.name, components[part.name].current * scale)
        shares = [
            round(rule.weight / sum(r.weight for r in part.rules) * weight, RULE_DIGITS)
            for rule in part.rules
        ]
        rules = tuple(
            {**rule.model_dump(), "weight": share}
            for rule, share in zip(part.rules, shares, strict=True)
            if share > 0
        )
        if rules:
            found[part.name] = rules
    return found


def weigh_health(
    ripe: Dataset, predictions: pd.DataFrame, health: Health, settings: Evaluate
) -> HealthEvidence | NotEnough:
    """The two health scores on past renewals and advice on the weights; or why there is none."""
    lacking = BacktestNotes.of(predictions).lacking
    if "churn" in lacking:
        return NotEnough(lacking["churn"])
    churn = predictions[predictions["outcome"] == "churn"].reset_index(drop=True)
    return HealthEvidence(
        confidence=settings.confidence, capacity_share=settings.capacity_share,
        disagreement=disagreement(churn, settings, health.judged_lead_days),
        capture=capture(churn, settings), weights=advice(ripe, health, settings),
    )  # fmt: skip
