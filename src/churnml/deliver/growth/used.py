"""Which product features each account uses, used three months ago, and has left."""

import pandas as pd

from churnml.data.tables import Tables, register_snapshots
from churnml.features.measures import QUARTER, RECENT
from churnml.timeline import Window

YEAR = Window(365)
EARLIER = Window(RECENT.days, ago=QUARTER.days)
"""As long as the recent stretch and three months before it, so that the two can be compared."""


def used_features(tables: Tables, accounts: pd.DataFrame) -> pd.DataFrame:
    """Each feature an account used over the year: ``account_id``, ``thing``, ``last_used``, and whether it was
    used recently (``is_recent``), three months earlier (``was_earlier``) and in the last quarter (``is_in_use``).

    Usage is read once, through the door, and counted where it lies.
    """  # fmt: skip
    flags = ("is_recent", RECENT), ("was_earlier", EARLIER), ("is_in_use", QUARTER)
    if "feature" not in tables.given().get("usage", ()):
        return pd.DataFrame(columns=["account_id", "thing", "last_used", *(name for name, _ in flags)])
    con = tables.connect()
    register_snapshots(con, accounts)
    told = ", ".join(f"bool_or({_within(window)}) AS {name}" for name, window in flags)
    return con.execute(f"""
        WITH found AS (SELECT snapshot, feature AS thing, CAST(max(clock) AS TIMESTAMP) AS last_used, {told}
            FROM ({tables.known("usage", YEAR.days)}) WHERE feature IS NOT NULL GROUP BY snapshot, feature)
        SELECT account_id, found.* EXCLUDE (snapshot) FROM found JOIN snapshots USING (snapshot) ORDER BY account_id, thing""").df()  # fmt: skip


def _within(window: Window) -> str:
    latest = f" AND clock < as_of - INTERVAL {window.ago} DAY" if window.ago else ""
    return f"clock >= as_of - INTERVAL {window.reach} DAY{latest}"
