"""What an account looked like over time: weekly usage and tickets, its contract's dates, its earlier scores."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnml.data.tables import Tables, register_snapshots
from churnml.listing.as_of import day_folders
from churnml.listing.columns import FILE
from churnml.params.snapshots import Revenue

PUBLISHED, HINDSIGHT, BACKTEST = "published", "in hindsight", "in the backtest"

COLUMNS = ["account_id", "as_of", "churn_probability", "source"]


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
    arr = f"CAST({'sum(arr)' if tables.is_priced else 'NULL'} AS DOUBLE)"
    product = "string_agg(DISTINCT product, ', ' ORDER BY product)"
    return con.execute(f"""
        WITH firsts AS (SELECT account_id, min(start_date) AS first FROM terms GROUP BY account_id),
        ends AS (SELECT DISTINCT account_id, end_date FROM terms),
        renewals AS (SELECT DISTINCT t.account_id, t.start_date FROM terms t JOIN ends e ON e.account_id = t.account_id
                     AND e.end_date BETWEEN t.start_date - {revenue.grace_days} AND t.start_date),
        marks AS (
            SELECT account_id, start_date AS "on", if(start_date = first, '{STARTED}', if(r.account_id IS NULL, '{ADDED}', '{RENEWED}')) AS what,
                   {arr} AS arr_usd, {product} AS product
            FROM terms JOIN firsts USING (account_id) LEFT JOIN renewals r USING (account_id, start_date) WHERE start_date = first OR {lasting} GROUP BY ALL
            UNION ALL SELECT account_id, end_date, '{ENDS}', {arr}, {product}
            FROM terms WHERE end_date >= CAST(as_of AS DATE) AND {lasting} GROUP BY ALL
            UNION ALL SELECT DISTINCT account_id, CAST(notice_at AS DATE), '{NOTICE}', NULL, NULL FROM terms WHERE notice_at IS NOT NULL
            UNION ALL SELECT DISTINCT account_id, CAST(cancelled_at AS DATE), '{CANCELLED}', NULL, NULL FROM terms WHERE cancelled_at IS NOT NULL)
        SELECT account_id, CAST("on" AS TIMESTAMP) AS "on", what, arr_usd, coalesce(product, '') AS product
        FROM marks ORDER BY account_id, "on", what""").df()


def past_scores(
    lists: Path, as_of: date, weeks: int, backtest: Path | None = None, model: str | None = None
) -> pd.DataFrame:
    """Each account's chances to leave as given before the day, at most ``weeks`` back: ``account_id, as_of, churn_probability, source``.

    Of the lists of one week the latest is read. A list that cannot be read, or gives no chance, is passed over: the past
    must not keep today's list from being published.
    """
    since = as_of - timedelta(weeks=weeks)
    scores = [_read(folder, day) for day, folder in _one_a_week(lists, since, as_of)]
    if backtest is not None and model is not None and backtest.is_file():
        scores.append(_out_of_fold(backtest, model, since, as_of))
    scores = [frame for frame in scores if len(frame)]
    if not scores:
        return pd.DataFrame({name: [] for name in COLUMNS})
    joined = pd.concat(scores, ignore_index=True).dropna(subset="churn_probability")
    return joined.sort_values(["account_id", "as_of", "source"], kind="stable", ignore_index=True)


def _one_a_week(lists: Path, since: date, as_of: date) -> Iterator[tuple[date, Path]]:
    """The latest published folder of each week before the day, oldest first."""
    latest: dict[int, tuple[date, Path]] = {}
    for day, folder in day_folders(lists, before=as_of).items():
        if since <= day and (folder / f"{FILE}.parquet").is_file():
            latest[(as_of - day).days // 7] = (day, folder)
    yield from sorted(latest.values())


def _read(folder: Path, day: date) -> pd.DataFrame:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(folder / f"{FILE}.parquet", columns=["account_id", "churn_probability"])
        header = json.loads((table.schema.metadata or {}).get(b"churnml.header", b"{}"))
    except (OSError, ValueError, pa.ArrowException):
        return pd.DataFrame({name: [] for name in COLUMNS})
    source = HINDSIGHT if header.get("hindsight") else PUBLISHED
    scores: pd.DataFrame = table.to_pandas().assign(as_of=pd.Timestamp(day), source=source)
    return scores[COLUMNS]


def _out_of_fold(backtest: Path, model: str, since: date, as_of: date) -> pd.DataFrame:
    """The judged model's predictions of the backtest, each of the nearest renewal."""
    chance = f"probability_{model}"
    filters = [
        ("outcome", "==", "churn"),
        ("as_of", ">=", pd.Timestamp(since)),
        ("as_of", "<", pd.Timestamp(as_of)),
    ]
    try:
        predictions = pd.read_parquet(
            backtest, columns=["account_id", "as_of", "renewal", chance], filters=filters
        )
    except (OSError, ValueError, KeyError):  # a backtest of other models
        return pd.DataFrame({name: [] for name in COLUMNS})
    nearest = predictions.sort_values("renewal", kind="stable").drop_duplicates(["account_id", "as_of"])
    scores: pd.DataFrame = nearest.rename(columns={chance: "churn_probability"}).assign(source=BACKTEST)[
        COLUMNS
    ]
    return scores
