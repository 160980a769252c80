"""Usage on disk: one integer-coded Parquet part a month, and three lists that say what the codes mean.

Nearly all rows of a book are usage, and text ids cost more than the work on them. Codes are given in the order in which accounts,
users and features first appear, so that a new month renumbers nothing and the parts of the months before keep their bytes
(docs/decisions/0010).
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import duckdb

from churnml.data.schema import AMOUNT, KNOWN_AT, MOMENT, TABLES, Column, quoted
from churnml.errors import TableError

PARTS, CODES = "usage", "usage_codes"
PERIODS, PERIOD_COLUMNS = f"{CODES}/periods.parquet", ("account_id", "first_day", "end_day", "known_day")
UNITS = 10_000  # units of one, exact: quantities have four decimals
MOST = 900_000_000_000_000  # an account's sum of quantities, below which sums of units fit in 64 bits
ROW_GROUP = 122_880  # rows; a sweep over some accounts skips the groups that hold none of them
ROWS, SEEN = "usage_rows", "usage_seen"

Kind = Literal["accounts", "users", "features"]
CODE_COLUMNS: dict[Kind, tuple[str, ...]] = {
    "accounts": ("account", "account_id"),
    "users": ("user", "account", "user_id"),
    "features": ("feature", "name"),
}
PART_COLUMNS = ("account", "user", "feature", "day", "lag", "units", "occurred_at", "known_at", "event_id", "contract_id", "period_start", "period_end", "active_users")  # fmt: skip
ORDER = 'account, day, lag, "user", feature, units, occurred_at, known_at, event_id, contract_id, period_start, period_end, active_users'


def part_file(month: str) -> str:
    """Where, within the tables' folder, the part of a month (``2024-05``) lies."""
    return f"{PARTS}/{month}.parquet"


def code_file(kind: Kind) -> str:
    """Where, within the tables' folder, the codes of accounts, users or features lie."""
    return f"{CODES}/{kind}.parquet"


