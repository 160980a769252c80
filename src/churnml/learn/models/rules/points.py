"""Health in points: what each rule gives, what each component comes to, and the components as one score.

Every score is a weighted mean, and silence is handed on twice: a rule that cannot speak gives its share to the
other rules of its component, a component none of whose rules can speak gives its share to the other components.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from churnml.learn.arrays import FloatArray
from churnml.params.health import Health, Rule

FULL = 100.0


@dataclass(frozen=True)
class Part:
    """One component: what it weighs in the score, and the rules that make its points."""

    name: str
    weight: float
    rules: tuple[Rule, ...]


def components_of(health: Health) -> tuple[Part, ...]:
    """The components of params.yaml; one weighs as much as all of its rules.

    >>> rule = Rule(column="logins", bad=0, good=10, weight=3)
    >>> [(part.name, part.weight) for part in components_of(Health(components={"adoption": (rule, rule)}))]
    [('adoption', 6.0)]
    """
    return tuple(
        Part(name, float(sum(rule.weight for rule in rules)), rules)
        for name, rules in health.components.items()
    )


def rule_points(rows: pd.DataFrame, parts: Sequence[Part]) -> FloatArray:
    """Points from 0 (bad or worse) to 100 (good or better), one column a rule; NaN for the unknown."""
    rules = [rule for part in parts for rule in part.rules]
    points = np.full((len(rows), len(rules)), np.nan)
    for position, rule in enumerate(rules):
        if rule.column in rows:
            value = rows[rule.column].to_numpy(dtype=np.float64, na_value=np.nan)
            points[:, position] = np.clip((value - rule.bad) / (rule.good - rule.bad), 0.0, 1.0) * FULL
    return points


def rule_shares(points: FloatArray, parts: Sequence[Part]) -> FloatArray:
    """Each rule's share of a row's score, one column a rule: its component's share times its own within it."""
    within = [
        _shares(points[:, own], [rule.weight for rule in part.rules])
        for part, own in zip(parts, _positions(parts), strict=True)
    ]
    spoke = np.column_stack([np.where(share.any(axis=1), 1.0, np.nan) for share in within])
    across = _shares(spoke, [part.weight for part in parts])
    return np.column_stack([share * across[:, [position]] for position, share in enumerate(within)])


def part_scores(rows: pd.DataFrame, parts: Sequence[Part]) -> FloatArray:
    """Each component from 0 to 100, one column a component; NaN where none of its rules can speak."""
    points = rule_points(rows, parts)
    scores = np.full((len(rows), len(parts)), np.nan)
    for position, (part, own) in enumerate(zip(parts, _positions(parts), strict=True)):
        scores[:, position] = weighted(points[:, own], [rule.weight for rule in part.rules])
    return scores


def weighted(points: FloatArray, weights: Sequence[float]) -> FloatArray:
    """The weighted mean of each row's known points; NaN where none is known or none of the known has weight.

    >>> weighted(np.array([[80.0, 20.0], [80.0, np.nan]]), [1.0, 3.0]).tolist()
    [35.0, 80.0]
    """
    share = _shares(points, weights)
    return np.where(share.any(axis=1), (share * np.nan_to_num(points)).sum(axis=1), np.nan)


def _shares(points: FloatArray, weights: Sequence[float]) -> FloatArray:
    """Each column's weight among the columns that are known in the row."""
    weight = np.where(np.isnan(points), 0.0, np.asarray(weights, dtype=float))
    total = weight.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(weight, total, out=np.zeros_like(weight), where=total > 0))


def _positions(parts: Sequence[Part]) -> list[slice]:
    """Where each component's rules stand among all."""
    ends = np.cumsum([0, *(len(part.rules) for part in parts)]).tolist()
    return [slice(start, end) for start, end in pairwise(ends)]
