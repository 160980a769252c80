"""What moves ARR outside a due decision: add-ons, early growth, cancellation in mid-term; and who comes back out of grace.

Rates and sizes are those of past quarters, as far as they were known on the forecast's day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

import numpy as np
import pandas as pd

from churnml.data.tables import Tables
from churnml.forecast.position import arr_on, quarter_ends
from churnml.learn.arrays import BoolArray, FloatArray
from churnml.params.forecast import Forecast
from churnml.params.snapshots import Revenue
from churnml.timeline import add_months


@dataclass(frozen=True)
class Drift:
    """The ratios of ARR over a quarter of accounts with no decision due in it, sorted (those of who left first), and the share that returned from grace."""

    ratios: FloatArray
    returned: float
    quarters: int

    @classmethod
    def of(cls, ratios: FloatArray, in_grace: int, returned: int, quarters: int) -> Self:
        """The drift of past quarters; without one, nothing moves and every second account in grace returns (Laplace's rule)."""
        kept = np.sort(ratios) if len(ratios) else np.ones(1)
        return cls(kept, (returned + 1) / (in_grace + 2), quarters)

    def draw(self, uniform: FloatArray, stays: BoolArray) -> FloatArray:
        """A ratio for each account, from a uniform draw in [0, 1): one that came in the past, of an account that ``stays`` one of those that stayed."""
        gone = int(np.searchsorted(self.ratios, 0.0, side="right"))
        kept = self.ratios[gone:] if gone < len(self.ratios) else np.ones(1)
        return np.where(
            stays, kept[(uniform * len(kept)).astype(np.int64)], self.ratios[(uniform * len(self.ratios)).astype(np.int64)]
        )  # fmt: skip


def due(book: pd.DataFrame, number: int, ends: Sequence[date], day: date) -> BoolArray:
    """Whether each account of a position decides in a quarter: a dated renewal falls in it, or the account is rolling.

    Short terms come round again every ``term_days``; an account in grace decides in the first quarter.
    """
    opens = pd.Timestamp(day if number == 1 else ends[number - 2])
    closes = pd.Timestamp(ends[number - 1])
    length = book["term_days"].fillna(0).clip(lower=1)
    # The newest round at or before the quarter's end, counted in whole terms from the first.
    rounds = ((closes - book["renewal"]).dt.days // length).clip(lower=0)
    newest = book["renewal"] + pd.to_timedelta(rounds * length, unit="D")
    falls = ((newest > opens) & (newest <= closes)).to_numpy(dtype=bool)
    is_rolling, in_grace = (book[name].to_numpy(dtype=bool) for name in ("is_rolling", "is_in_grace"))
    return np.where(in_grace, number == 1, falls | is_rolling)


def facts(book: pd.DataFrame, number: int) -> FloatArray:
    """The ratio of ARR that terms signed already give a quarter; 1 where they say nothing."""
    now = book["arr_usd"] if number == 1 else book[f"signed_{number - 1}"]
    then = book[f"signed_{number}"]
    says = (now > 0) & (then > 0) & ~book["is_in_grace"]
    return np.where(says, then / now.where(now > 0, 1.0), 1.0)


def past_openings(day: date, settings: Forecast) -> list[date]:
    """The openings of past quarters whose close was beyond doubt on a day, a month after it; oldest first.

    >>> from churnml.params.forecast import Forecast
    >>> [str(opening) for opening in past_openings(date(2025, 1, 1), Forecast.model_construct(n_past_quarters=2))]
    ['2024-06-01', '2024-09-01']
    """
    return [add_months(day, -3 * number - 1) for number in range(settings.n_past_quarters, 0, -1)]


def learn_drift(tables: Tables, past: Mapping[date, pd.DataFrame], day: date, revenue: Revenue) -> Drift:
    """The drift that past positions show, in the ledger as known on ``day``; quarters with an empty book say nothing."""
    ratios: list[FloatArray] = []
    in_grace = returned = 0
    held = {opening: book for opening, book in past.items() if len(book)}
    if not held:
        return Drift.of(np.empty(0), 0, 0, 0)
    days = sorted({*held, *(quarter_ends(opening, 1)[0] for opening in held)})
    ledger = arr_on(tables, days, day, revenue.grace_days)
    for opening, book in held.items():
        (close,) = quarter_ends(opening, 1)
        on = ledger.reindex(book["account_id"], fill_value=0.0)
        before, after = (on[pd.Timestamp(moment)].to_numpy(dtype=float) for moment in (opening, close))
        late = book["is_in_grace"].to_numpy(dtype=bool)
        in_grace, returned = in_grace + int(late.sum()), returned + int((before[late] > 0).sum())
        expected = book["arr_usd"].to_numpy(dtype=float) * facts(book, 1)
        idle = ~due(book, 1, [close], opening) & (before > 0)
        ratios.append(after[idle] / expected[idle])
    return Drift.of(np.concatenate(ratios), in_grace, returned, len(held))