def usage_files(months: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Each file of the layout, within the tables' folder, and its columns."""
    parts = {part_file(month): PART_COLUMNS for month in months}
    return (
        parts
        | {code_file(kind): columns for kind, columns in CODE_COLUMNS.items()}
        | {PERIODS: PERIOD_COLUMNS}
    )


def write_usage(con: duckdb.DuckDBPyConnection, rows: str, folder: Path) -> dict[str, str]:
    """The SHA-256 of each month's part, by month, after writing parts and codes to the tables' folder.

    ``rows`` is SQL for usage rows with canonical columns and ``known_at``; it is read once a month, so let it be cheap. The bytes
    are a function of the rows alone: neither their order nor the number of threads moves one.
    """
    con.execute(f"CREATE OR REPLACE TEMP VIEW {ROWS} AS {rows}")
    # Each account's use of each feature by each user: all that the codes and the check of sums need of so many rows.
    con.execute(f"""CREATE OR REPLACE TEMP TABLE {SEEN} AS SELECT account_id, user_id, feature,
        min(date_trunc('month', occurred_at)) AS first_month, sum(quantity) AS quantity FROM {ROWS} GROUP BY ALL""")
    _refuse_too_much(con)
    for place in (PARTS, CODES):
        (folder / place).mkdir(parents=True, exist_ok=True)
    for kind in CODE_COLUMNS:
        con.execute(f"CREATE OR REPLACE TEMP TABLE usage_{kind} AS {_codes(kind)}")
        con.execute(
            f"COPY (FROM usage_{kind} ORDER BY 1) TO {quoted(folder / code_file(kind))} (FORMAT parquet, COMPRESSION zstd)"
        )
    _write_periods(con, folder / PERIODS)
    months = con.execute(
        f"SELECT DISTINCT date_trunc('month', occurred_at) AS month FROM {ROWS} ORDER BY 1"
    ).fetchall()
    return {
        month: _write_part(con, month, folder / part_file(month))
        for month in (f"{start:%Y-%m}" for (start,) in months)
    }


def _write_periods(con: duckdb.DuckDBPyConnection, file: Path) -> None:
    """Writes which periods the rows of each account sum up, and when each was first known; of such accounts, the days of other rows, too."""
    con.execute(f"""COPY (
        SELECT account_id, CAST(coalesce(period_start, occurred_at) AS DATE) AS first_day,
            CASE WHEN period_end IS NULL THEN CAST(occurred_at AS DATE) + 1 ELSE CAST(period_end AS DATE) END AS end_day,
            CAST(min(known_at) AS DATE) AS known_day
        FROM {ROWS} WHERE account_id IN (SELECT account_id FROM {ROWS} WHERE period_end IS NOT NULL) GROUP BY ALL
        ORDER BY account_id, known_day, end_day, first_day) TO {quoted(file)} (FORMAT parquet, COMPRESSION zstd)""")


def _refuse_too_much(con: duckdb.DuckDBPyConnection) -> None:
    """Raises TableError where an account's quantities do not add up in 64 bits (bytes counted one by one, say)."""
    found = con.execute(
        f"SELECT account_id, sum(quantity) AS total FROM {SEEN} GROUP BY account_id HAVING total >= {MOST} ORDER BY total DESC"
    ).fetchall()
    if found:
        raise TableError(
            f"usage.quantity: account '{found[0][0]}' adds up to {found[0][1]:,.0f} ({len(found)} accounts reach {MOST:,}); "
            "give quantity in a larger unit in usage.sql."
        )


def _codes(kind: Kind) -> str:
    """SQL for the codes of a kind from 1 on, by month of first appearance and then by name."""
    first = "min(first_month)"
    if kind == "users":
        return f"""SELECT CAST(row_number() OVER (ORDER BY {first}, account_id, user_id) AS INTEGER) AS "user", account, user_id
            FROM {SEEN} JOIN usage_accounts USING (account_id) WHERE user_id IS NOT NULL GROUP BY account, account_id, user_id"""
    code, name = CODE_COLUMNS[kind]
    column = "account_id" if kind == "accounts" else "feature"
    return f"""SELECT CAST(row_number() OVER (ORDER BY {first}, {column}) AS INTEGER) AS {code}, {column} AS {name}
        FROM {SEEN} WHERE {column} IS NOT NULL GROUP BY {column}"""


def _write_part(con: duckdb.DuckDBPyConnection, month: str, file: Path) -> str:
    """The SHA-256 of one month's part, after writing it."""
    start = f"TIMESTAMP '{month}-01'"
    # Through a table of its own, since a file's schema says which columns hold no NULL: that must hang on this month's rows alone.
    con.execute(f"""CREATE OR REPLACE TEMP TABLE usage_part AS
        SELECT a.account, coalesce(u."user", 0) AS "user", coalesce(f.feature, 0) AS feature,
            CAST(CAST(r.occurred_at AS DATE) - DATE '1970-01-01' AS INTEGER) AS day,
            CAST(CAST(r.known_at AS DATE) - CAST(r.occurred_at AS DATE) AS INTEGER) AS lag,
            coalesce(CAST(CAST(r.quantity AS DECIMAL(22,4)) * {UNITS} AS BIGINT), 0) AS units, r.occurred_at, r.known_at, r.event_id, r.contract_id, r.period_start, r.period_end, r.active_users
        FROM {ROWS} r JOIN usage_accounts a ON a.account_id = r.account_id
        LEFT JOIN usage_users u ON u.account = a.account AND u.user_id = r.user_id
        LEFT JOIN usage_features f ON f.name = r.feature
        WHERE r.occurred_at >= {start} AND r.occurred_at < {start} + INTERVAL 1 MONTH""")
    con.execute(f"""COPY (FROM usage_part ORDER BY {ORDER})
        TO {quoted(file)} (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE {ROW_GROUP})""")
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def usage_view(folder: Path, months: Iterable[str]) -> str:
    """SQL for usage as text: exactly the canonical columns, ``known_at`` and ``clock``."""
    parts = ", ".join(quoted(folder / part_file(month)) for month in months)
    columns = (*TABLES[PARTS].columns, KNOWN_AT, Column("clock", MOMENT))
    if not parts:
        return f"SELECT {', '.join(f'CAST(NULL AS {c.type}) AS {c.name}' for c in columns)} WHERE false"
    decoded = {"account_id": "a.account_id", "user_id": "u.user_id", "feature": "f.name", "clock": "p.occurred_at",
               "quantity": f"CAST(CAST(p.units AS DECIMAL(18,0)) * CAST({1 / UNITS} AS DECIMAL(5,4)) AS {AMOUNT})"}  # fmt: skip
    codes = {kind: f"read_parquet({quoted(folder / code_file(kind))})" for kind in CODE_COLUMNS}
    return f"""SELECT {", ".join(f"{decoded.get(c.name, f'p.{c.name}')} AS {c.name}" for c in columns)}
        FROM read_parquet([{parts}]) p JOIN {codes["accounts"]} a ON a.account = p.account
        LEFT JOIN {codes["users"]} u ON u."user" = p."user" LEFT JOIN {codes["features"]} f ON f.feature = p.feature"""
