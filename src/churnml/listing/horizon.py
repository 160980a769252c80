"""The one horizon of a list: chances to leave, and to grow, within so many days, whatever the terms of an account.

Chances at the next renewal of a monthly and of a three-year account are no one scale. Every order, band, sum and base rate goes by the
chance within ``score.horizon_days``; the chance at the renewal stands beside it.
"""

from datetime import date

import numpy as np
import pandas as pd

from churnml.data.dunning import tells_failed_charges
from churnml.data.tables import Tables
from churnml.data.unpaid import NEVER, charge_states, unpaid_part, unpaid_rates
from churnml.learn.arrays import FloatArray
from churnml.learn.lifetime.landmarks import TERM
from churnml.learn.lifetime.survival_curve import Lifetime
from churnml.listing.lifetime import WITHIN, lifetimes
from churnml.listing.status import NOTICE

GROWS_WITHIN, UNPAID = "expansion_probability_horizon", "churn_probability_unpaid"


def chances(lifetime: Lifetime | None, rows: pd.DataFrame, book: pd.DataFrame) -> pd.DataFrame:
    """The columns of ``lifetimes`` for a book; without a survival model the chances within so many days still stand, by its decisions alone."""
    found = lifetimes(lifetime, rows, book)
    if lifetime is None:
        chance = book["churn_probability"].to_numpy(dtype=float)
        found = found.assign(
            **{name: leaves_within(None, book, rows, chance, days) for days, name in WITHIN.items()}
        )
    return found  # fmt: skip


def leaves_within(
    lifetime: Lifetime | None, keys: pd.DataFrame, rows: pd.DataFrame, chance: FloatArray, days: int
) -> FloatArray:
    """The chance of each account to have left within so many days, from that at its next renewal.

    ``keys`` have lead_days and is_rolling, ``rows`` are the feature rows in the same order.
    """
    if lifetime is None:
        return again(chance, decisions(keys, rows, days))
    return np.asarray(1.0 - lifetime.curve(keys, rows, chance).survival(np.array([float(days)]))[:, 0])


def comes_within(
    outcome: str,
    lifetime: Lifetime | None,
    keys: pd.DataFrame,
    rows: pd.DataFrame,
    chance: FloatArray,
    days: int,
) -> FloatArray:
    """The chance of an outcome within so many days: of leaving as ``leaves_within``, of growth at each decision among them."""
    if outcome == "churn":
        return leaves_within(lifetime, keys, rows, chance, days)
    return again(chance, decisions(keys, rows, days))


def decisions(keys: pd.DataFrame, rows: pd.DataFrame, days: int) -> FloatArray:
    """How often each account comes to a decision within so many days: none where the next lies beyond, and again with each term after it.

    A rolling account comes to the next as far on as the first lies ahead; where the length of a term is unknown, to the first alone.

    >>> keys = pd.DataFrame({"lead_days": [90, 30, 400], "is_rolling": [True, False, False]})
    >>> decisions(keys, pd.DataFrame({"term_days": [31.0, 180.0, 1096.0]}), 365).tolist()
    [4.0, 2.0, 0.0]
    """
    lead = np.maximum(keys["lead_days"].to_numpy(dtype=float), 1.0)
    term = rows[TERM].to_numpy(dtype=float) if TERM in rows else np.full(len(lead), np.nan)
    every = np.where(keys["is_rolling"].to_numpy(dtype=bool), lead, np.where(term > 0, term, np.inf))
    return np.asarray(np.where(lead <= days, 1.0 + np.floor((days - lead) / every), 0.0))


def again(chance: FloatArray, times: FloatArray) -> FloatArray:
    """The chance that what has this chance at each decision comes at one of so many.

    >>> again(np.array([0.2, 0.2, 0.2, np.nan]), np.array([0.0, 1.0, 4.0, 0.0])).round(3).tolist()
    [0.0, 0.2, 0.59, nan]
    """
    return np.asarray(np.where(np.isnan(chance), np.nan, 1.0 - (1.0 - chance) ** times))


def unpaid_within(tables: Tables, as_of: date, book: pd.DataFrame, days: int, grace_days: int) -> pd.Series:
    """The part of each chance to leave within so many days that is by a charge never paid; NaN where nobody is judged or no charge is told to have failed.

    Whoever gave notice leaves by will.
    """
    judged = book.loc[book["standing"] == "", ["account_id", WITHIN[days]]].dropna()
    tells = tells_failed_charges(tables) and len(judged) > 0
    rates = unpaid_rates(tables, as_of, days, grace_days) if tells else None
    if rates is None:
        return pd.Series(np.nan, index=book.index)
    state = judged["account_id"].map(charge_states(tables, as_of)).fillna(NEVER)
    part = unpaid_part(judged[WITHIN[days]], state, rates).reindex(book.index)
    return part.mask(book["standing"] == NOTICE, 0.0)


def base_rate(book: pd.DataFrame, column: str) -> float | None:
    """The mean of a chance over the accounts of the book that are judged; None where no chance is known."""
    judged = book.loc[book["standing"] == "", column].dropna()
    return float(judged.mean()) if len(judged) else None
