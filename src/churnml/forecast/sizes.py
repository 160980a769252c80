"""How large a move is once it happens: ARR after / ARR before of past renewals, never an assumed shape.

A ratio counts by the dollars it moved: one account of a few dollars that grew a hundredfold is no measure of the book's. Renewals are grouped by kind (dated or rolling) and third of ARR; a group's ratios shrink to those of all renewals
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
CELLS, DIGITS = 100, 12
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
    """The ratios of ARR after / ARR before by hundredths of the dollars, a table of (group x hundredth) for each outcome in which an account stays."""

    ratios: Mapping[str, FloatArray]
    moves: Mapping[str, int]

    @classmethod
    def fit(
        cls, before: FloatArray, after: FloatArray, outcome: pd.Series, group: NDArray[np.int64], prior: float
    ) -> Self:
        """The sizes of past moves, from ARR before (above zero) and after; an outcome never seen leaves ARR as it is."""
        y_true = outcome.to_numpy()
        tables = {
            name: _table(before[y_true == name], after[y_true == name], group[y_true == name], prior)
            for name in STAYED
        }
        return cls(tables, {name: int((y_true == name).sum()) for name in STAYED})

    def mean(self, outcome: str, group: NDArray[np.int64]) -> FloatArray:
        """The ratio by which an outcome moves each account's dollars on average, from its group."""
        return np.asarray(self.ratios[outcome].mean(axis=1)[group])

    def draw(self, outcome: str, group: NDArray[np.int64], uniform: FloatArray) -> FloatArray:
        """A ratio for each account, from a uniform draw in [0, 1)."""
        return np.asarray(self.ratios[outcome][group, (uniform * CELLS).astype(np.int64)])


def _table(before: FloatArray, after: FloatArray, group: NDArray[np.int64], prior: float) -> FloatArray:
    if not len(before):
        return np.ones((Groups.COUNT, CELLS))
    everyone = _in_order(before, after)
    rows = []
    for number in range(Groups.COUNT):
        own = group == number
        weight = own.sum() / (own.sum() + prior)
        rows.append(
            weight * _in_order(before[own], after[own]) + (1 - weight) * everyone if own.any() else everyone
        )
    return np.array(rows)


def _in_order(before: FloatArray, after: FloatArray) -> FloatArray:
    """The ratios from the smallest to the largest, the mean of each hundredth of the dollars: together they move the dollars that moved."""
    order = np.argsort(after / before, kind="stable")
    reached, moved = (np.r_[0.0, np.cumsum(values[order])] / before.sum() for values in (before, after))
    return np.asarray(np.diff(np.interp(np.linspace(0.0, 1.0, CELLS + 1), reached, moved)) * CELLS).round(
        DIGITS
    )


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
