"""One distribution an account over churn, contraction, flat and expansion, from the three models' separate answers."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from churnml.learn.arrays import FloatArray


@dataclass(frozen=True)
class Distribution:
    """The chance of each outcome, one entry an account; the four sum to 1 everywhere.

    ``scaled_share`` is the share of accounts where contraction and expansion together asked for more than churn left.
    """

    churn: FloatArray
    contraction: FloatArray
    expansion: FloatArray
    scaled_share: float

    @property
    def flat(self) -> FloatArray:
        """What the three moves leave."""
        return np.maximum(1.0 - self.churn - self.contraction - self.expansion, 0.0)

    @classmethod
    def of(cls, churn: FloatArray, contraction: FloatArray, expansion: FloatArray) -> Self:
        """The reconciled distribution: churn stands, the other two share what remains and shrink only if they exceed it.

        >>> both = Distribution.of(np.array([0.5]), np.array([0.25]), np.array([0.75]))
        >>> both.churn.tolist(), both.contraction.tolist(), both.expansion.tolist(), both.scaled_share
        ([0.5], [0.125], [0.375], 1.0)
        """
        asked, left = contraction + expansion, 1.0 - churn
        shrink = np.where(asked > left, left / np.maximum(asked, np.finfo(float).tiny), 1.0)
        share = float((asked > left).mean()) if len(churn) else 0.0
        return cls(churn, contraction * shrink, expansion * shrink, share)

    def over(self, share: FloatArray | float) -> Self:
        """The distribution of a stretch of time that is ``share`` as long: moves come at a constant rate, and exclude each other.

        >>> monthly = Distribution.of(np.array([0.75]), np.array([0.0]), np.array([0.0])).over(0.5)
        >>> monthly.churn.round(3).tolist()
        [0.5]
        """
        moves = self.churn + self.contraction + self.expansion
        scale = (1.0 - np.maximum(1.0 - moves, 0.0) ** share) / np.where(moves > 0, moves, 1.0)
        return type(self)(
            self.churn * scale, self.contraction * scale, self.expansion * scale, self.scaled_share
        )

    def expected_arr(
        self, arr: FloatArray, down: FloatArray, level: FloatArray, up: FloatArray
    ) -> FloatArray:
        """Expected ARR after the renewal: ARR times the mean ratio of each outcome, weighted by its chance; in ARR's currency."""
        return np.asarray(arr * (self.contraction * down + self.flat * level + self.expansion * up))

    def as_frame(self) -> pd.DataFrame:
        """A column an outcome."""
        return pd.DataFrame(
            {
                "churn": self.churn,
                "contraction": self.contraction,
                "flat": self.flat,
                "expansion": self.expansion,
            }
        )


def shifted(chance: FloatArray, log_odds: FloatArray | float) -> FloatArray:
    """Chances after a shift of their log-odds; what is certain stays certain.

    >>> shifted(np.array([0.0, 0.5, 1.0]), float(np.log(3.0))).round(9).tolist()
    [0.0, 0.75, 1.0]
    """
    odds = chance * np.exp(log_odds)
    return np.asarray(odds / (1.0 - chance + odds))
