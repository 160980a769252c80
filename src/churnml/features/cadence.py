"""How finely an account's usage is told: by event, or by the week, the month or longer, and what that lets one say (decision 34).

Of an account that arrives by periods the present is the end of the last one that is over and known: windows end there on every night until
the next. A window then holds whole periods, those whose middle lies in it, and sums are brought to the window's days.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnml.data.tables import Tables
from churnml.features.spec import Feature
from churnml.timeline import Window

GRAIN, SINCE, STALE = "usage_grain_days", "usage_grain_ago", "usage_stale_days"
Days = NDArray[np.int64]
LONG = 28  # days: from here on a period is one of months
NEVER = -1_000_000  # days since 1970


def scale_column(window: Window) -> str:
    """The name of what brings a window's sum to its days."""
    return f"usage_scale_{window.label}"


def cadence(tables: Tables, snapshots: pd.DataFrame, windows: Iterable[Window]) -> pd.DataFrame:
    """For each snapshot what its account's usage lets one say on its day.

    Columns ``as_of``, where its windows end; STALE, how many days before the snapshot's that is; GRAIN, the days of a period (1: events) and
    SINCE, how many days ago its last one ended; and for each window what its sum is brought to its days by.
    """
    as_of = snapshots["as_of"].to_numpy("datetime64[D]").astype(np.int64)
    periods = tables.usage_periods()
    if periods.empty:
        scales = {scale_column(window): 1.0 for window in windows}
        return pd.DataFrame({"as_of": snapshots["as_of"].to_numpy(), STALE: 0, GRAIN: 1, SINCE: 0, **scales})
    rows = _last_periods(periods, snapshots["account_id"], as_of)
    end = rows["end"].to_numpy(np.int64)
    is_told = (end > NEVER) & (
        rows["event"].to_numpy(np.int64) <= end + 2 * (end - rows["first"].to_numpy(np.int64))
    )
    grid = _Grid(rows["first"].to_numpy(np.int64), end)
    over = grid.before(
        np.minimum(as_of - rows["delay"].to_numpy(np.int64), rows["newest"].to_numpy(np.int64))
    )
    present = np.where(is_told, np.maximum(end, over), as_of)
    found = {
        "as_of": present.astype("datetime64[D]").astype("datetime64[us]"),
        STALE: as_of - present,
        GRAIN: np.where(end > NEVER, end - rows["first"].to_numpy(np.int64), 1),
        SINCE: np.where(is_told | (end <= NEVER), 0, as_of - end),
    }
    for window in dict.fromkeys(windows):
        covered = grid.nearest(present - window.ago) - grid.nearest(present - window.reach)
        found[scale_column(window)] = np.where(
            is_told & (covered > 0), window.days / np.maximum(covered, 1), 1.0
        )
    return pd.DataFrame(found)


def _last_periods(periods: pd.DataFrame, accounts: pd.Series, as_of: Days) -> pd.DataFrame:
    """For each account and day its last known period (``first``, ``end``, ``delay``), its last other row and the newest end of all accounts."""
    days = {
        name: pd.to_datetime(periods[name]).to_numpy("datetime64[D]").astype(np.int64)
        for name in ("first_day", "end_day", "known_day")
    }
    known = pd.DataFrame(
        {
            "account_id": periods["account_id"].astype(object),
            "first": days["first_day"],
            "end": days["end_day"],
            "known": days["known_day"],
        }
    )
    # A row that is known on a day counts from the next on, and one known on a period's last day with its end.
    known["delay"] = np.maximum(known["known"] + 1 - known["end"], 0)
    is_period = known["end"] - known["first"] > 1
    asked = pd.DataFrame(
        {"account_id": accounts.astype(object).to_numpy(), "known": as_of, "place": np.arange(len(as_of))}
    ).sort_values("known", kind="stable")
    told = _forward(known[is_period], "end")
    found = pd.merge_asof(asked, told, on="known", by="account_id", allow_exact_matches=False)
    events = _forward(known[~is_period], "end")[["account_id", "known", "end"]].rename(
        columns={"end": "event"}
    )
    found = pd.merge_asof(found, events, on="known", by="account_id", allow_exact_matches=False)
    newest = known[is_period].sort_values("known", kind="stable")
    newest = pd.DataFrame({"known": newest["known"], "newest": newest["end"].cummax()})
    found = pd.merge_asof(found, newest, on="known", allow_exact_matches=False)
    filled = found.fillna({"first": NEVER - 1, "end": NEVER, "delay": 0, "event": NEVER, "newest": NEVER})
    return filled.sort_values("place", ignore_index=True).astype(
        dict.fromkeys(("first", "end", "delay", "event", "newest"), np.int64)
    )


def _forward(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """The rows, in the order in which they were known, that tell of a later day than all of their account before."""
    ordered = rows.sort_values(["known", column, "first"], ascending=[True, True, False], kind="stable")
    return ordered[ordered[column] >= ordered.groupby("account_id")[column].cummax()]


class _Grid:
    """Where periods like one that is given end: months from the same day of the month, else so many days."""

    def __init__(self, first: Days, end: Days) -> None:
        self.end, self.step = end, np.maximum(end - first, 1)
        self.month, self.day = _month(end)
        first_month, first_day = _month(first)
        self.months = np.where((self.step >= LONG) & (first_day == self.day), self.month - first_month, 0)

    def before(self, day: Days) -> Days:
        """The last end on or before a day."""
        month, own = _month(day)
        passed = month - self.month - (own < self.day)
        months = np.maximum(self.months, 1)
        by_month = _day(self.month + passed // months * months, self.day)
        by_days = self.end + (day - self.end) // self.step * self.step
        return np.where(self.months > 0, by_month, by_days)

    def nearest(self, day: Days) -> Days:
        """The end of the last period whose middle lies before a day."""
        low = self.before(day)
        high = np.where(self.months > 0, _day(_month(low)[0] + self.months, self.day), low + self.step)
        return np.where(low + (high - low) // 2 < day, high, low)


def _month(day: Days) -> tuple[Days, Days]:
    """The month of a day, counted from January 1970, and its day of the month from 0."""
    month = day.astype("datetime64[D]").astype("datetime64[M]")
    return month.astype(np.int64), day - month.astype("datetime64[D]").astype(np.int64)


def _day(month: Days, place: Days) -> Days:
    return month.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) + place


def windows_of_sums(features: Iterable[Feature]) -> list[Window]:
    """The windows over which the features sum usage."""
    return [f.window for f in features if f.measure == "units" and f.window]
