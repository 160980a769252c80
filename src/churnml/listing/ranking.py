"""Who comes first: dollars at stake where the verdict holds, else by the best order there is: a model's log-odds or the rules health score."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnml.listing.capacity import capacity
from churnml.listing.columns import DECIMALS
from churnml.listing.horizon import GROWS_WITHIN, base_rate
from churnml.listing.lifetime import WITHIN
from churnml.listing.status import ELEVATED, HIGH, NEW, NORMAL, NOTICE, settle
from churnml.params.score import Bands

RULES = "health_rules"
IntArray = NDArray[np.integer[Any]]
SHOWN = DECIMALS["multiple"]


def rank_churn(
    book: pd.DataFrame, days: int, capacity_share: float, bands: Bands, is_proven: bool, readings: pd.DataFrame | None = None
) -> pd.DataFrame:  # fmt: skip
    """The book in order of who to call first, with rank, band, capacity and risk flags, by a horizon of so many ``days``.

    ``band_reading`` is what today alone says. ``readings`` are an earlier day's ``band`` and ``band_reading``, by account id: with them
    the shown ``band`` flips only after two readings in a row (``settle``); without, it is today's.

    Proven: by ``expected_loss_usd`` = chance to leave within the horizon x ARR; the multiple that bands go by is that chance over its mean in
    the book. Not proven: by ``churn_order``, what the model that orders best says of leaving within the horizon, where the book has it, else
    by the rules health score, lowest first, renewals beyond the horizon behind; nothing that rests on a probability is filled in.
    Ties go to the larger ARR, then to the account id.
    New accounts come behind those that could be judged; behind them stand those that gave notice, the largest
    first: they are already lost, keep their expected loss, and take none of the calls (docs/decisions/0023).

    An account is at risk when its band is above normal (notice given, too), or when it is within capacity and could
    be judged.
    """
    book = _stakes(book, "churn", WITHIN[days], "expected_loss_usd", is_proven)
    first, is_ascending = _first(book, "churn", "expected_loss_usd", is_proven)
    group = _group(book, days, first)
    book = _ordered(book, group, book[first].mask(book["standing"] == NOTICE), is_ascending)
    book["rank"] = np.arange(1, len(book) + 1)
    calls = capacity(len(book), capacity_share)
    book["is_within_capacity"] = (book["rank"] <= calls) & (book["standing"] == "")
    multiple_band = band(book["churn_base_multiple"], bands) if is_proven else ""
    book["band_reading"] = np.where(book["standing"] != "", book["standing"], multiple_band)
    book["band"] = (
        book["band_reading"]
        if readings is None
        else settle(book["band_reading"], readings.reindex(book["account_id"]))
    )
    is_called = book["is_within_capacity"] & book[first].notna()
    book["is_at_risk"] = ~book["band"].isin(["", NORMAL, NEW]) | is_called
    return book


def rank_expansion(book: pd.DataFrame, days: int, is_proven: bool) -> pd.DataFrame:
    """The book in its given order, with ``expansion_rank`` and ``expansion_arr_usd``, the chance to grow within the horizon x ARR.

    Not proven: ranked by ``expansion_order``, as a model says it, where the book has it, else by the rules health score, highest first.
    New accounts come behind those that could be judged, and those that gave notice behind all.
    """
    book = _stakes(book, "expansion", GROWS_WITHIN, "expansion_arr_usd", is_proven)
    first, _ = _first(book, "expansion", "expansion_arr_usd", is_proven)
    ordered = _ordered(book, _group(book, days, first), book[first], is_ascending=False)
    ranks = dict(zip(ordered["account_id"], range(1, len(ordered) + 1), strict=True))
    book["expansion_rank"] = book["account_id"].map(ranks).astype("int64")
    return book


def band(multiples: pd.Series, bands: Bands) -> pd.Series:
    """The band of each account: the highest whose multiple of the base rate it reaches as shown, or 'normal'.

    >>> list(band(pd.Series([3.2, 1.5, 0.4]), Bands(high=3.0, elevated=1.5)))
    ['high', 'elevated', 'normal']
    """
    bands_of = pd.Series(NORMAL, index=multiples.index, dtype=object)
    bands_of[multiples.round(SHOWN) >= bands.elevated] = ELEVATED
    bands_of[multiples.round(SHOWN) >= bands.high] = HIGH
    return bands_of


def _stakes(book: pd.DataFrame, outcome: str, within: str, column: str, is_proven: bool) -> pd.DataFrame:
    """The chance within the horizon x ARR in ``column`` and over its mean in the multiple; no chance at all without a proven signal."""
    if not is_proven:
        book = book.assign(**dict.fromkeys((f"{outcome}_probability", within), np.nan))
    rate = base_rate(book, within)
    return book.assign(**{
        f"{outcome}_base_multiple": book[within] / (rate or np.nan), column: book[within] * book["arr_usd"],
    })  # fmt: skip


def _first(book: pd.DataFrame, outcome: str, stake: str, is_proven: bool) -> tuple[str, bool]:
    """The column that puts accounts in order, and whether its lowest comes first (of the rules, for churn)."""
    if is_proven:
        return stake, False
    model = order_of(outcome)
    return (model, False) if model in book else (RULES, outcome == "churn")


def order_of(outcome: str) -> str:
    """The book's column of what a model says of an outcome within the horizon that is not proven: it orders, and stands on no list."""
    return f"{outcome}_order"


def _group(book: pd.DataFrame, days: int, first: str) -> IntArray:
    """What goes before the order: who can be judged, new accounts, those already lost; by the rules, a decision within the horizon before a later one."""
    group = book["standing"].map({"": 0, NEW: 1, NOTICE: 2}).to_numpy(dtype=np.int64)
    return 2 * group + ((book["lead_days"] > days).to_numpy() if first == RULES else 0)


def _ordered(book: pd.DataFrame, group: IntArray, first: pd.Series, is_ascending: bool) -> pd.DataFrame:
    """The book by group, then by ``first``; what is unknown comes behind, the larger ARR before."""
    order = [True, is_ascending, False, True]
    by = ["_group", "_first", "arr_usd", "account_id"]
    keyed = book.assign(_group=group, _first=first)
    return keyed.sort_values(by, ascending=order, kind="stable", ignore_index=True).drop(columns=by[:2])
