"""The book's past as the card draws it: ARR by month, renewals and their ends, and what each fold knew."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import pandas as pd

from churnml.data.revenue import create_ledger
from churnml.data.tables import Tables

RENEWAL = ["account_id", "renewal"]


@dataclass(frozen=True)
class Span:
    """One fold by the days accounts were looked at: outcomes known until one day, then none until the cutoff, then the test."""

    first: date
    known_until: date
    cutoff: date
    test_end: date
    learned: int
    set_aside: int
    predicted: int


@dataclass(frozen=True)
class Past:
    """What is drawn: ``arr`` (month, arr_usd, accounts), ``renewals`` (renewal, end) and one span a fold."""

    last_day: date
    arr: pd.DataFrame
    renewals: pd.DataFrame
    spans: tuple[Span, ...]


def past_of(tables: Tables, outcomes: pd.DataFrame, grace_days: int, cutoffs: Iterable[date]) -> Past:
    """The past of a book; ``cutoffs`` are the backtest's."""
    edges = pairwise([*sorted(cutoffs), tables.last_day])
    spans = (_span(outcomes, cutoff, test_end, tables.last_day) for cutoff, test_end in edges)
    return Past(
        tables.last_day, arr_by_month(tables, grace_days), _renewals(outcomes),
        tuple(span for span in spans if span),
    )  # fmt: skip


def arr_by_month(tables: Tables, grace_days: int) -> pd.DataFrame:
    """ARR and accounts on the first of each month, from the first contract to the last day of data."""
    con = tables.connect()
    create_ledger(con, grace_days)
    return con.execute(f"""
        SELECT CAST(month AS TIMESTAMP) AS month, CAST(sum(arr) AS DOUBLE) AS arr_usd, count(DISTINCT account_id) AS accounts
        FROM generate_series((SELECT date_trunc('month', min(from_day)) FROM ledger), DATE '{tables.last_day}', INTERVAL 1 MONTH) s(month)
        JOIN ledger ON from_day <= month AND month < to_day GROUP BY ALL ORDER BY ALL""").df()


def _renewals(outcomes: pd.DataFrame) -> pd.DataFrame:
    """Each renewal once, as its last look saw it end; 'not ripe' where its end is not known."""
    last = outcomes.sort_values("as_of", kind="stable").drop_duplicates(RENEWAL, keep="last")
    end = last["outcome"].astype(object).where(last["is_ripe"].astype(bool), "not ripe")
    return pd.DataFrame({"renewal": pd.to_datetime(last["renewal"]), "end": end}).reset_index(drop=True)


def _span(outcomes: pd.DataFrame, cutoff: date, test_end: date, last_day: date) -> Span | None:
    """None where nothing was known at the cutoff, or nothing after it is."""
    as_of, ripe_on = pd.to_datetime(outcomes["as_of"]), pd.to_datetime(outcomes["ripe_on"])
    is_ripe = outcomes["is_ripe"].astype(bool)
    is_before = as_of < pd.Timestamp(cutoff)
    learned = is_ripe & (ripe_on < pd.Timestamp(cutoff))
    tested = ~is_before & (as_of < pd.Timestamp(test_end)) & is_ripe & (ripe_on < pd.Timestamp(last_day))
    if not learned.any() or not tested.any():
        return None
    known = as_of[learned]
    return Span(
        known.min().date(), known.max().date(), cutoff, test_end,
        int(learned.sum()), int((is_before & ~learned).sum()), int(tested.sum()),
    )  # fmt: skip
