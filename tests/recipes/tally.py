"""A tally of good and bad signs: each number that has a direction counts as far as it lies from the average account."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Self

import numpy as np
import pandas as pd
from pydantic import Field

from churnml.learn.arrays import FloatArray
from churnml.learn.calibration import Platt
from churnml.learn.models.base import Training, direction
from churnml.learn.models.encoder import require
from churnml.params.health import Health
from churnml.params.section import Section
from churnml.params.train import Train


class Settings(Section):
    """How far a sign may count."""

    most_deviations: Annotated[float, Field(gt=0)] = 2.0


@dataclass(frozen=True)
class Tally:
    """The columns, the mean, spread and direction of those that count, and one slope."""

    Settings = Settings

    columns: tuple[str, ...]
    signs: Mapping[str, tuple[float, float, int]]
    most: float
    slope: float
    base: float
    held_out: FloatArray | None = None

    @classmethod
    def fit(cls, training: Training, settings: Train, health: Health, outcome: str) -> Self:
        """The averages of the rows, and the slope that fits their tally to the outcome."""
        signs = {}
        for feature in training.features:
            towards = direction(feature, outcome)
            known = (
                training.rows[feature.column].astype(float).dropna() if towards else pd.Series(dtype=float)
            )
            if len(known) and known.std() > 0:
                signs[feature.column] = (float(known.mean()), float(known.std()), towards)
        most = settings.of_model("tally", cls.Settings).most_deviations
        columns = tuple(feature.column for feature in training.features)
        tally = cls(columns, signs, most, 1.0, 0.0).contributions(training.rows).to_numpy().sum(axis=1)
        platt = Platt.fit(tally, training.is_outcome)
        slope = max(platt.slope, 0.0)
        # Of the outcomes it learns no more than that line, so that what it says of these rows holds them out.
        return cls(columns, signs, most, slope, platt.intercept, platt.intercept + slope * tally)

    def log_odds(self, rows: pd.DataFrame) -> FloatArray:
        """The base and the sum of the contributions."""
        return np.asarray(self.base + self.contributions(rows).to_numpy(dtype=float).sum(axis=1))

    def contributions(self, rows: pd.DataFrame) -> pd.DataFrame:
        """How far each sign points, times the slope; nothing where it is unknown."""
        require(self.columns, rows)
        found = pd.DataFrame(0.0, index=rows.index, columns=list(self.columns))
        for column, (mean, spread, towards) in self.signs.items():
            far = ((rows[column].astype(float) - mean) / spread).clip(-self.most, self.most)
            found[column] = self.slope * towards * far.fillna(0.0)
        return found

    def save(self, folder: Path) -> None:
        """One JSON file."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "tally.json").write_text(
            json.dumps(asdict(self) | {"held_out": None}) + "\n", encoding="utf-8"
        )

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The tally that ``save`` wrote."""
        stored = json.loads((folder / "tally.json").read_text(encoding="utf-8"))
        signs = {column: tuple(each) for column, each in stored.pop("signs").items()}
        return cls(columns=tuple(stored.pop("columns")), signs=signs, **stored)
