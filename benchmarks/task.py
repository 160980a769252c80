"""The task every contestant is given: which columns, of which snapshots."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from churnml.timeline import Window

WINDOWS = (
    Window(7), Window(14), Window(28), Window(91), Window(182), Window(365), Window(91, ago=28), Window(28, ago=28),
    Window(28, ago=365), Window(56), Window(119),
)  # fmt: skip
MEASURES = {
    "events": "rows",
    "units": "sum of quantity",
    "active_days": "distinct days",
    "user_days": "distinct (user, day)",
    "active_users": "distinct users",
    "features_used": "distinct features",
}
YEAR = Window(365)
RECENCY = f"recency_days_{YEAR.label}"
REACH = max(window.reach for window in WINDOWS)
COLUMNS = [f"{measure}_{window.label}" for measure in MEASURES for window in WINDOWS] + [RECENCY]

Contestant = Callable[[Path, pd.DataFrame], pd.DataFrame | None]
"""Given a book's tables and snapshots, gives COLUMNS as float64, maybe beside keys, a row a snapshot in their order; the floor
gives nothing."""


def last_day(book: Path) -> pd.Timestamp:
    """The day after a book's last usage."""
    return pd.Timestamp(pd.read_json(book / "book.json", typ="series")["last_day"])


def month_starts(book: Path, dates: int) -> list[pd.Timestamp]:
    """As many dates as wanted, a month apart, the newest on the book's last day."""
    end = last_day(book)
    return [end - pd.DateOffset(months=back) for back in reversed(range(dates))]


def spread(book: Path, dates: int, weeks: int = 104) -> list[pd.Timestamp]:
    """As many dates as wanted, evenly over the same stretch, so that only their number grows."""
    end = last_day(book)
    return [end - pd.Timedelta(days=round(back)) for back in np.linspace(7 * weeks, 0, dates)]


def on_dates(book: Path, dates: list[pd.Timestamp]) -> pd.DataFrame:
    """Snapshots of every account on every date."""
    accounts = (
        duckdb.connect()
        .execute(f"SELECT account_id FROM '{book}/accounts.parquet' ORDER BY 1")
        .df()["account_id"]
    )
    frame = pd.MultiIndex.from_product([accounts, pd.DatetimeIndex(dates)], names=["account_id", "as_of"])
    return _looking_ahead(frame.to_frame(index=False))


def ragged(snapshots: pd.DataFrame, days: int = 30, seed: int = 3) -> pd.DataFrame:
    """The same snapshots, each moved back by up to ``days``: every account has its own dates, as renewals have."""
    moved = np.random.default_rng(seed).integers(0, days, len(snapshots))
    return _looking_ahead(snapshots.assign(as_of=snapshots["as_of"] - pd.to_timedelta(moved, unit="D")))


def _looking_ahead(frame: pd.DataFrame, lead_days: int = 90) -> pd.DataFrame:
    return frame.assign(renewal=frame["as_of"] + pd.Timedelta(days=lead_days), lead_days=lead_days)


def coded(book: Path, snapshots: pd.DataFrame) -> pd.DataFrame:
    """Snapshots as integers: ``snapshot``, ``account`` (0 where it never used anything) and ``as_of`` in days since 1970-01-01."""
    codes = (
        duckdb.connect()
        .execute(f"SELECT account_id, account FROM '{book}/usage_codes/accounts.parquet'")
        .df()
    )
    code_of = snapshots["account_id"].map(codes.set_index("account_id")["account"])
    days = (snapshots["as_of"] - pd.Timestamp("1970-01-01")).dt.days
    columns = {"snapshot": range(len(snapshots)), "account": code_of.fillna(0), "as_of": days}
    return pd.DataFrame(columns).astype("int32")


def parts(book: Path) -> str:
    """Every part of a book's usage, as DuckDB and pandas name them."""
    return f"{book}/usage/*.parquet"


def completed(partial: pd.DataFrame, rows: int) -> pd.DataFrame:
    """COLUMNS for snapshots 0 to ``rows``, from the columns of those with rows, by snapshot: nothing is zero, or never in a year."""
    full = partial.reindex(index=range(rows), columns=COLUMNS).astype("float64")
    return full.fillna(dict.fromkeys(COLUMNS, 0.0) | {RECENCY: float(YEAR.days)}).reset_index(drop=True)
