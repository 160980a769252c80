"""What could have been seen: no window reaches back before a table's first row, nor before the account was a customer (decision 31).

``<table>_observed_days`` counts the days before the as-of date on which a row of the account could have stood in the table. A row of the
account's own shows that more could: it counts from there. Formulas may read these columns; no model does.
"""

import math
from collections.abc import Iterable, Sequence

from churnml.data.first_days import days_since
from churnml.data.tables import Tables
from churnml.features.cadence import GRAIN, SINCE, scale_column
from churnml.features.reference import aggregates
from churnml.features.spec import Feature, View
from churnml.features.usage_measures import BASELINE, MEASURES, MONTH, RECENT
from churnml.timeline import Window

UNSEEN = ("accounts",)  # who an account is has no first day
HALF = 0.5
"""The share of a window that must have been observable before 'none' is taken for none."""

COUNTED = View("users that come as a count", "usage", "SELECT * FROM ({door}) WHERE active_users IS NOT NULL")
"""The few rows that give a count: the others need not meet the snapshots."""

CUSTOMER_DAYS = Feature(name="customer_days", source="contracts", concept="", unit="days", phrase="", no_rows=None,
                        aggregate="date_diff('day', min(start_date), max(as_of))")  # fmt: skip


def observed_column(source: str) -> str:
    """The name of a source's observed days: of a table, or of rows that give a column of it.

    >>> observed_column("tickets"), observed_column("usage.user_id")
    ('tickets_observed_days', 'usage_user_id_observed_days')
    """
    return f"{source.replace('.', '_')}_observed_days"


def sources(tables: Tables, features: Iterable[Feature]) -> list[str]:
    """What some features' observed days are asked of."""
    used = {f.table for f in features if f.table not in UNSEEN}
    known = tables.first_days()
    return sorted(used | {source for source in known if source.split(".")[0] in used})


def observed_days(tables: Tables, wanted: Sequence[str]) -> str:
    """SQL for ``snapshot`` and the observed days of each wanted source, for each row of ``snapshots``."""
    known = tables.first_days()
    joins = [f"LEFT JOIN ({aggregates(tables, 'contracts', [CUSTOMER_DAYS])}) USING (snapshot)"]
    values = []
    for source in wanted:
        customer = CUSTOMER_DAYS.column
        if source != "contracts":
            # Usage before the first contract is no reason to read all of it again.
            if source.split(".")[0] != "usage":
                joins.append(
                    f"LEFT JOIN ({aggregates(tables, source, [_own_days(source)])}) USING (snapshot)"
                )
                customer = f"greatest({customer}, {_own_days(source).column})"
            customer = f"least(coalesce({days_since(known.get(source, []))}, 0), coalesce({customer}, 0))"
        values.append(f"{customer} AS {observed_column(source)}")
    return f"SELECT snapshot, {', '.join(values)} FROM snapshots {' '.join(joins)}"


def _own_days(table: str) -> Feature:
    """The days since the account's first own row in a table."""
    return Feature(name=f"{table}_own_days", source=table, concept="", unit="days", phrase="", no_rows=None,
                   aggregate="date_diff('day', CAST(min(clock) AS DATE), max(as_of))")  # fmt: skip


def is_masked(feature: Feature) -> bool:
    """Whether a feature says something of days on which nothing could have been seen."""
    if feature.measure:
        return True
    has_rows = bool(feature.aggregate) and feature.no_rows is not None and feature.table not in UNSEEN
    return has_rows and (feature.table != "contracts" or feature.window is not None)


def as_observed(feature: Feature) -> str:
    """SQL for a feature's column where it could have been seen, and unknown elsewhere."""
    column, days = f'"{feature.column}"', observed_column(feature.table)
    if feature.measure:
        return _measure_as_observed(feature, column, days)
    if feature.no_rows == 0:
        return f"CASE WHEN {column} <> 0 OR {days} >= {_needed_days(feature)} THEN {column} END"
    # The days since something that never happened are no more than the days on which it could have.
    return f"CASE WHEN {days} >= 1 THEN least({column}, {days}) END"


