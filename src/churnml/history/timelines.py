"""What an account looked like over time: weekly usage and tickets, its contract's dates, its earlier scores."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnml.data.tables import Tables, register_snapshots
from churnml.history.past_scores import past_scores
from churnml.params.snapshots import Revenue

Weekly = NDArray[np.float64]
WEEK = 7
STARTED, RENEWED, ADDED, ENDS = "customer since", "renewed", "added", "term ends"
NOTICE, CANCELLED = "notice given", "cancelled"
AGO = "CAST(floor(date_diff('day', clock, as_of - INTERVAL 1 DAY) / 7) AS INTEGER)"
"""Whole weeks between a row and the as-of date: 0 for the seven days before it."""


@dataclass(frozen=True)
class Timelines:
    """The past of each account of a list; a row of an array is an account, in the list's order, a column a week.

    ``weeks`` are the weeks' first days, oldest first; the last week ends with the day before the as-of date. An array
    is None where the book does not have what it counts. ``marks`` has ``account_id, on, what, arr_usd, product`` and
    ``scores`` has ``account_id, as_of, churn_probability, source``.
    """

    weeks: Sequence[date]
    usage: Weekly | None
    users: Weekly | None
    tickets: Weekly | None
    marks: pd.DataFrame
    scores: pd.DataFrame


def read_timelines(
    tables: Tables, listed: pd.DataFrame, as_of: date, weeks: int, revenue: Revenue,
    lists: Path, backtest: Path | None = None, model: str | None = None,
) -> Timelines:  # fmt: skip
    """The timelines of the listed accounts, of facts known before the as-of date only."""
    con = tables.connect()
    con.execute("SET enable_progress_bar = false")
    register_snapshots(con, listed.assign(as_of=pd.Timestamp(as_of)))
    size, given = (len(listed), weeks), tables.given()
    usage = users = tickets = None
    if tables.has("usage"):
        by_user = f"SELECT snapshot, {AGO} AS ago, user_id, sum(quantity) AS quantity FROM ({tables.known('usage', weeks * WEEK)}) GROUP BY ALL"
        weekly = con.execute(
            f"SELECT snapshot, ago, CAST(sum(quantity) AS DOUBLE) AS quantity, count(user_id) AS users FROM ({by_user}) GROUP BY ALL"
        ).df()
        usage = _spread(weekly, "quantity", size)
        users = _spread(weekly, "users", size) if "user_id" in given["usage"] else None
    if tables.has("tickets"):
        opened = f"SELECT snapshot, {AGO} AS ago, count(*) AS opened FROM ({tables.known('tickets', weeks * WEEK)}) GROUP BY ALL"
        tickets = _spread(con.execute(opened).df(), "opened", size)
    return Timelines(
        week_starts(as_of, weeks), usage, users, tickets, _marks(con, tables, revenue),
        past_scores(lists, as_of, weeks, backtest, model),
    )  # fmt: skip


def week_starts(as_of: date, weeks: int) -> list[date]:
    """The first days of the weeks before a day, oldest first.

    >>> week_starts(date(2025, 1, 1), 2)
    [datetime.date(2024, 12, 18), datetime.date(2024, 12, 25)]
    """
    return [as_of - timedelta(days=WEEK * ago) for ago in range(weeks, 0, -1)]


def _spread(counts: pd.DataFrame, column: str, size: tuple[int, int]) -> Weekly:
    by_week, kept = np.zeros(size), counts[(counts["ago"] >= 0) & (counts["ago"] < size[1])]
    by_week[kept["snapshot"].to_numpy(), size[1] - 1 - kept["ago"].to_numpy()] = kept[column].to_numpy(
        dtype=float
    )
    return by_week


def _marks(con: duckdb.DuckDBPyConnection, tables: Tables, revenue: Revenue) -> pd.DataFrame:
    """The dates of each account's terms, those of one day summed; a rolling term's only where it is the first.

    A term that begins when another ended, or within the grace after it, renews it; any other was added.
    """
    con.execute(f"CREATE OR REPLACE TEMP TABLE terms AS {tables.known('contracts')}")
    lasting = f"end_date - start_date >= {revenue.min_fixed_term_days}"
    product = "string_agg(DISTINCT product, ', ' ORDER BY product)"
    return con.execute(f"""
        WITH firsts AS (SELECT account_id, min(start_date) AS first FROM terms GROUP BY account_id),
        ends AS (SELECT DISTINCT account_id, end_date FROM terms),
        renewals AS (SELECT DISTINCT t.account_id, t.start_date FROM terms t JOIN ends e ON e.account_id = t.account_id
                     AND e.end_date BETWEEN t.start_date - {revenue.grace_days} AND t.start_date),
        marks AS (
            SELECT account_id, start_date AS "on", if(start_date = first, '{STARTED}', if(r.account_id IS NULL, '{ADDED}', '{RENEWED}')) AS what,
                   CAST(sum(arr) AS DOUBLE) AS arr_usd, {product} AS product
            FROM terms JOIN firsts USING (account_id) LEFT JOIN renewals r USING (account_id, start_date) WHERE start_date = first OR {lasting} GROUP BY ALL
            UNION ALL SELECT account_id, end_date, '{ENDS}', CAST(sum(arr) AS DOUBLE), {product}
            FROM terms WHERE end_date >= CAST(as_of AS DATE) AND {lasting} GROUP BY ALL
            UNION ALL SELECT DISTINCT account_id, CAST(notice_at AS DATE), '{NOTICE}', NULL, NULL FROM terms WHERE notice_at IS NOT NULL
            UNION ALL SELECT DISTINCT account_id, CAST(cancelled_at AS DATE), '{CANCELLED}', NULL, NULL FROM terms WHERE cancelled_at IS NOT NULL)
        SELECT account_id, CAST("on" AS TIMESTAMP) AS "on", what, arr_usd, coalesce(product, '') AS product
        FROM marks ORDER BY account_id, "on", what""").df()
