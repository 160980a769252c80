"""The mean of the LightGBM bag's and the logistic regression's log-odds, which leaves the reasons additive."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
import pandas as pd

from churnml.learn.arrays import FloatArray
from churnml.learn.models.base import Training
from churnml.learn.models.lightgbm.bag import LightGBMBag
from churnml.learn.models.logistic.logistic import Logistic
from churnml.params.health import Health
from churnml.params.train import Train


@dataclass(frozen=True)
class Blend:
    """The two models; what one says counts as much as what the other says."""

    bag: LightGBMBag
    logistic: Logistic
    held_out: FloatArray | None = None

    @classmethod
    def fit(cls, training: Training, settings: Train, health: Health, outcome: str) -> Self:
        """The two as they compete by themselves, fitted once for both uses."""
        bag = training.fitted(LightGBMBag, settings, health, outcome)
        logistic = training.fitted(Logistic, settings, health, outcome)
        return cls(bag, logistic, _mean(np.asarray(bag.held_out), np.asarray(logistic.held_out)))

    @property
    def base(self) -> float:
        """The mean of the two bases."""
        return (self.bag.base + self.logistic.base) / 2

    @cached_property
    def members(self) -> "tuple[Blend, ...]":
        """Each booster, blended with the one logistic regression."""
        return tuple(Blend(booster, self.logistic) for booster in self.bag.members)

    def log_odds(self, rows: pd.DataFrame) -> FloatArray:
        """The mean of the two log-odds."""
        return _mean(self.bag.log_odds(rows), self.logistic.log_odds(rows))

    def each_log_odds(self, rows: pd.DataFrame) -> FloatArray:
        """Each member's log-odds, ``[booster, row]``."""
        return _mean(self.bag.each_log_odds(rows), self.logistic.log_odds(rows))

    def contributions(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The mean of the two models' contributions."""
        return (self.bag.contributions(rows) + self.logistic.contributions(rows)) / 2

    def each(self, rows: pd.DataFrame) -> Iterator[FloatArray]:
        """What each member's features add, one booster after the other."""
        straight = self.logistic.contributions(rows).to_numpy(dtype=float)
        for values in self.bag.each(rows):
            yield _mean(values, straight)

    def save(self, folder: Path) -> None:
        """The files of both."""
        self.bag.save(folder)
        self.logistic.save(folder)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The blend that ``save`` wrote."""
        return cls(LightGBMBag.load(folder), Logistic.load(folder))


def _mean(one: FloatArray, other: FloatArray) -> FloatArray:
    return np.asarray((one + other) / 2)
