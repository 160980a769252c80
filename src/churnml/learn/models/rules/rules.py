"""The rules-weighted health score: points a CSM can read, and the same score as a model to beat."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Self

import numpy as np
import pandas as pd

from churnml.features.spec import Feature
from churnml.learn.arrays import FloatArray
from churnml.learn.calibration import Platt
from churnml.learn.models.base import Additive, Training
from churnml.learn.models.rules.points import (
    Part,
    components_of,
    part_scores,
    rule_points,
    rule_shares,
    weighted,
)
from churnml.params.health import Health, Rule
from churnml.params.train import Train


def health_score(rows: pd.DataFrame, health: Health) -> pd.DataFrame:
    """Health from 0 (worst) to 100 (best) and one column a component, by the rules of params.yaml.

    ``health`` is the mean of the components by weight. A rule whose column is absent or unknown for an account
    hands its share to its component's other rules, a silent component to the others; NaN where no rule can speak.
    """
    parts = components_of(health)
    scores = part_scores(rows, parts)
    whole = weighted(scores, [part.weight for part in parts])
    return pd.DataFrame(scores, columns=[part.name for part in parts], index=rows.index).assign(health=whole)


def is_good(outcome: str) -> bool:
    """Whether health makes the outcome likelier, as it does growth; leaving and shrinking it makes less likely."""
    return outcome == "expansion"


@dataclass(frozen=True)
class Rules(Additive):
    """The health score turned into log-odds by one slope; rows no rule can judge get the average score."""

    columns: tuple[str, ...]
    parts: tuple[Part, ...]
    average_points: tuple[float, ...]
    average_health: float
    slope: float
    base: float
    held_out: FloatArray | None = None

    @classmethod
    def fit(cls, training: Training, settings: Train, health: Health, outcome: str) -> Self:
        """One slope on the score: health lowers churn and raises expansion, whatever the rows say.

        Of the rows it learns no more than that line, so that what it says of them holds them out.
        """
        found = cls.sloped(training, spoken(training.features, health), outcome)
        return replace(found, held_out=found.log_odds_of(training))

    @classmethod
    def sloped(cls, training: Training, parts: Sequence[Part], outcome: str) -> Self:
        """The score of these components, with the slope that fits it to the outcome."""
        points = rule_points(training.rows, parts)
        is_known = ~np.isnan(points)
        average = np.where(is_known, points, 0.0).sum(axis=0) / np.maximum(is_known.sum(axis=0), 1)
        score = weighted(part_scores(training.rows, parts), [part.weight for part in parts])
        mean = float(np.nanmean(score)) if np.isfinite(score).any() else 0.0
        centred, sign = np.nan_to_num(score - mean), 1.0 if is_good(outcome) else -1.0
        spread = float(centred.std()) or 1.0
        platt = Platt.fit(sign * centred / spread, training.is_outcome)
        return cls(
            tuple(feature.column for feature in training.features), tuple(parts), tuple(average.tolist()), mean,
            sign * platt.slope / spread, platt.intercept,
        )  # fmt: skip

    def log_odds_of(self, training: Training) -> FloatArray:
        """The log-odds of the rows it was fitted on, without the contribution of each rule."""
        score = self.score(training.rows)
        return np.asarray(self.base + self.slope * np.nan_to_num(score - self.average_health))

    def score(self, rows: pd.DataFrame) -> FloatArray:
        """Health from 0 to 100, one a row; NaN where no rule can speak."""
        return weighted(part_scores(rows, self.parts), [part.weight for part in self.parts])

    def contributions(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Points won or lost against the average account, in log-odds.

        Rules that are silent hand their share on, as in the score.
        """
        found = pd.DataFrame(0.0, index=rows.index, columns=list(self.columns))
        if not self.parts:
            return found
        points = rule_points(rows, self.parts)
        share = rule_shares(points, self.parts)
        average = np.asarray(self.average_points)
        shift = share @ average - self.average_health
        for position, rule in enumerate(rule for part in self.parts for rule in part.rules):
            gain = np.nan_to_num(points[:, position] - average[position]) + shift
            found[rule.column] += self.slope * share[:, position] * gain
        return found

    def save(self, folder: Path) -> None:
        """One JSON file."""
        folder.mkdir(parents=True, exist_ok=True)
        parts = [
            {"name": part.name, "weight": part.weight, "rules": [rule.model_dump() for rule in part.rules]}
            for part in self.parts
        ]
        stored = {**asdict(replace(self, parts=())), "parts": parts}
        del stored["held_out"]
        (folder / "rules.json").write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The rules that ``save`` wrote."""
        stored = json.loads((folder / "rules.json").read_text(encoding="utf-8"))
        parts = tuple(
            Part(part["name"], part["weight"], tuple(Rule(**rule) for rule in part["rules"]))
            for part in stored.pop("parts")
        )
        columns, average = tuple(stored.pop("columns")), tuple(stored.pop("average_points"))
        return cls(columns=columns, parts=parts, average_points=average, **stored)


def spoken(features: Sequence[Feature], health: Health) -> tuple[Part, ...]:
    """The components as far as the book has features for their rules; one that loses a rule keeps its weight."""
    numeric = {feature.column for feature in features if not feature.is_category}
    kept = (
        replace(part, rules=tuple(rule for rule in part.rules if rule.column in numeric))
        for part in components_of(health)
    )
    return tuple(part for part in kept if part.rules)
