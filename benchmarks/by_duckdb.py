"""The task in DuckDB SQL, twice: the scan that nobody can go below, and windows made of buckets."""

import tempfile
from pathlib import Path

import duckdb
import pandas as pd

from benchmarks.task import COLUMNS, REACH, RECENCY, WINDOWS, YEAR, coded, completed, parts
from churnml.timeline import Window

MEMORY = "8GB"
EDGES = sorted({edge for window in WINDOWS for edge in (window.ago, window.reach)})


def floor(book: Path, snapshots: pd.DataFrame) -> None:
    """The scan floor: a sum over every column that the task needs."""
    duckdb.connect().execute(
        f"SELECT sum(account), sum(\"user\"), sum(feature), sum(day), sum(lag), sum(units) FROM read_parquet('{parts(book)}')"
    ).fetchall()


def bucketed(book: Path, snapshots: pd.DataFrame) -> pd.DataFrame:
    """The task's columns: each day falls into a bucket between two window edges, and windows are sums (or unions) of buckets.

    Facts shrink to distinct (account, day), (account, user, day) and (account, feature, day) before they meet the dates. Who was
    there is a mask of buckets, so that a distinct count is exact: users whose mask meets the window's.
    """
    con = duckdb.connect()
    con.execute(f"SET memory_limit = '{MEMORY}'; SET temp_directory = '{tempfile.gettempdir()}'")
    con.register("given", coded(book, snapshots))
    con.execute("CREATE TABLE snapshots AS SELECT * FROM given WHERE account > 0")
    for name, keys in (("days", "account, day"), ("user_days", 'account, "user", day'), ("feature_days", "account, feature, day")):  # fmt: skip
        who = {"days": "true", "user_days": '"user" > 0', "feature_days": "feature > 0"}[name]
        con.execute(
            f"CREATE TABLE {name} AS SELECT {keys}, min(lag) AS lag FROM '{parts(book)}' WHERE {who} GROUP BY ALL"
        )
    con.execute(
        f"CREATE TABLE sums AS SELECT account, day, lag, count(*) AS events, sum(units) AS units FROM '{parts(book)}' GROUP BY ALL"
    )
    con.execute(f"""CREATE TABLE volume AS SELECT snapshot, {_sums("events", "events")}, {_sums("units", "units", " / 1e4")}
        FROM ({_near("sums", "sum(events) AS events, sum(units) AS units")}) GROUP BY snapshot""")
    con.execute(f"""CREATE TABLE days_used AS SELECT snapshot, {_sums("active_days", "n")}, {_sums("user_days", "m")},
        min(nearest) AS "{RECENCY}" FROM (
            SELECT * FROM ({_near("days", "count(*) AS n, min(as_of - day) AS nearest")}) FULL JOIN
            ({_near("user_days", "count(*) AS m")}) USING (snapshot, bucket)) GROUP BY snapshot""")
    for name, key, measure in (
        ("user_days", '"user"', "active_users"),
        ("feature_days", "feature", "features_used"),
    ):
        con.execute(f"""CREATE TABLE {measure} AS SELECT snapshot, {", ".join(
            f'count(*) FILTER (mask & {_mask(w)} != 0) AS "{measure}_{w.label}"' for w in WINDOWS)}
            FROM ({_near(name, "bit_or(1 << bucket) AS mask", f"snapshot, {key}")}) GROUP BY snapshot""")  # fmt: skip
    columns = ", ".join(f'CAST("{column}" AS DOUBLE) AS "{column}"' for column in COLUMNS)
    rows = con.execute(f"""SELECT snapshot, {columns} FROM volume JOIN days_used USING (snapshot)
        LEFT JOIN active_users USING (snapshot) LEFT JOIN features_used USING (snapshot)""").df()
    rows[RECENCY] = rows[RECENCY].clip(upper=YEAR.days)
    return completed(rows.set_index("snapshot"), len(snapshots))


def _near(facts: str, select: str, group: str = "snapshot, bucket") -> str:
    """SQL for what each snapshot knows of some facts, each row in its bucket of days back."""
    bucket = " ".join(f"WHEN as_of - day <= {edge} THEN {place}" for place, edge in enumerate(EDGES[1:]))
    return f"""SELECT {group}, {select} FROM (
        SELECT *, CASE {bucket} END AS bucket FROM {facts} JOIN snapshots USING (account)
        WHERE day + lag < as_of AND day >= as_of - {REACH}) GROUP BY {group}"""


def _sums(measure: str, amount: str, scale: str = "") -> str:
    """SQL for a measure's windows as sums over their buckets."""
    return ", ".join(
        f'coalesce(sum({amount}) FILTER ({_mask(w)} & (1 << bucket) != 0), 0){scale} AS "{measure}_{w.label}"'
        for w in WINDOWS
    )


def _mask(window: Window) -> int:
    """The buckets that make up a window, as bits."""
    return sum(1 << place for place, edge in enumerate(EDGES[:-1]) if window.ago <= edge < window.reach)
