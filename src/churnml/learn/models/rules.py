"""The rules-weighted health score: points a CSM can read, and the same score as a model to beat."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnml.errors import SettingsError
from churnml.features.catalog import CATALOG
from churnml.features.spec import Feature
from churnml.learn.calibrate import Platt
from churnml.learn.logit import BoolArray, FloatArray
from churnml.params import Health, Rule, Train, did_you_mean

FULL = 100.0


def health_score(rows: pd.DataFrame, health: Health) -> pd.DataFrame:
    """Health from 0 (worst) to 100 (best) and one column a component, by the rules of params.yaml.

    A rule whose column is absent or unknown for an account is left out and the rest re-weighted; NaN where no
    rule can speak.
    """
    score = {"health": _weighted(rows, [rule for rules in health.components.values() for rule in rules])}
    score |= {name: _weighted(rows, rules) for name, rules in health.components.items()}
    return pd.DataFrame(score, index=rows.index)


def require_columns(health: Health) -> None:
    """Nothing, or SettingsError naming every rule whose column is no feature of the catalogue."""
    known = [feature.column for feature in CATALOG if not feature.is_category]
    faults = [
        f"health.components.{name}: no feature '{rule.column}'{did_you_mean(rule.column, known)}"
        for name, rules in health.components.items()
        for rule in rules
        if rule.column not in known
    ]
    if faults:
        raise SettingsError.of(
            "the health rules name columns that do not exist (docs/features.md lists them):", faults
        )


@dataclass(frozen=True)
class Rules:
    """The health score turned into log-odds by one slope; rows no rule can judge get the average score."""

    columns: tuple[str, ...]
    rules: tuple[Rule, ...]
    average_points: tuple[float, ...]
    average_health: float
    slope: float
    base: float
    held_out: FloatArray | None = None

    @classmethod
    def fit(
        cls, rows: pd.DataFrame, is_outcome: BoolArray, accounts: NDArray[np.object_],
        features: Sequence[Feature], settings: Train, health: Health, outcome: str,
    ) -> Self:  # fmt: skip
        """One slope on the score: health lowers churn and raises expansion, whatever the rows say."""
        numeric = {feature.column for feature in features if not feature.is_category}
        rules = tuple(rule for part in health.components.values() for rule in part if rule.column in numeric)
        points = _points(rows, rules)
        is_known = ~np.isnan(points)
        average = np.where(is_known, points, 0.0).sum(axis=0) / np.maximum(is_known.sum(axis=0), 1)
        score = _weighted(rows, rules)
        mean = float(np.nanmean(score)) if np.isfinite(score).any() else 0.0
        centred, sign = np.nan_to_num(score - mean), -1.0 if outcome == "churn" else 1.0
        spread = float(centred.std()) or 1.0
        platt = Platt.fit(sign * centred / spread, is_outcome)
        columns = tuple(feature.column for feature in features)
        return cls(
            columns, rules, tuple(average.tolist()), mean, sign * platt.slope / spread, platt.intercept
        )

    def margin(self, rows: pd.DataFrame) -> FloatArray:
        """The base and the sum of the contributions."""
        return np.asarray(self.base + self.contributions(rows).to_numpy(dtype=float).sum(axis=1))

    def contributions(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Points won or lost against the average account, in log-odds.

        Rules that are silent hand their share to the rest.
        """
        found = pd.DataFrame(0.0, index=rows.index, columns=list(self.columns))
        if not self.rules:
            return found
        points = _points(rows, self.rules)
        share = _shares(points, self.rules)
        average = np.asarray(self.average_points)
        shift = (share @ average - self.average_health)[:, None]
        for place, rule in enumerate(self.rules):
            gain = np.nan_to_num(points[:, [place]] - average[place]) + shift
            found[rule.column] += self.slope * share[:, place] * gain[:, 0]
        return found

    def save(self, folder: Path) -> None:
        """One JSON file."""
        folder.mkdir(parents=True, exist_ok=True)
        stored = {**asdict(self), "rules": [rule.model_dump() for rule in self.rules]}
        del stored["held_out"]
        (folder / "rules.json").write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The rules that ``save`` wrote."""
        stored = json.loads((folder / "rules.json").read_text(encoding="utf-8"))
        rules = tuple(Rule(**rule) for rule in stored.pop("rules"))
        columns, average = tuple(stored.pop("columns")), tuple(stored.pop("average_points"))
        return cls(columns=columns, rules=rules, average_points=average, **stored)


def _points(rows: pd.DataFrame, rules: Sequence[Rule]) -> FloatArray:
    """Points from 0 (bad or worse) to 100 (good or better), one column a rule; NaN for the unknown."""
    points = np.full((len(rows), len(rules)), np.nan)
    for place, rule in enumerate(rules):
        if rule.column in rows:
            value = rows[rule.column].to_numpy(dtype=np.float64, na_value=np.nan)
            points[:, place] = np.clip((value - rule.bad) / (rule.good - rule.bad), 0.0, 1.0) * FULL
    return points


def _shares(points: FloatArray, rules: Sequence[Rule]) -> FloatArray:
    """Each rule's share of a row's score: its weight among the rules that can speak."""
    weight = np.where(np.isnan(points), 0.0, np.array([rule.weight for rule in rules]))
    total = weight.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(weight, total, out=np.zeros_like(weight), where=total > 0))


def _weighted(rows: pd.DataFrame, rules: Sequence[Rule]) -> FloatArray:
    """The weighted mean of the rules' points, NaN where none can speak."""
    if not rules:
        return np.full(len(rows), np.nan)
    points = _points(rows, rules)
    share = _shares(points, rules)
    return np.where(share.sum(axis=1) > 0, (share * np.nan_to_num(points)).sum(axis=1), np.nan)
