"""The survival-derived candidate: a ridge Cox model of leaving at the renewal, said in log-odds.

It learns from outcomes: an account that churned left at its renewal, every other was followed past it. The
chance to leave by then is 1 - exp(-h) with h = H exp(b x), whose log-odds bend in b x; the log-odds are their
tangent at the average row, so that contributions stay additive, and the calibration does the rest.
"""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Self

import numpy as np
import pandas as pd

from churnml.learn.arrays import FloatArray
from churnml.learn.models.base import PARTS, Additive, Training, direction
from churnml.learn.models.encoder import require
from churnml.learn.models.survival.covariates import Covariate, choose
from churnml.learn.models.survival.cox import Lives, steady_cox
from churnml.params.health import Health
from churnml.params.train import Train

FILE = "survival.json"


@dataclass(frozen=True)
class Survival(Additive):
    """Chosen covariates, their slope in log-odds, and the log-odds of the average row."""

    columns: tuple[str, ...]
    covariates: tuple[Covariate, ...]
    slope: float
    base: float
    held_out: FloatArray | None = None

    @classmethod
    def fit(cls, training: Training, settings: Train, health: Health, outcome: str) -> Self:
        """The model of the outcome at the renewal; the seed has no part in it. Fits without a part of the accounts hold it out."""
        held_out = np.empty(len(training.rows))
        for part in range(PARTS):
            own = training.parts == part
            held_out[own] = cls._of(training.where(~own), settings, outcome).log_odds(training.rows[own])
        return replace(cls._of(training, settings, outcome), held_out=held_out)

    @classmethod
    def _of(cls, training: Training, settings: Train, outcome: str) -> Self:
        rows, is_outcome, features = training.rows, training.is_outcome, training.features
        lives = Lives(np.where(is_outcome, 1.0, 2.0), is_outcome, np.full(len(rows), "all", object))
        chosen = choose(rows, is_outcome, features, settings.survival)
        directions = {feature.column: direction(feature, outcome) for feature in features}
        covariates, baselines, _ = steady_cox(rows, lives, chosen, directions, settings.survival)
        hazard = max(float(baselines["all"].cumulative(np.ones(1), is_smooth=False)[0]), 1e-9)
        leaves = -np.expm1(-hazard)
        return cls(
            columns=tuple(feature.column for feature in features),
            covariates=covariates,
            slope=float(f"{hazard / leaves:.9g}"),
            base=float(f"{np.log(leaves) + hazard:.9g}"),
        )

    def contributions(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Slope times coefficient times value; 0 for columns that were not chosen."""
        require(self.columns, rows)
        found = pd.DataFrame(0.0, index=rows.index, columns=list(self.columns))
        for each in self.covariates:
            found[each.column] = self.slope * each.coefficient * each.values(rows)
        return found

    def save(self, folder: Path) -> None:
        """One JSON file."""
        folder.mkdir(parents=True, exist_ok=True)
        stored = {
            "columns": list(self.columns), "covariates": [asdict(each) for each in self.covariates],
            "slope": self.slope, "base": self.base,
        }  # fmt: skip
        (folder / FILE).write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The model that ``save`` wrote."""
        stored = json.loads((folder / FILE).read_text(encoding="utf-8"))
        covariates = tuple(Covariate(**each) for each in stored["covariates"])
        return cls(tuple(stored["columns"]), covariates, stored["slope"], stored["base"])
