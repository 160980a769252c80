"""The rules health score, corrected by the data: with few renewals it is the rules, with many it learns.

The log-odds is the rules' own, stretched, plus a logistic regression of what they leave over. Its ridge pulls
every coefficient to nothing, so the rules stand until the data say otherwise.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import pandas as pd

from churnml.learn.arrays import FloatArray
from churnml.learn.models.base import Additive, Training
from churnml.learn.models.logistic.logistic import Logistic, weighed
from churnml.learn.models.logistic.ridge import fit_ridge
from churnml.learn.models.rules.rules import Rules
from churnml.params.health import Health
from churnml.params.train import Train


@dataclass(frozen=True)
class RulesPrior(Additive):
    """The rules, how far their log-odds is stretched, and the regression of the rest."""

    rules: Rules
    stretch: float
    rest: Logistic
    held_out: FloatArray | None = None

    @classmethod
    def fit(cls, training: Training, settings: Train, health: Health, outcome: str) -> Self:
        """The stretch (never below nothing) and the coefficients, together, of least penalised log loss."""
        rules = Rules.fit(training, settings, health, outcome)
        terms, design = Logistic.terms_of(training, settings)
        bounds = Logistic.bounds(terms, training.features, outcome)
        design = np.column_stack([rules.log_odds_of(training) - rules.base, design])
        found = fit_ridge(design, training, [(0.0, None), *bounds], np.r_[0.0, np.ones(len(terms))])
        stretch, *rest = found.coefficients.tolist()
        regression = Logistic(training.encoder, weighed(terms, np.array(rest)), found.intercept)
        return cls(rules, stretch, regression, found.held_out)

    @property
    def base(self) -> float:
        """The log-odds where neither the rules nor the rest speak."""
        return self.rest.base

    def contributions(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The rules' own contributions, stretched, and what the rest adds to each feature's."""
        return self.rest.contributions(rows) + self.stretch * self.rules.contributions(rows)

    def save(self, folder: Path) -> None:
        """Three JSON files."""
        self.rules.save(folder)
        self.rest.save(folder)
        (folder / "prior.json").write_text(json.dumps({"stretch": self.stretch}) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The model that ``save`` wrote."""
        stored = json.loads((folder / "prior.json").read_text(encoding="utf-8"))
        return cls(Rules.load(folder), stored["stretch"], Logistic.load(folder))
