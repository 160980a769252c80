"""Who comes first: dollars at stake where the verdict holds, the rules health score where it does not."""

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from churnml.deliver.risk_list import DECIMALS

NORMAL = "normal"
SHOWN = DECIMALS["multiple"]


def rank_churn(
    book: pd.DataFrame, capacity_share: float, bands: Mapping[str, float], is_proven: bool
) -> pd.DataFrame:
    """The book in order of who to call first, with rank, band, capacity and risk flags.

    Proven: by ``expected_loss_usd`` = churn probability x ARR. Not proven: by the rules health score,
    lowest first, and nothing that rests on a probability is filled in. Ties go to the larger ARR, then to
    the account id.

    An account is at risk when its band is above normal; without a proven signal, when it is within capacity.
    """
    book = _stakes(book, "churn", "expected_loss_usd", is_proven)
    first, is_ascending = ("expected_loss_usd", False) if is_proven else ("health_rules", True)
    book = _ordered(book, first, is_ascending)
    book["rank"] = np.arange(1, len(book) + 1)
    book["is_within_capacity"] = book["rank"] <= capacity(len(book), capacity_share)
    book["band"] = band(book["churn_base_multiple"], bands) if is_proven else ""
    book["is_at_risk"] = (book["band"] != NORMAL) if is_proven else book["is_within_capacity"]
    return book


def rank_expansion(book: pd.DataFrame, is_proven: bool) -> pd.DataFrame:
    """The book in its given order, with ``expansion_rank`` and ``expansion_arr_usd``, probability x ARR.

    Not proven: ranked by the rules health score, highest first.
    """
    book = _stakes(book, "expansion", "expansion_arr_usd", is_proven)
    ordered = _ordered(book, "expansion_arr_usd" if is_proven else "health_rules", is_ascending=False)
    places = dict(zip(ordered["account_id"], range(1, len(ordered) + 1), strict=True))
    book["expansion_rank"] = book["account_id"].map(places).astype("int64")
    return book


def band(multiples: pd.Series, bands: Mapping[str, float]) -> pd.Series:
    """The band of each account: the highest whose multiple of the base rate it reaches as shown, or 'normal'.

    >>> list(band(pd.Series([3.2, 1.5, 0.4]), {"high": 3.0, "elevated": 1.5}))
    ['high', 'elevated', 'normal']
    """
    found = pd.Series(NORMAL, index=multiples.index, dtype=object)
    for name, least in sorted(bands.items(), key=lambda item: item[1]):
        found[multiples.round(SHOWN) >= least] = name
    return found


def capacity(accounts: int, share: float) -> int:
    """How many accounts the team can call: the share of the book, rounded up.

    >>> capacity(25, 0.1)
    3
    """
    return math.ceil(round(accounts * share, 9))  # rounded first: 30 x 0.1 is 3, not 3.0000000000000004


def _stakes(book: pd.DataFrame, outcome: str, column: str, is_proven: bool) -> pd.DataFrame:
    """Probability x ARR in ``column``, and no probability at all without a proven signal."""
    blank = {name: np.nan for name in (f"{outcome}_probability", f"{outcome}_base_multiple") if not is_proven}
    book = book.assign(**blank)
    return book.assign(**{column: book[f"{outcome}_probability"] * book["arr_usd"]})


def _ordered(book: pd.DataFrame, first: str, is_ascending: bool) -> pd.DataFrame:
    order = [is_ascending, False, True]
    return book.sort_values(
        [first, "arr_usd", "account_id"], ascending=order, kind="stable", ignore_index=True
    )
