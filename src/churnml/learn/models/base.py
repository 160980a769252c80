"""What every model owes: log-odds, and contributions that sum to it."""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Self, TypeVar, runtime_checkable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnml.features.spec import Direction, Feature
from churnml.learn.arrays import BoolArray, FloatArray
from churnml.learn.memo import Memo
from churnml.learn.models.encoder import Encoder
from churnml.params.health import Health
from churnml.params.train import Train

if TYPE_CHECKING:
    from churnml.learn.dataset import Dataset

Fitted = TypeVar("Fitted", bound="Model")

PARTS = 3
"""Of the accounts, each held out once where a model judges itself within its training rows."""


@dataclass(frozen=True)
class Training:
    """What a model learns from: feature rows (a column a feature), whether the outcome came, and each row's account.

    ``weight`` is what a row weighs: snapshots of one renewal share its outcome, and should together weigh one.
    ``memo`` keeps what depends on the rows alone; trainings on the same rows for other outcomes share it.
    """

    rows: pd.DataFrame
    is_outcome: BoolArray
    accounts: NDArray[np.object_]
    features: tuple[Feature, ...]
    weight: FloatArray | float = 1.0
    memo: Memo = field(default_factory=Memo, init=False, compare=False, repr=False)

    @classmethod
    def of(cls, dataset: "Dataset", outcome: str) -> Self:
        """All rows of a dataset, by the features a model may see."""
        rows = dataset.rows[[feature.column for feature in dataset.inputs]]
        training = cls(rows, dataset.is_outcome(outcome), dataset.accounts, dataset.inputs, dataset.weight)
        object.__setattr__(
            training, "memo", dataset.memo
        )  # no argument: other rows never come with these rows' memo
        return training

    def fitted(self, kind: type[Fitted], settings: Train, health: Health, outcome: str) -> Fitted:
        """The model of a kind on these rows, fitted once however many ask for it."""
        key = ("fitted", kind, outcome, settings.lightgbm)
        return self.memo(key, lambda: kind.fit(self, settings, health, outcome))

    def where(self, chosen: BoolArray) -> Self:
        """Some of the rows, as rows of their own."""
        weight = np.broadcast_to(self.weight, len(self.rows))[chosen]
        rows = self.rows[chosen].reset_index(drop=True)
        return type(self)(rows, self.is_outcome[chosen], self.accounts[chosen], self.features, weight)

    @property
    def encoder(self) -> Encoder:
        """The encoder of the features, with the categories that occur in these rows."""
        return self.memo("encoder", lambda: Encoder.fit(self.rows, self.features))

    @property
    def matrix(self) -> FloatArray:
        """The rows as numbers, made once for all models fitted on them."""
        return self.memo("matrix", lambda: self.encoder.matrix(self.rows))

    @property
    def y_true(self) -> FloatArray:
        """Whether the outcome came, as 0 and 1."""
        return self.is_outcome.astype(float)

    @property
    def parts(self) -> NDArray[np.int64]:
        """The part of each row's account, from 0 to ``PARTS`` - 1; fits that leave out one part each hold out every row once.

        The parts are as even as can be, and by a digest of the account's name, which follows no order of the book.
        """
        return self.memo("parts", lambda: account_parts(self.accounts))


class Model(Protocol):
    """One fitted model of one outcome.

    Invariants: for every row the contributions plus ``base`` sum to the log-odds; the log-odds never moves
    against a feature's declared direction; ``load(save(model))`` predicts the same numbers; the same rows and seed
    give the same bytes.
    """

    @property
    def base(self) -> float:
        """The log-odds of no row in particular: what is left when no feature speaks."""

    @property
    def held_out(self) -> FloatArray | None:
        """Log-odds (training rows) by parts that never saw their account; None where there are none.

        A row whose account every part saw is NaN.
        """

    @classmethod
    def fit(cls, training: Training, settings: Train, health: Health, outcome: str) -> Self:
        """A model fitted on rows x features and whether the outcome came (rows); SettingsError where its own settings are at fault."""

    def log_odds(self, rows: pd.DataFrame) -> FloatArray:
        """Uncalibrated log-odds of the outcome (rows); BundleError where a column it was fitted on is absent."""

    def contributions(self, rows: pd.DataFrame) -> pd.DataFrame:
        """What each feature adds to the log-odds (rows x features, the frame's index); BundleError as for ``log_odds``."""

    def save(self, folder: Path) -> None:
        """Writes the model as text files, the same bytes for the same model."""

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The model that ``save`` wrote; the caller has checked that the files are whole."""


class Additive:
    """What a model gets that adds up what its features contribute."""

    def log_odds(self: Model, rows: pd.DataFrame) -> FloatArray:
        """The base and the sum of the contributions."""
        return np.asarray(self.base + self.contributions(rows).to_numpy(dtype=float).sum(axis=1))


@runtime_checkable
class Bag(Protocol):
    """A model that is the mean of several, each of which has seen other accounts."""

    @property
    def members(self) -> Sequence[Model]:
        """The models whose log-odds and contributions the bag averages."""

    def each_log_odds(self, rows: pd.DataFrame) -> FloatArray:
        """Each member's log-odds, ``[member, row]``."""

    def each(self, rows: pd.DataFrame) -> Iterator[FloatArray]:
        """What each member's features add to its log-odds, a row an account and a column a feature, one member after the other."""


def account_parts(accounts: NDArray[np.object_]) -> NDArray[np.int64]:
    """The part of each account.

    >>> account_parts(np.array(["a", "b", "c", "d", "a"], dtype=object)).tolist()
    [0, 1, 0, 2, 0]
    """
    names, codes = np.unique(accounts.astype(str), return_inverse=True)
    order = np.argsort([zlib.crc32(name.encode()) for name in names], kind="stable")
    place = np.empty(len(names), dtype=np.int64)
    place[order] = np.arange(len(names)) % PARTS
    return place[codes]


def direction(feature: Feature, outcome: str) -> Direction:
    """The direction a model must keep for a feature: 0 where none is declared, and for categories."""
    return 0 if feature.is_category else feature.direction(outcome)
