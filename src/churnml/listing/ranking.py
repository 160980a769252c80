"""Who comes first: dollars at stake where the verdict holds, else by the best order there is: a model's log-odds or the rules health score."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnml.listing.capacity import capacity
from churnml.listing.columns import DECIMALS
from churnml.listing.status import ELEVATED, HIGH, NEW, NORMAL, NOTICE, settle
from churnml.params.score import Bands

IntArray = NDArray[np.integer[Any]]
SHOWN = DECIMALS["multiple"]


def rank_churn(
    book: pd.DataFrame, capacity_share: float, bands: Bands, is_proven: bool, readings: pd.DataFrame | None = None
) -> pd.DataFrame:  # fmt: skip
    """The book in order of who to call first, with rank, band, capacity and risk flags.

    ``band_reading`` is what today alone says. ``readings`` are an earlier day's ``band`` and ``band_reading``, by account id: with them
    the shown ``band`` flips only after two readings in a row (``settle``); without, it is today's.

    Proven: by ``expected_loss_usd`` = churn probability x ARR. Not proven: by ``churn_order``, the log-odds of the model that orders
    best, where the book has them, else by the rules health score, lowest first; nothing that rests on a probability is filled in.
    Ties go to the larger ARR, then to the account id.
    New accounts come behind those that could be judged; behind them stand those that gave notice, the largest
    first: they are already lost, keep their expected loss, and take none of the calls (docs/decisions/0023).

    An account is at risk when its band is above normal (notice given, too), or when it is within capacity and could
    be judged.
    """
    book = _stakes(book, "churn", "expected_loss_usd", is_proven)
    first, is_ascending = _first(book, "churn", "expected_loss_usd", is_proven)
    group = book["standing"].map({"": 0, NEW: 1, NOTICE: 2}).to_numpy(dtype=np.int64)
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


def rank_expansion(book: pd.DataFrame, is_proven: bool) -> pd.DataFrame:
    """The book in its given order, with ``expansion_rank`` and ``expansion_arr_usd``, probability x ARR.

    Not proven: ranked by ``expansion_order``, a model's log-odds, where the book has them, else by the rules health score, highest first.
    New accounts come behind those that could be judged, and those that gave notice behind all.
    """
    book = _stakes(book, "expansion", "expansion_arr_usd", is_proven)
    group = book["standing"].map({"": 0, NEW: 1, NOTICE: 2}).to_numpy(dtype=np.int64)
    first, _ = _first(book, "expansion", "expansion_arr_usd", is_proven)
    ordered = _ordered(book, group, book[first], is_ascending=False)
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


def _stakes(book: pd.DataFrame, outcome: str, column: str, is_proven: bool) -> pd.DataFrame:
    """Probability x ARR in ``column``, and no probability at all without a proven signal."""
    blank = {name: np.nan for name in (f"{outcome}_probability", f"{outcome}_base_multiple") if not is_proven}
    book = book.assign(**blank)
    return book.assign(**{column: book[f"{outcome}_probability"] * book["arr_usd"]})


def _first(book: pd.DataFrame, outcome: str, stake: str, is_proven: bool) -> tuple[str, bool]:
    """The column that puts accounts in order, and whether its lowest comes first (of the rules, for churn)."""
    if is_proven:
        return stake, False
    model = order_of(outcome)
    return (model, False) if model in book else ("health_rules", outcome == "churn")


def order_of(outcome: str) -> str:
    """The book's column of the log-odds that order an outcome which is not proven; it stands on no list."""
    return f"{outcome}_order"


def _ordered(book: pd.DataFrame, group: IntArray, first: pd.Series, is_ascending: bool) -> pd.DataFrame:
    """The book by group, then by ``first``; what is unknown comes behind, the larger ARR before."""
    order = [True, is_ascending, False, True]
    by = ["_group", "_first", "arr_usd", "account_id"]
    keyed = book.assign(_group=group, _first=first)
    return keyed.sort_values(by, ascending=order, kind="stable", ignore_index=True).drop(columns=by[:2])
