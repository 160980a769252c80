"""Which product features each account uses, used a year ago, and has left."""

import pandas as pd

from churnml.features.usage_measures import QUARTER
from churnml.listing.growth.known_tables import KnownTables, no_rows
from churnml.timeline import Window

YEAR = Window(365)
YEAR_AGO = Window(QUARTER.days, ago=YEAR.days - QUARTER.days)
"""The quarter with which the year began: as long as the last one, so that the two can be compared."""
NONE = {"account_id": "object", "thing": "object", "first_used": "datetime64[us]", "last_used": "datetime64[us]",
        "is_in_use": "bool", "was_in_use": "bool"}  # fmt: skip


def used_features(tables: KnownTables) -> pd.DataFrame:
    """Each feature an account used over the year: ``account_id``, ``thing``, ``first_used``, ``last_used``, and
    whether it was used in the last quarter (``is_in_use``) and in that of a year ago (``was_in_use``).

    Usage is read once and counted where it lies.
    """  # fmt: skip
    if not tables.gives("usage", "feature"):
        return no_rows(**NONE)
    flags = ("is_in_use", QUARTER), ("was_in_use", YEAR_AGO)
    flag_columns = ", ".join(f"bool_or({_within(window)}) AS {name}" for name, window in flags)
    return tables.ask(f"""
        SELECT account_id, feature AS thing, min(clock) AS first_used, max(clock) AS last_used, {flag_columns}
        FROM {tables.known("usage", YEAR.days)} WHERE feature IS NOT NULL GROUP BY account_id, feature ORDER BY ALL""")


def _within(window: Window) -> str:
    latest = f" AND clock < as_of - INTERVAL {window.ago} DAY" if window.ago else ""
    return f"clock >= as_of - INTERVAL {window.reach} DAY{latest}"