def _measure_as_observed(feature: Feature, column: str, days: str) -> str:
    measure, window = MEASURES[feature.measure], feature.window
    if feature.measure == "recency_days":
        return _recency_as_observed(feature, column, days)
    for name in measure.needs:
        days = observed_column(f"usage.{name}")
    needed = math.ceil(window.ago + measure.observed * window.days) if window else measure.reach_days
    reach = window.reach if window else max(measure.reach_days, BASELINE.reach)
    coarsest = measure.coarsest_days or (window.days + MONTH - RECENT.days if window else 0)
    seen = [f"{days} >= {needed}", f"({GRAIN} <= {coarsest} OR {SINCE} >= {reach})"]
    if measure.is_by_user:
        seen += [f"({_users(each).column} <> 0 OR {_rows(each).column} = 0)" for each in (RECENT, BASELINE)]
    value = column
    if window and feature.measure == "active_users":
        value = f"CASE WHEN {column} <> 0 THEN {column} WHEN {reported(window).column} IS NOT NULL THEN {reported(window).column} WHEN {_rows(window).column} = 0 THEN 0 END"
    elif window and measure.needs:
        seen.append(f"({column} <> 0 OR {_rows(window).column} = 0)")
    elif window and feature.measure == "units":
        value = f"{column} * {scale_column(window)}"
    return f"CASE WHEN {' AND '.join(seen)} THEN {value} END"


def _recency_as_observed(feature: Feature, column: str, days: str) -> str:
    """Of usage by periods only whole ones without use are told, and none while the last one had some: a row stands in the middle of its period."""
    assert feature.window, "days since the last use look back over a window"
    by_periods = f"CASE WHEN {column} > {GRAIN} THEN {column} - ceil({GRAIN} / 2.0) END"
    value = f"CASE WHEN {GRAIN} = 1 OR {SINCE} > 0 OR {column} >= {feature.window.reach} THEN {column} ELSE {by_periods} END"
    return f"CASE WHEN {days} >= 1 AND {value} IS NOT NULL THEN least({value}, {days}) END"


def witnesses(features: Iterable[Feature]) -> list[Feature]:
    """What else must be measured to see whether the rows of a window name anybody: rows that name nobody do not show that nobody came."""
    found: dict[str, Feature] = {}
    for feature in features:
        if not feature.measure:
            continue
        measure = MEASURES[feature.measure]
        windows = [feature.window] if feature.window and measure.needs else []
        asked = [_rows(window) for window in windows]
        if measure.is_by_user:
            asked += [ask(window) for window in (RECENT, BASELINE) for ask in (_rows, _users)]
        found |= {each.column: each for each in asked}
    return list(found.values())


def reported(window: Window) -> Feature:
    """The most active users that a row of a window reports as a count."""
    return Feature(name="users_reported", source=COUNTED, aggregate="max(active_users) {when}", window=window, concept="", unit="users",
                   phrase="", no_rows=None)  # fmt: skip


def reports(tables: Tables, features: Iterable[Feature]) -> list[Feature]:
    """The counts of users to ask for beside some features, where the book gives any."""
    windows = dict.fromkeys(f.window for f in features if f.measure == "active_users" and f.window)
    return (
        [reported(window) for window in windows] if "active_users" in tables.given().get("usage", ()) else []
    )


def _rows(window: Window) -> Feature:
    return Feature(
        name="rows_seen",
        source="usage",
        measure="events",
        window=window,
        concept="",
        unit="rows",
        phrase="",
        no_rows=0,
    )


def _users(window: Window) -> Feature:
    return Feature(
        name="users_seen",
        source="usage",
        measure="active_users",
        window=window,
        concept="",
        unit="users",
        phrase="",
        no_rows=0,
    )


def _needed_days(feature: Feature) -> int:
    window = feature.window
    return math.ceil(window.ago + HALF * window.days) if window else 1
