"""The task in pandas, as most people write it: a loop over dates, a filter and a groupby for each window."""

from pathlib import Path

import pandas as pd

from benchmarks.task import REACH, RECENCY, WINDOWS, YEAR, coded, completed
from churnml.timeline import Window

READ = ["account", "user", "feature", "day", "lag", "units"]


def loop_over_dates(book: Path, snapshots: pd.DataFrame) -> pd.DataFrame:
    """The task's columns; each date looks at its known past only, each window at its part of that."""
    usage = pd.read_parquet(book / "usage", columns=READ)
    codes = coded(book, snapshots)
    rows_by_date = []
    for as_of in codes["as_of"].unique().tolist():
        there = codes[codes["as_of"] == as_of]
        past = usage[(usage["day"] >= as_of - REACH) & (usage["day"] + usage["lag"] < as_of)]
        columns = [column for window in WINDOWS for column in _window(past, as_of, window)]
        columns.append(_recency(past, as_of))
        by_account = pd.concat(columns, axis=1)
        rows_by_date.append(
            there[["snapshot", "account"]].merge(by_account, left_on="account", right_index=True)
        )
    return completed(pd.concat(rows_by_date).set_index("snapshot"), len(snapshots))


def _window(past: pd.DataFrame, as_of: int, window: Window) -> list[pd.Series]:
    """Each measure of a window, by account."""
    inside = past[(past["day"] >= as_of - window.reach) & (past["day"] < as_of - window.ago)]
    by_users = inside[inside["user"] > 0]
    rows = inside.groupby("account")
    measures = {
        "events": rows.size(),
        "units": rows["units"].sum() / 1e4,
        "active_days": rows["day"].nunique(),
        "user_days": by_users.drop_duplicates(["account", "user", "day"]).groupby("account").size(),
        "active_users": by_users.groupby("account")["user"].nunique(),
        "features_used": inside[inside["feature"] > 0].groupby("account")["feature"].nunique(),
    }
    return [series.rename(f"{measure}_{window.label}") for measure, series in measures.items()]


def _recency(past: pd.DataFrame, as_of: int) -> pd.Series:
    """Days since the newest usage, by account."""
    newest = past.groupby("account")["day"].max()
    return (as_of - newest).clip(upper=YEAR.days).rename(RECENCY)
