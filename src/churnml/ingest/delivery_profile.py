"""A delivery's profile, made of the canonical tables: rows, accounts, sums, kinds and digests by table and day or month."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby

import duckdb

from churnml.data.schema import AMOUNT, MONEY, TABLES, WHOLE, Table
from churnml.results.delivery import Day, Delivery, Kind, Month, TableProfile

KINDS = {
    "accounts": ("segment", "industry", "region"), "contracts": ("plan", "product", "currency"), "usage": ("feature",),
    "tickets": ("topic", "priority"), "touches": ("channel",), "surveys": ("kind",), "invoices": ("currency",),
    "milestones": ("milestone",), "actions": ("action",),
}  # fmt: skip
"""Columns whose words are few and come again."""
MOST = 500  # words of a column that are kept, the most frequent first
ENOUGH = 3  # months with rows, to say how an account's come
LAST_DAYS = (28, 29, 30, 31)  # of a month
BITS = 1 << 64


def delivery_profile(
    con: duckdb.DuckDBPyConnection, book: str, last_day: date, given: Mapping[str, Sequence[str]]
) -> Delivery:
    """The profile of a book's clean rows, a view each of the tables whose columns are given. The same rows give the same profile in any order."""
    accounts = con.execute("SELECT DISTINCT account_id FROM accounts ORDER BY 1").fetchall()
    profiles = {name: _profile(con, TABLES[name], given[name]) for name in TABLES if name in given}
    return Delivery(book, str(last_day), tuple(account for (account,) in accounts), profiles)


def settled(table: Table) -> list[str]:
    """The columns whose values no later delivery fills in or updates, and that other rows do not move.

    >>> "cancelled_at" in settled(TABLES["contracts"]), "arr" in settled(TABLES["contracts"])
    (False, True)
    """
    return [
        c.name for c in table.columns if not (c.revealed_by or c.is_undated or c.is_derived or c.moved_by)
    ]


def measures(table: Table) -> list[str]:
    """The columns that add up."""
    return [c.name for c in table.columns if c.type in (MONEY, AMOUNT, WHOLE)]


def _profile(con: duckdb.DuckDBPyConnection, table: Table, given: Sequence[str]) -> TableProfile:
    sums = [name for name in measures(table) if name in given]
    _by_account_and_month(con, table, sums)
    rows, accounts = con.execute(
        "SELECT sum(rows), count(DISTINCT account_id) FROM account_months"
    ).fetchall()[0]
    days = con.execute(f"""SELECT CAST(clock AS DATE) AS day, count(*), sum(hash({", ".join(settled(table))})) FROM "{table.name}"
        WHERE clock IS NOT NULL GROUP BY day ORDER BY day""").fetchall()
    return TableProfile(
        rows=int(rows), accounts=accounts, columns=tuple(given),
        days={str(day): Day(n, f"{int(digest) % BITS:016x}") for day, n, digest in days},
        months=_months(con, sums), kinds={name: _kinds(con, table, name) for name in KINDS[table.name] if name in given},
        cadence=_cadence(con) if table.is_event else {},
    )  # fmt: skip


def _by_account_and_month(con: duckdb.DuckDBPyConnection, table: Table, sums: Sequence[str]) -> None:
    """Creates ``account_months``: rows and sums, and the days of the month and of the week that the rows fall on, as bits."""
    added = "".join(f", sum({name}) AS {name}" for name in sums)
    con.execute(f"""CREATE OR REPLACE TEMP TABLE account_months AS SELECT account_id, date_trunc('month', clock) AS month, count(*) AS rows,
        bit_or(1::BIGINT << day(clock)) AS days, bit_or(1::BIGINT << isodow(clock)) AS weekdays{added} FROM "{table.name}" GROUP BY ALL""")


def _months(con: duckdb.DuckDBPyConnection, sums: Sequence[str]) -> dict[str, Month]:
    added = "".join(f", coalesce(sum({name}), 0)" for name in sums)
    found = con.execute(f"""SELECT strftime(month, '%Y-%m'), sum(rows), count(*){added}
        FROM account_months WHERE month IS NOT NULL GROUP BY month ORDER BY month""").fetchall()
    return {
        month: Month(int(n), accounts, {name: float(value) for name, value in zip(sums, values, strict=True)})
        for month, n, accounts, *values in found
    }


def _kinds(con: duckdb.DuckDBPyConnection, table: Table, column: str) -> dict[str, Kind]:
    found = con.execute(f"""SELECT {column}, count(*) AS n, strftime(min(clock), '%Y-%m'), strftime(max(clock), '%Y-%m') FROM "{table.name}"
        WHERE {column} IS NOT NULL AND clock IS NOT NULL GROUP BY {column} ORDER BY n DESC, 1 LIMIT {MOST}""").fetchall()
    return {word: Kind(n, first, last) for word, n, first, last in found}


def _cadence(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Accounts by the days that their rows fall on: one day of all months or their last ones, one weekday, or any."""
    last = " | ".join(f"(1::BIGINT << {day})" for day in LAST_DAYS)
    found = con.execute(f"""SELECT CASE WHEN bit_count(days) = 1 OR days & ~({last}) = 0 THEN 'month'
            WHEN bit_count(weekdays) = 1 THEN 'week' ELSE 'day' END AS each, count(*)
        FROM (SELECT account_id, bit_or(days) AS days, bit_or(weekdays) AS weekdays FROM account_months WHERE month IS NOT NULL
            GROUP BY account_id HAVING count(*) >= {ENOUGH}) GROUP BY each""").fetchall()
    return {cadence: dict(found)[cadence] for cadence in ("month", "week", "day") if cadence in dict(found)}


def month_digests(profile: TableProfile) -> dict[str, tuple[int, int]]:
    """Rows and a digest by month, made of those by day."""
    by_month = groupby(sorted(profile.days.items()), key=lambda item: item[0][:7])
    return {
        month: (sum(day.rows for _, day in each), sum(int(day.digest, 16) for _, day in each) % BITS)
        for month, days in by_month
        for each in [list(days)]
    }
