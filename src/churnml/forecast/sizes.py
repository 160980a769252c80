"""How large a move is once it happens: ARR after / ARR before of past renewals, never an assumed shape.

Renewals are grouped by kind (dated or rolling) and third of ARR; a group's quantiles shrink to those of all renewals
with the same outcome, by n / (n + prior).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnml.learn.arrays import FloatArray
from churnml.outcomes import CONTRACTION, EXPANSION, FLAT

STAYED = (CONTRACTION, FLAT, EXPANSION)
POINTS = 101
THIRDS = (1 / 3, 2 / 3)
ROLLING = 3
"""The first group of rolling accounts; those before it are dated."""


@dataclass(frozen=True)
class Groups:
    """Which group an account belongs to: 0 to 2 by ARR third for dated ones, 3 to 5 for rolling ones."""

    edges: tuple[float, float]

    COUNT = 2 * ROLLING
    NAMES = tuple(
        f"{kind}_{third}" for kind in ("dated", "rolling") for third in ("small", "middle", "large")
    )

    @classmethod
    def fit(cls, arr: FloatArray) -> Self:
        """Groups by the thirds of these ARRs."""
        low, high = np.quantile(arr, THIRDS) if len(arr) else (0.0, 0.0)
        return cls((float(low), float(high)))

    def of(self, arr: FloatArray, is_rolling: NDArray[np.bool_]) -> NDArray[np.int64]:
        """The group of each account.

        >>> Groups((10.0, 20.0)).of(np.array([5.0, 15.0, 15.0]), np.array([False, False, True])).tolist()
        [0, 1, 4]
        """
        return (
            np.searchsorted(np.array(self.edges), arr, side="right").astype(np.int64) + ROLLING * is_rolling
        )


@dataclass(frozen=True)
class Sizes:
    """The quantiles of ARR after / ARR before, a table of (group x quantile) for each outcome in which an account stays."""

    quantiles: Mapping[str, FloatArray]
    moves: Mapping[str, int]

    @classmethod
    def fit(cls, ratio: FloatArray, outcome: pd.Series, group: NDArray[np.int64], prior: float) -> Self:
        """The sizes of past moves; an outcome never seen leaves ARR as it is."""
        y_true = outcome.to_numpy()
        tables = {name: _table(ratio[y_true == name], group[y_true == name], prior) for name in STAYED}
        return cls(tables, {name: int((y_true == name).sum()) for name in STAYED})

    def mean(self, outcome: str, group: NDArray[np.int64]) -> FloatArray:
        """The mean ratio of an outcome for each account's group."""
        table = self.quantiles[outcome]
        return np.asarray(((table[:, 1:] + table[:, :-1]) / 2).mean(axis=1)[group])

    def draw(self, outcome: str, group: NDArray[np.int64], uniform: FloatArray) -> FloatArray:
        """A ratio for each account, from a uniform draw in [0, 1): the inverse of the group's distribution."""
        table = self.quantiles[outcome]
        position = uniform * (POINTS - 1)
        below = position.astype(np.int64)
        fraction = position - below
        return np.asarray((1 - fraction) * table[group, below] + fraction * table[group, below + 1])


def _table(ratio: FloatArray, group: NDArray[np.int64], prior: float) -> FloatArray:
    if not len(ratio):
        return np.ones((Groups.COUNT, POINTS))
    probabilities = np.linspace(0.0, 1.0, POINTS)
    everyone = np.quantile(ratio, probabilities)
    rows = []
    for number in range(Groups.COUNT):
        own = ratio[group == number]
        weight = len(own) / (len(own) + prior)
        rows.append(
            weight * np.quantile(own, probabilities) + (1 - weight) * everyone if len(own) else everyone
        )
    return np.array(rows)


def rates(outcome: pd.Series, name: str, group: NDArray[np.int64], prior: float) -> FloatArray:
    """The share of past renewals with an outcome in each group, shrunk to the kind's and that to the book's; 0 where none is known."""
    y_true = (outcome == name).to_numpy(dtype=float)
    book = float(y_true.mean()) if len(y_true) else 0.0
    kind = [_shrunk(y_true[group // ROLLING == number], book, prior) for number in (0, 1)]
    return np.array(
        [_shrunk(y_true[group == number], kind[number // ROLLING], prior) for number in range(Groups.COUNT)]
    )


def _shrunk(y_true: FloatArray, towards: float, prior: float) -> float:
    return float((y_true.sum() + prior * towards) / (len(y_true) + prior))
