"""When a table could first have shown something: the day of its first row, as it was known on each day.

Before it nothing is known. The day is a property of what was delivered, not of any account; it is kept as steps ``(known, first)``: a row
known on the day ``known`` moved the first day back to ``first``.
"""

from collections.abc import Iterable

import duckdb

FirstDays = dict[str, list[tuple[str, str]]]
"""By source: a table, or a table and the column without which a row does not count (``usage.user_id``)."""

BY_COLUMN = {"usage": {"user_id": "coalesce(user_id, CAST(active_users AS VARCHAR))", "feature": "feature"}}
"""The columns of a table that name who or what, and SQL for any sign of it: users may come as a count."""


def first_days(con: duckdb.DuckDBPyConnection, table: str, rows: str) -> FirstDays:
    """The steps of a table's rows (SQL with ``known_at`` and ``clock``), and of those that give some columns."""
    every = {table: "true"} | {
        f"{table}.{name}": f"{sign} IS NOT NULL" for name, sign in BY_COLUMN.get(table, {}).items()
    }
    clock = "coalesce(period_start, clock)" if table == "usage" else "clock"
    firsts = ", ".join(f"min({clock}) FILTER ({condition})" for condition in every.values())
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE first_days AS SELECT CAST(known_at AS DATE) AS known, {firsts} FROM ({rows}) GROUP BY 1"
    )
    found = con.execute("FROM first_days ORDER BY known").fetchall()
    return {
        source: _steps((row[0], row[place]) for row in found) for place, source in enumerate(every, start=1)
    }


def _steps(rows: Iterable[tuple[object, object]]) -> list[tuple[str, str]]:
    steps: list[tuple[str, str]] = []
    for known, clock in rows:
        if clock is not None and (not steps or str(clock)[:10] < steps[-1][1]):
            steps.append((str(known), str(clock)[:10]))
    return steps


def days_since(steps: Iterable[tuple[str, str]]) -> str:
    """SQL for the days from the first day to ``as_of``; NULL while no row is known.

    >>> days_since([("2024-01-02", "2024-01-01")])
    "CASE WHEN as_of > TIMESTAMP '2024-01-02' THEN date_diff('day', DATE '2024-01-01', CAST(as_of AS DATE)) END"
    """
    cases = [
        f"WHEN as_of > TIMESTAMP '{known}' THEN date_diff('day', DATE '{first}', CAST(as_of AS DATE))"
        for known, first in reversed(list(steps))
    ]
    return f"CASE {' '.join(cases)} END" if cases else "CAST(NULL AS INTEGER)"
