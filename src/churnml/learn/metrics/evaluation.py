"""A backtest's rows as arrays, with the weights of every resample of its accounts."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnml.learn.arrays import BoolArray, FloatArray
from churnml.learn.candidates import CONTENDERS, PREDICTED
from churnml.learn.metrics.bootstrap import account_weights
from churnml.learn.metrics.intervals import bootstrap_interval
from churnml.params.evaluate import Evaluate
from churnml.results.interval import Interval


@dataclass(frozen=True)
class Evaluation:
    """The rows of one outcome's backtest; ``weights`` has a column for the book as it is and each resample."""

    predictions: pd.DataFrame
    settings: Evaluate
    folds: NDArray[np.int_]
    y_true: FloatArray
    arr: FloatArray
    renewals: NDArray[np.integer]
    weights: FloatArray

    @classmethod
    def of(cls, predictions: pd.DataFrame, settings: Evaluate) -> Self:
        """The trial of these predictions."""
        folds = pd.factorize(predictions["cutoff"], sort=True)[0]
        accounts = predictions["account_id"].to_numpy(dtype=object)
        weights = account_weights(accounts, settings.n_bootstraps, settings.seed)
        arr = predictions["arr_usd"].fillna(0.0).to_numpy(dtype=float)
        y_true = predictions["is_outcome"].to_numpy(dtype=float)
        renewals = predictions.groupby(["account_id", "renewal"], sort=True).ngroup().to_numpy(dtype=np.int_)
        return cls(predictions, settings, folds, y_true, arr, renewals, weights)

    @property
    def contenders(self) -> list[str]:
        """Who predicted every row of this outcome, in the order of RIVALS; a column of none of them comes last."""
        columns = [str(name) for name in self.predictions if str(name).startswith(PREDICTED)]
        whole = [name.removeprefix(PREDICTED) for name in columns if self.predictions[name].notna().all()]
        return sorted(
            whole, key=lambda name: CONTENDERS.index(name) if name in CONTENDERS else len(CONTENDERS)
        )

    def probability(self, contender: str) -> FloatArray:
        """The rival's calibrated probabilities."""
        return self.predictions[f"{PREDICTED}{contender}"].to_numpy(dtype=float)

    @property
    def affected_arr(self) -> FloatArray:
        """The ARR, in dollars, that ended in the outcome, a renewal's spread evenly over its snapshots."""
        seen = np.bincount(self.renewals)[self.renewals]
        return np.asarray(self.y_true * self.arr / seen)

    def where(self, chosen: BoolArray) -> Self:
        """The trial of some of the rows, drawn in the same resamples."""
        return replace(
            self, predictions=self.predictions[chosen], folds=self.folds[chosen], y_true=self.y_true[chosen],
            arr=self.arr[chosen], renewals=self.renewals[chosen], weights=self.weights[chosen],
        )  # fmt: skip

    def as_it_is(self) -> Self:
        """The trial without resamples: quick, and without intervals."""
        return replace(self, weights=self.weights[:, :1])

    def interval(self, values: FloatArray) -> Interval:
        """The value in the book as it is, and the interval the resamples give."""
        return bootstrap_interval(values, self.settings.confidence)
