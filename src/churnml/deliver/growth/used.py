"""Which product features each account uses, used a year ago, and has left."""

import pandas as pd

from churnml.data.tables import Tables, register_snapshots
from churnml.features.measures import QUARTER
from churnml.timeline import Window

YEAR = Window(365)
YEAR_AGO = Window(QUARTER.days, ago=YEAR.days - QUARTER.days)
"""The quarter with which the year began: as long as the last one, so that the two can be compared."""


def used_features(tables: Tables, accounts: pd.DataFrame) -> pd.DataFrame:
    """Each feature an account used over the year: ``account_id``, ``thing``, ``first_used``, ``last_used``, and whether it was
    used in the last quarter (``is_in_use``) and in that of a year ago (``was_in_use``).

    Usage is read once, through the door, and counted where it lies.
    """  # fmt: skip
    flags = ("is_in_use", QUARTER), ("was_in_use", YEAR_AGO)
    if "feature" not in tables.given().get("usage", ()):
        return pd.DataFrame(
            columns=["account_id", "thing", "first_used", "last_used", *(name for name, _ in flags)]
        )
    con = tables.connect()
    register_snapshots(con, accounts)
    told = ", ".join(f"bool_or({_within(window)}) AS {name}" for name, window in flags)
    return con.execute(f"""
        WITH found AS (SELECT snapshot, feature AS thing, min(clock) AS first_used, max(clock) AS last_used, {told}
            FROM ({tables.known("usage", YEAR.days)}) WHERE feature IS NOT NULL GROUP BY snapshot, feature)
        SELECT account_id, found.* EXCLUDE (snapshot) FROM found JOIN snapshots USING (snapshot) ORDER BY account_id, thing""").df()  # fmt: skip


def _within(window: Window) -> str:
    latest = f" AND clock < as_of - INTERVAL {window.ago} DAY" if window.ago else ""
    return f"clock >= as_of - INTERVAL {window.reach} DAY{latest}"
