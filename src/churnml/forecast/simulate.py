"""Many futures of one book: every path shares its shocks, so that intervals are honest about quarters that go wrong together."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnml.forecast.distribution import Distribution, shifted
from churnml.forecast.drift import Drift
from churnml.forecast.shocks import Shock
from churnml.forecast.sizes import Sizes
from churnml.learn.arrays import BoolArray, FloatArray
from churnml.outcomes import CONTRACTION, EXPANSION, FLAT

CHURN_SHOCK, EXPANSION_SHOCK = 0, 1
FLOWS = ("opening", "churn", "contraction", "expansion")


@dataclass(frozen=True)
class Exposure:
    """The accounts of a book on a day, aligned; ``due`` and ``fact`` have a column a quarter.

    ``present`` is the chance that the account counts at the opening: 1, or for one in grace that it comes back. ``chance`` is
    its distribution at a due decision; ``fact`` the ratio of ARR signed already.
    """

    arr: FloatArray
    present: FloatArray
    chance: Distribution
    group: NDArray[np.int64]
    due: BoolArray
    fact: FloatArray


def simulate(
    book: Exposure, sizes: Sizes, drift: Drift, shocks: tuple[Shock, Shock], paths: int, seed: int
) -> pd.DataFrame:
    """Dollars by path and quarter: ``opening`` ARR, and ``churn``, ``contraction``, ``expansion`` from the opening to the quarter's end.

    Cumulative over the accounts live at the opening, as ``data.revenue.movements`` counts. ``shocks`` are those of churn and of
    expansion. The same seed gives the same paths.
    """
    rng = np.random.default_rng(seed)
    quarters = book.due.shape[1]
    rows = []
    for path in range(paths):
        levels = [_level(shock, book.group, rng) for shock in shocks]
        opening = np.where(rng.random(len(book.arr)) < book.present, book.arr, 0.0)
        arr = opening.copy()
        for quarter in range(quarters):
            moved = [
                level + shock.sd * rng.standard_normal() for level, shock in zip(levels, shocks, strict=True)
            ]
            arr *= _ratios(book, quarter, moved, sizes, drift, rng)
            rows.append((path, quarter + 1, *flows(opening, arr)))
    return pd.DataFrame(rows, columns=["path", "quarter", *FLOWS])


def _level(shock: Shock, group: NDArray[np.int64], rng: np.random.Generator) -> FloatArray:
    """The level of each account's log-odds in one path: that of its group, drawn anew for the path and kept for its quarters."""
    drawn = np.array([level.shift + level.sd * rng.standard_normal() for level in shock.levels])
    return drawn[group]


def flows(opening: FloatArray, closing: FloatArray) -> tuple[float, float, float, float]:
    """Opening ARR, churn, contraction and expansion in dollars, of accounts with ARR at the opening.

    >>> flows(np.array([10.0, 10.0, 10.0]), np.array([0.0, 8.0, 13.0]))
    (30.0, 10.0, 2.0, 3.0)
    """
    change = closing - opening
    has_left = (closing == 0) & (opening > 0)
    return (
        float(opening.sum()), float(opening[has_left].sum()),
        float(-change[~has_left & (change < 0)].sum()), float(change[change > 0].sum()),
    )  # fmt: skip


def _ratios(
    book: Exposure, quarter: int, moved: list[FloatArray], sizes: Sizes, drift: Drift, rng: np.random.Generator
) -> FloatArray:  # fmt: skip
    """The ratio of each account's ARR over one quarter: a decision where one is due, drift elsewhere, on top of facts."""
    uniform, size = rng.random(len(book.arr)), rng.random(len(book.arr))
    shocked = Distribution.of(
        shifted(book.chance.churn, moved[CHURN_SHOCK]),
        book.chance.contraction,
        shifted(book.chance.expansion, moved[EXPANSION_SHOCK]),
    )
    below = shocked.churn, shocked.churn + shocked.contraction, 1.0 - shocked.expansion
    stays = np.select(
        [uniform < below[1], uniform < below[2]],
        [sizes.draw(CONTRACTION, book.group, size), sizes.draw(FLAT, book.group, size)],
        sizes.draw(EXPANSION, book.group, size),
    )
    decided = np.where(uniform < below[0], 0.0, stays)
    return np.where(book.due[:, quarter], decided, drift.draw(uniform)) * book.fact[:, quarter]
