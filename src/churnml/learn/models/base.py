"""What every model owes: log-odds, and contributions that sum to it."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol, Self, runtime_checkable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnml.features.spec import Direction, Feature
from churnml.learn.arrays import BoolArray, FloatArray
from churnml.params.health import Health
from churnml.params.train import Train


class Model(Protocol):
    """One fitted model of one outcome.

    Invariants: for every row the contributions plus ``base`` sum to the log-odds; the log-odds never moves
    against a feature's declared lean; ``load(save(model))`` predicts the same numbers; the same rows and seed
    give the same bytes.
    """

    @property
    def base(self) -> float:
        """The log-odds of no row in particular: what is left when no feature speaks."""

    @property
    def held_out(self) -> FloatArray | None:
        """Margins of the training rows by parts that never saw their account; None where there are none.

        A row whose account every part saw is NaN.
        """

    @classmethod
    def fit(
        cls, rows: pd.DataFrame, is_outcome: BoolArray, accounts: NDArray[np.object_],
        features: Sequence[Feature], settings: Train, health: Health, outcome: str,
    ) -> Self:  # fmt: skip
        """A model fitted on feature rows (one column a feature) and whether the outcome came."""

    def log_odds(self, rows: pd.DataFrame) -> FloatArray:
        """Uncalibrated log-odds of the outcome, one a row."""

    def contributions(self, rows: pd.DataFrame) -> pd.DataFrame:
        """What each feature adds to the log-odds, one column a feature."""

    def save(self, folder: Path) -> None:
        """Writes the model as text files, the same bytes for the same model."""

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The model that ``save`` wrote; the caller has checked that the files are whole."""


@runtime_checkable
class Bag(Protocol):
    """A model that is the mean of several, each of which has seen other accounts."""

    @property
    def members(self) -> Sequence[Model]:
        """The models whose log-odds and contributions the bag averages."""

    def each(self, rows: pd.DataFrame) -> Iterator[FloatArray]:
        """What each member's features add to its log-odds, a row an account and a column a feature, one member after the other."""


def direction(feature: Feature, outcome: str) -> Direction:
    """The direction a model must keep for a feature: 0 where none is declared, and for categories."""
    return 0 if feature.is_category else feature.direction(outcome)
