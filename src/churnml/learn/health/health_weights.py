"""What past renewals say of the rules' weights: for each component the weight now, one that fits better, and how sure.

Advice only: params.yaml stays as it is until a person changes it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from churnml.learn.arrays import FloatArray
from churnml.learn.dataset import RENEWAL, Dataset
from churnml.learn.health.health_scores import Interval, interval, one_look
from churnml.learn.metrics.bootstrap import account_weights
from churnml.learn.models.rules.health_fitted import current_weights, learned_weights
from churnml.learn.models.rules.points import FULL, Part, part_scores
from churnml.learn.models.rules.rules import is_good, spoken
from churnml.params.evaluate import Evaluate
from churnml.params.health import Health

RULE_DIGITS = 1


def advice(ripe: Dataset, health: Health, settings: Evaluate, outcome: str = "churn") -> dict[str, Any]:
    """Each component's weight now and as past renewals would have it, and the rules that follow from it.

    A weight is suggested only where its interval over resampled accounts leaves out the weight it has now.
    ``rules`` is ready for params.yaml: suggested components get their weight, the others share what is left in the
    proportion they have now.
    """
    parts = spoken(ripe.inputs, health)
    scores = part_scores(ripe.rows, parts)
    current = current_weights(scores, [part.weight for part in parts])
    found = _resampled(ripe, scores, current, health, settings, outcome)
    weights = [interval(column, settings.confidence) for column in found.T]
    seen = _evidence(ripe, scores, health.judged_lead_days, outcome)
    components = {
        part.name: {
            "current": round(now, 2),
            "suggested": weight["value"],
            "low": weight["low"],
            "high": weight["high"],
            "is_suggested": _excludes(weight, now),
            **evidence,
        }
        for part, now, weight, evidence in zip(parts, current.tolist(), weights, seen, strict=True)
    }
    return {"components": components, "rules": _rules(parts, components)}


def _resampled(
    ripe: Dataset, scores: FloatArray, current: FloatArray, health: Health, settings: Evaluate, outcome: str
) -> FloatArray:
    """The learned weights, a row for the book as it is and one for each resample of its accounts."""
    y_true, weights, ridge = ripe.is_outcome(outcome), current.tolist(), health.ridge
    learned = learned_weights(scores, y_true, weights, ridge, is_good(outcome))
    counts = account_weights(ripe.accounts, health.resamples, settings.seed)[:, 1:].astype(int)
    drawn = (np.repeat(np.arange(len(y_true)), count) for count in counts.T)
    # One round is enough where the first fills what is unknown by weights already learned.
    again = [
        learned_weights(scores[rows], y_true[rows], weights, ridge, is_good(outcome), learned, 1)
        for rows in drawn
    ]
    return np.vstack([learned, *again])


def _evidence(ripe: Dataset, scores: FloatArray, lead_days: int, outcome: str) -> list[dict[str, Any]]:
    """For each component the renewals on which it is known, and its mean score of those that left and stayed."""
    looks = ripe.keys[[*RENEWAL, "lead_days"]].assign(row=np.arange(len(ripe.keys)))
    rows = one_look(looks, lead_days)["row"].to_numpy()
    y_true, points = ripe.is_outcome(outcome)[rows], scores[rows]
    return [
        {
            "renewals": int(np.isfinite(column).sum()),
            "churned": int(np.isfinite(column[y_true]).sum()),
            "mean_churned": _mean(column[y_true]),
            "mean_stayed": _mean(column[~y_true]),
        }
        for column in points.T
    ]


def _mean(values: FloatArray) -> float | None:
    known = values[np.isfinite(values)]
    return round(float(known.mean()), 1) if len(known) else None


def _excludes(weight: Interval, now: float) -> bool:
    return (
        weight["low"] is not None
        and weight["high"] is not None
        and not weight["low"] <= now <= weight["high"]
    )


def _rules(
    parts: Sequence[Part], components: Mapping[str, Mapping[str, Any]]
) -> dict[str, list[dict[str, Any]]]:
    """The rules with their suggested weights, by component; a rule that would weigh nothing is left out."""
    moved = {name: told["suggested"] for name, told in components.items() if told["is_suggested"]}
    kept = sum(told["current"] for name, told in components.items() if name not in moved)
    scale = (FULL - sum(moved.values())) / kept if kept > 0 else 1.0
    found: dict[str, list[dict[str, Any]]] = {}
    for part in parts:
        weight = moved.get(part.name, components[part.name]["current"] * scale)
        shares = [
            round(rule.weight / sum(r.weight for r in part.rules) * weight, RULE_DIGITS)
            for rule in part.rules
        ]
        rules = [
            {**rule.model_dump(), "weight": share}
            for rule, share in zip(part.rules, shares, strict=True)
            if share > 0
        ]
        if rules:
            found[part.name] = rules
    return found
