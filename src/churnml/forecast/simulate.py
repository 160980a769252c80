"""Many futures of one book: every path shares its levels and shocks, so that intervals are honest about quarters that go wrong together."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnml.forecast.distribution import Distribution, shifted
from churnml.forecast.drift import Drift
from churnml.forecast.sizes import Sizes
from churnml.learn.arrays import BoolArray, FloatArray
from churnml.learn.level import LEVEL_SD, Level
from churnml.outcomes import CHURN, CONTRACTION, EXPANSION, FLAT

FLOWS = ("opening", "churn", "contraction", "expansion")


@dataclass(frozen=True)
class Exposure:
    """The accounts of a book on a day, aligned; ``leaves``, ``due`` and ``fact`` have a column a quarter.

    ``present`` is the chance that the account counts at the opening: 1, or for one in grace that it comes back. ``leaves`` is its chance
    to leave in a quarter that it has reached; ``chance`` its distribution at a due decision, of which churn is not read; ``fact`` the
    ratio of ARR signed already; ``is_followed`` whether ``leaves`` knows of leaving outside a due decision, too.
    """

    arr: FloatArray
    present: FloatArray
    leaves: FloatArray
    chance: Distribution
    group: NDArray[np.int64]
    due: BoolArray
    fact: FloatArray
    is_followed: BoolArray


def simulate(
    book: Exposure, sizes: Sizes, drift: Drift, levels: Mapping[str, Level], paths: int, seed: int
) -> pd.DataFrame:
    """Dollars by path and quarter: ``opening`` ARR, and ``churn``, ``contraction``, ``expansion`` from the opening to the quarter's end.

    Cumulative over the accounts live at the opening, as ``data.revenue.movements`` counts. ``levels`` say of each outcome how sure its level
    is; that it is shifted lies in the chances. The same seed gives the same paths.
    """
    rng = np.random.default_rng(seed)
    quarters = book.due.shape[1]
    rows = []
    for path in range(paths):
        moved = {outcome: _moved(level, quarters, rng) for outcome, level in levels.items()}
        opening = np.where(rng.random(len(book.arr)) < book.present, book.arr, 0.0)
        arr = opening.copy()
        for quarter in range(quarters):
            now = {outcome: shift[quarter] for outcome, shift in moved.items()}
            arr *= _ratios(book, quarter, now, sizes, drift, rng)
            rows.append((path, quarter + 1, *flows(opening, arr)))
    return pd.DataFrame(rows, columns=["path", "quarter", *FLOWS])


def _moved(level: Level, quarters: int, rng: np.random.Generator) -> FloatArray:
    """How far one path's log-odds lie from today's level in each quarter: how unsure that is, changes to come, and each quarter's shock."""
    begins = rng.random(quarters) < level.change_chance
    drawn = np.where(begins, LEVEL_SD, 0.0) * rng.standard_normal(quarters)
    now, shocks = level.sd * rng.standard_normal(), level.shock_sd * rng.standard_normal(quarters)
    last = np.maximum.accumulate(np.where(begins, np.arange(quarters), -1))
    return np.asarray(np.where(last < 0, now, drawn[last]) + shocks)


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
    book: Exposure, quarter: int, moved: Mapping[str, float], sizes: Sizes, drift: Drift, rng: np.random.Generator
) -> FloatArray:  # fmt: skip
    """The ratio of each account's ARR over one quarter: gone, or a decision where one is due, drift elsewhere, on top of facts."""
    uniform, size = rng.random(len(book.arr)), rng.random(len(book.arr))
    shocked = Distribution.of(
        shifted(book.leaves[:, quarter], moved[CHURN]),
        shifted(book.chance.contraction, moved[CONTRACTION]),
        shifted(book.chance.expansion, moved[EXPANSION]),
    )
    stays = np.select(
        [uniform < shocked.churn + shocked.contraction, uniform < 1.0 - shocked.expansion],
        [sizes.draw(CONTRACTION, book.group, size), sizes.draw(FLAT, book.group, size)],
        sizes.draw(EXPANSION, book.group, size),
    )
    moves = np.where(book.due[:, quarter], stays, drift.draw(size, book.is_followed))
    return np.where(uniform < shocked.churn, 0.0, moves) * book.fact[:, quarter]
