"""Reasons without a proven model: which rules of the health score cost an account its points."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from churnml.explain.evidence import Evidence
from churnml.explain.sentences import has_value, sentence
from churnml.features.spec import Feature
from churnml.learn.arrays import BoolArray, FloatArray
from churnml.params.health import Health, Rule

HALF = 0.5
"""Of its points: a rule that gives fewer speaks against the account's health, one that gives more for it."""


def rule_evidence(
    rows: pd.DataFrame, health: Health, words: Mapping[str, Feature], *, is_risk: bool
) -> Evidence:
    """Evidence from the health rules: towards risk where points are lost, towards growth where they are held.

    ``rows`` holds the columns that the rules name, ``words`` the features that say them. A rule whose column
    the book lacks is left out; a value that just earns full points, or is unknown, says nothing.
    """
    component_rules = [
        (component, rule)
        for component, rules in health.components.items()
        for rule in rules
        if rule.column in rows
    ]
    rules = [rule for _, rule in component_rules]
    features = [words[rule.column] for rule in rules]
    values = rows[[rule.column for rule in rules]].to_numpy(dtype=float)
    contribution = _points_short(values, rules)

    def sentence_of(row: int, column: int) -> str:
        full = rules[column].good if has_value(features[column]) else None
        return sentence(features[column], float(values[row, column]), full, "full points at")

    is_informative = [_is_informative(*source) for source in zip(values.T, features, rules, strict=True)]
    may_argue = np.array(is_informative, dtype=bool).reshape(len(rules), len(rows)).T
    components = [component for component, _ in component_rules]
    return Evidence(
        components, contribution if is_risk else -contribution, may_argue, sentence_of, is_weighed=False
    )


def _points_short(values: FloatArray, rules: Sequence[Rule]) -> FloatArray:
    """How far each rule's points lie below half of its weight; nothing for an unknown value."""
    bad, good, weight = (
        np.array([getattr(rule, name) for rule in rules]) for name in ("bad", "good", "weight")
    )
    share = np.clip((values - bad) / (good - bad), 0, 1)
    return np.asarray(np.nan_to_num((HALF - share) * weight))


def _is_informative(values: FloatArray, feature: Feature, rule: Rule) -> BoolArray:
    """Where a value is worth telling: not one that reads like full points, nor a phrase that does not hold."""
    if not has_value(feature):
        return np.asarray(values == 1)
    full = feature.format(rule.good)
    return np.array([feature.format(value) != full for value in values.tolist()], dtype=bool)
