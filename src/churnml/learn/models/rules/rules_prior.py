"""The rules health score, corrected by the data: with few renewals it is the rules, with many it learns.

The log-odds is the rules' own, stretched, plus a logistic regression of what they leave over. Its ridge pulls
every coefficient to nothing, so the rules stand until the data say otherwise.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnml.features.spec import Feature
from churnml.learn.arrays import BoolArray, FloatArray
from churnml.learn.log_odds import fit_bounded
from churnml.learn.models.encoder import Encoder
from churnml.learn.models.logistic.logistic import Logistic
from churnml.learn.models.rules.rules import Rules
from churnml.params.health import Health
from churnml.params.train import Train


@dataclass(frozen=True)
class RulesPrior:
    """The rules, how far their log-odds is stretched, and the regression of the rest."""

    rules: Rules
    stretch: float
    rest: Logistic
    held_out: FloatArray | None = None

    @classmethod
    def fit(
        cls, rows: pd.DataFrame, is_outcome: BoolArray, accounts: NDArray[np.object_],
        features: Sequence[Feature], settings: Train, health: Health, outcome: str,
    ) -> Self:  # fmt: skip
        """The stretch (never below nothing) and the coefficients, together, of least penalised log loss."""
        rules = Rules.fit(rows, is_outcome, accounts, features, settings, health, outcome)
        encoder = Encoder.fit(rows, features)
        matrix = encoder.matrix(rows)
        terms, bounds = Logistic.terms_of(features, matrix, encoder, settings, outcome)
        given = rules.contributions(rows).to_numpy(dtype=float).sum(axis=1)
        design = np.column_stack([given, Logistic.design(terms, encoder, matrix)])
        ridge = np.r_[0.0, np.full(len(terms), 1.0 / settings.logistic.prior_inverse_penalty)]
        base, found = fit_bounded(design, is_outcome.astype(float), ridge, [(0.0, None), *bounds])
        fitted = tuple(
            replace(term, coefficient=float(weight)) for term, weight in zip(terms, found[1:], strict=True)
        )
        return cls(rules, float(found[0]), Logistic(encoder, fitted, base))

    @property
    def base(self) -> float:
        """The log-odds where neither the rules nor the rest speak."""
        return self.rest.base

    def log_odds(self, rows: pd.DataFrame) -> FloatArray:
        """The base and the sum of the contributions."""
        return np.asarray(self.base + self.contributions(rows).to_numpy(dtype=float).sum(axis=1))

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
