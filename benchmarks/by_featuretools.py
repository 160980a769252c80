"""The task handed to featuretools: an entity set, cutoff times, and a training window at a time."""

from pathlib import Path

import duckdb
import featuretools as ft
import pandas as pd
from woodwork.logical_types import Categorical, Integer

from benchmarks.task import REACH, RECENCY, WINDOWS, YEAR, coded, completed, parts
from churnml.timeline import Window

EPOCH = pd.Timestamp("1970-01-01")


def deep_feature_synthesis(book: Path, snapshots: pd.DataFrame) -> pd.DataFrame:
    """The task's columns; on a book without late rows, since featuretools knows one time for each row."""
    wanted = coded(book, snapshots).query("account > 0")
    usage = _usage(book, wanted["account"].unique().tolist())
    entities = ft.EntitySet("book")
    codes = {
        "user": Categorical,
        "feature": Categorical,
        "day": Categorical,
        "user_day": Categorical,
        "units": Integer,
        "last_day": Integer,
    }
    entities.add_dataframe(
        dataframe_name="usage", dataframe=usage, index="row", time_index="at", logical_types=codes
    )
    entities.normalize_dataframe("usage", "accounts", "account", make_time_index=False)
    matrix = pd.concat([_window(entities, wanted, window) for window in WINDOWS], axis=1)
    matrix[RECENCY] = _recency(entities, wanted)
    return completed(matrix, len(snapshots))


def _usage(book: Path, accounts: list[int]) -> pd.DataFrame:
    con = duckdb.connect()
    con.register("chosen", pd.DataFrame({"account": accounts}))
    return con.execute(f"""SELECT row_number() OVER () AS row, account, nullif("user", 0) AS "user", nullif(feature, 0) AS feature, day, day AS last_day, units,
        CASE WHEN "user" > 0 THEN CAST("user" AS BIGINT) * 100000 + day END AS user_day, CAST(DATE '{EPOCH.date()}' + day AS TIMESTAMP) AS at
        FROM '{parts(book)}' SEMI JOIN chosen USING (account) WHERE lag = 0""").df()  # fmt: skip


def _window(entities: ft.EntitySet, wanted: pd.DataFrame, window: Window) -> pd.DataFrame:
    """Each measure of a window; what ended ``ago`` days before the as-of date is looked at from there."""
    matrix = _calculated(entities, wanted, window, ["count", "sum", "num_unique"])
    columns = {
        "COUNT(usage)": "events", "SUM(usage.units)": "units", "NUM_UNIQUE(usage.day)": "active_days",
        "NUM_UNIQUE(usage.user_day)": "user_days", "NUM_UNIQUE(usage.user)": "active_users",
        "NUM_UNIQUE(usage.feature)": "features_used",
    }  # fmt: skip
    matrix = matrix.rename(columns=columns)[list(columns.values())].astype("float64")
    return matrix.assign(units=matrix["units"] / 1e4).add_suffix(f"_{window.label}")


def _recency(entities: ft.EntitySet, wanted: pd.DataFrame) -> pd.Series:
    last = _calculated(entities, wanted, Window(REACH), ["max"])["MAX(usage.last_day)"]
    return (wanted.set_index("snapshot")["as_of"] - last).clip(upper=YEAR.days)


def _calculated(
    entities: ft.EntitySet, wanted: pd.DataFrame, window: Window, primitives: list[str]
) -> pd.DataFrame:
    cutoffs = pd.DataFrame(
        {"account": wanted["account"], "time": EPOCH + pd.to_timedelta(wanted["as_of"] - window.ago, unit="D"),
         "snapshot": wanted["snapshot"]})  # fmt: skip
    matrix, _ = ft.dfs(
        entityset=entities, target_dataframe_name="accounts", cutoff_time=cutoffs, agg_primitives=primitives, trans_primitives=[],
        training_window=f"{window.days} days", include_cutoff_time=False, max_depth=1,
    )  # fmt: skip
    return matrix.set_index("snapshot")
