"""A bundle as it is loaded: one outcome's model that builds its features from tables and scores them, or refuses."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd

from churnml.data.tables import Tables
from churnml.errors import BundleError
from churnml.features.build import build
from churnml.features.catalog import CATALOG
from churnml.features.spec import Feature, specs
from churnml.learn.artifact.checksums import REMEDY, read_verified
from churnml.learn.artifact.fingerprint import differences, fingerprint
from churnml.learn.artifact.trained_bundle import (
    HEALTH,
    LIFETIME,
    REPLAY_TOLERANCE,
    SCHEMA,
    Scores,
    TrainedBundle,
)
from churnml.learn.calibration import Calibration
from churnml.learn.lifetime.survival_curve import Lifetime
from churnml.learn.models.registry import model_class
from churnml.learn.models.rules.health_fitted import HealthFitted

__all__ = ["REPLAY_TOLERANCE", "Bundle", "Scores"]


class Bundle(TrainedBundle):
    """A trained bundle with this code's features, their words and what builds them."""

    def score(self, tables: Tables, snapshots: pd.DataFrame) -> Scores:
        """The scores of snapshots, in their order, from features built as in training.

        Raises BundleError where the stored reference rows no longer come out as they did.
        """
        self.replay()
        return self.score_rows(build(tables, snapshots, self.features))

    @classmethod
    def load(cls, folder: Path, catalogue: Sequence[Feature] = CATALOG) -> Self:
        """The bundle that ``save`` wrote.

        Raises BundleError where a file is damaged, or a feature is defined otherwise in this code than at
        training.
        """
        content = read_verified(folder)
        if content["schema"] != SCHEMA:
            raise BundleError(
                f"the bundle in '{folder}' has schema {content['schema']}, this code reads {SCHEMA}. {REMEDY}"
            )
        features = _features(content, catalogue)
        reference = _from_json((folder / "reference.json").read_text(encoding="utf-8"), features)
        model = model_class(content["model"]).load(folder / "model")
        medians = {
            column: np.nan if median is None else median for column, median in content["medians"].items()
        }
        lives = folder / LIFETIME
        lifetime = (
            Lifetime.from_dict(json.loads(lives.read_text(encoding="utf-8"))) if lives.is_file() else None
        )
        return cls(
            content["outcome"], content["model"], model, Calibration.from_dict(content["calibration"]), features,
            content["base_rate"], medians, reference, content["settings"],
            date.fromisoformat(content["trained_through"]), content["longest_lead_days"],
            HealthFitted.load(folder / HEALTH) if (folder / HEALTH).is_dir() else None, lifetime,
        )  # fmt: skip


def _features(content: dict[str, Any], catalogue: Sequence[Feature]) -> tuple[Feature, ...]:
    """This code's features of a stored bundle, once each field is known to be as it was."""
    stored = content["features"]
    faults = differences(stored, specs(catalogue))
    if fingerprint(stored) != content["fingerprint"]:
        faults.append("the stored definitions do not have the stored fingerprint")
    if faults:
        raise BundleError.of(
            f"the stored {content['outcome']} model does not fit this code; train again (dvc repro):", faults
        )
    known = {feature.column: feature for feature in catalogue}
    return tuple(known[spec["column"]] for spec in stored)


def _from_json(text: str, features: Sequence[Feature]) -> pd.DataFrame:
    rows = pd.DataFrame(json.loads(text))
    text_columns = {feature.column for feature in features if feature.is_category}
    return rows.astype({column: object if column in text_columns else float for column in rows})
