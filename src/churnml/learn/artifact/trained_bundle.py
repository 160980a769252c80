"""What training leaves behind: one outcome's model with all it needs to score rows, and how it is written."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from churnml.data.snapshots import KEYS
from churnml.errors import BundleError
from churnml.features.spec import Feature, specs
from churnml.learn.arrays import BoolArray, FloatArray
from churnml.learn.artifact.checksums import REMEDY, clear, write_checksums
from churnml.learn.artifact.fingerprint import fingerprint
from churnml.learn.calibration import Calibration, segments_of
from churnml.learn.lifetime.survival_curve import Lifetime
from churnml.learn.log_odds import sigmoid
from churnml.learn.models.base import Model
from churnml.learn.models.rules.health_fitted import HealthFitted

SCHEMA = 7
HEALTH = "health"
REPLAY_TOLERANCE = 1e-9
LIFETIME = "lifetime.json"


@dataclass(frozen=True)
class Scores:
    """What a bundle says of each snapshot; ``contributions`` plus ``base`` sum to ``log_odds``."""

    keys: pd.DataFrame
    values: pd.DataFrame
    probability: FloatArray
    log_odds: FloatArray
    base: float
    contributions: pd.DataFrame
    fitted_health: FloatArray

    def of(self, rows: BoolArray) -> "Scores":
        """The scores of some of the snapshots."""
        return Scores(
            keys=_part(self.keys, rows), values=_part(self.values, rows), probability=self.probability[rows],
            log_odds=self.log_odds[rows], base=self.base, contributions=_part(self.contributions, rows),
            fitted_health=self.fitted_health[rows],
        )  # fmt: skip


@dataclass(frozen=True)
class TrainedBundle:
    """One outcome's model, calibration, features and training-book figures.

    ``features`` holds building blocks too; the model sees ``columns``. ``reference`` holds rows with the
    log-odds they had at training; they are replayed before each scoring. ``medians`` is NaN for categories and
    where nothing was known.
    ``base_rate`` is over snapshots: a renewal counts once for each day it was looked at.

    Nothing on or after ``trained_through`` was known at training; no training row looked farther ahead than
    ``longest_lead_days``, by kind of term (``kinds_of_term``). ``health`` is churn's fitted health score and ``lifetime`` its survival model, where learned.
    """

    outcome: str
    model_name: str
    model: Model
    calibration: Calibration
    features: tuple[Feature, ...]
    base_rate: float
    medians: dict[str, float]
    reference: pd.DataFrame
    settings: dict[str, Any]
    trained_through: date
    longest_lead_days: Mapping[str, int]
    health: HealthFitted | None = None
    lifetime: Lifetime | None = None

    @property
    def columns(self) -> list[str]:
        """The columns the model sees, in its order."""
        return [feature.column for feature in self.features if feature.is_input]

    @property
    def fingerprint(self) -> str:
        """The digest of the features' definitions."""
        return fingerprint(specs(self.features))

    def score_rows(self, built: pd.DataFrame) -> Scores:
        """The scores of rows that ``build`` made for this bundle's features."""
        rows = built[self.columns]
        log_odds = self.model.log_odds(rows)
        return Scores(
            keys=built[KEYS], values=built[[feature.column for feature in self.features]],
            probability=self._calibrated(built, log_odds), log_odds=log_odds, base=self.model.base,
            contributions=self.model.contributions(rows),
            fitted_health=self.health.score(rows) if self.health else np.full(len(rows), np.nan),
        )  # fmt: skip

    def probability(self, built: pd.DataFrame) -> FloatArray:
        """The calibrated probability of each row, as ``score_rows`` gives it, without what explains it."""
        return self._calibrated(built, self.model.log_odds(built[self.columns]))

    def _calibrated(self, built: pd.DataFrame, log_odds: FloatArray) -> FloatArray:
        parts = segments_of(built, self.calibration.min_fixed_term_days)
        return sigmoid(self.calibration.log_odds(log_odds, parts))

    def replay(self) -> None:
        """Nothing, or BundleError naming the reference rows whose log-odds is not the stored one."""
        expected = self.reference["log_odds"].to_numpy(dtype=float)
        found = self.model.log_odds(self.reference)
        faults = [
            f"reference row {row}: stored {then!r}, now {now!r}"
            for row, (then, now) in enumerate(zip(expected.tolist(), found.tolist(), strict=True))
            if not abs(then - now) <= REPLAY_TOLERANCE
        ]
        if faults:
            raise BundleError.of(
                f"the {self.outcome} model no longer predicts what it did; nothing was scored. {REMEDY}",
                faults,
            )

    def save(self, folder: Path) -> None:
        """Writes the bundle as text files under a manifest of digests; an older bundle there is replaced."""
        clear(folder)
        self.model.save(folder / "model")
        if self.health:
            self.health.save(folder / HEALTH)
        (folder / "reference.json").write_text(_as_json(self.reference) + "\n", encoding="utf-8")
        if self.lifetime:
            said = json.dumps(self.lifetime.as_dict(), indent=1) + "\n"
            (folder / LIFETIME).write_text(said, encoding="utf-8")
        stored = specs(self.features)
        content = {
            "schema": SCHEMA, "outcome": self.outcome, "model": self.model_name,
            "calibration": self.calibration.as_dict(),
            "features": stored, "fingerprint": fingerprint(stored), "base_rate": self.base_rate,
            "medians": {name: None if np.isnan(median) else median for name, median in self.medians.items()},
            "settings": self.settings,
            "trained_through": self.trained_through.isoformat(),
            "longest_lead_days": dict(self.longest_lead_days),
        }  # fmt: skip
        write_checksums(folder, content)


def _part(frame: pd.DataFrame, rows: BoolArray) -> pd.DataFrame:
    return frame[rows].reset_index(drop=True)


def _as_json(reference: pd.DataFrame) -> str:
    """Rows as JSON: floats to the last digit, unknown as null."""
    known = reference.astype(object).where(reference.notna(), None)
    return json.dumps(known.to_dict(orient="records"), indent=1)
