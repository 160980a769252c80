"""Every feature once more, in plain Python and slowly: lists of dicts, one account and one day at a time.

Written from docs/features.md and the phrases, not from the SQL, so that the two can disagree. Nothing here knows of DuckDB, numpy or
pandas. ``None`` is unknown.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from statistics import median
from typing import Any

Row = dict[str, Any]
Values = dict[str, Any]

REVEALED_BY = {
    "contracts": {"notice_at": "notice_at", "cancelled_at": "cancelled_at"},
    "tickets": {"first_response_at": "first_response_at", "resolved_at": "resolved_at", "escalated_at": "escalated_at",
                "reopened_at": "reopened_at", "csat_at": "csat_at", "csat": "csat_at"},
    "surveys": {"answered_at": "answered_at", "score": "answered_at", "respondent_id": "answered_at"},
    "invoices": {"paid_at": "paid_at"},
    "milestones": {"achieved_at": "achieved_at"},
}  # fmt: skip
UNDATED = {"accounts": ("segment", "industry", "region"), "contracts": ("is_auto_renew",)}
HAPPENED = {
    "usage": "occurred_at",
    "tickets": "opened_at",
    "touches": "occurred_at",
    "invoices": "issued_at",
    "actions": "acted_at",
}


class Book:
    """Rows by canonical table, their moments as datetimes and dates; ``static`` are the undated columns that may be trusted."""

    def __init__(self, tables: Mapping[str, list[Row]], static: set[str]) -> None:
        self.tables, self.static = tables, static
        self.rows: dict[tuple[str, str], list[Row]] = {}
        for table, rows in tables.items():
            for row in rows:
                self.rows.setdefault((table, row["account_id"]), []).append(row)
        self.values: dict[
            tuple[str, date, date], Values
        ] = {}  # an account is asked for once for each of its peers
        self.first_days: dict[tuple[str, date, str], date | None] = {}

    def accounts(self) -> list[str]:
        return sorted({row["account_id"] for row in self.tables["contracts"]})

    def known(self, table: str, account: str, as_of: date) -> list[Row]:
        """The account's rows as they stood on a day: those known before it, without what was revealed on it or later."""
        day = midnight(as_of)
        found = []
        for row in self.rows.get((table, account), []):
            clock = happened(table, row)
            known = row.get("known_at") or default_known(table, row, clock)
            if table in HAPPENED or table == "surveys":
                known = max(known, clock)
            if known < day:
                found.append(self._as_seen(table, row, day) | {"clock": clock})
        return found

    def _as_seen(self, table: str, row: Row, day: datetime) -> Row:
        seen = dict(row)
        for column, by in REVEALED_BY.get(table, {}).items():
            if row.get(by) is None or row[by] >= day:
                seen[column] = None
        for column in UNDATED.get(table, ()):
            if column not in self.static and row.get("valid_from") is None:
                seen[column] = None
        return seen


def midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def happened(table: str, row: Row) -> datetime:
    if table in HAPPENED:
        return row[HAPPENED[table]]
    if table == "contracts":
        return midnight(row["start_date"])
    if table == "accounts":
        return row.get("valid_from") or row.get("created_at") or datetime.fromisoformat("1900-01-01")
    if table == "surveys":
        return row.get("sent_at") or row["answered_at"]
    return min(moment for moment in (row.get("due_at"), row.get("achieved_at")) if moment is not None)


def default_known(table: str, row: Row, clock: datetime) -> datetime:
    return (row.get("signed_at") or clock) if table == "contracts" else clock


# --- words that the features share ---


def within(moment: datetime | date | None, as_of: date, days: int, ago: int = 0) -> bool:
    """Whether a moment lies in the window of ``days`` that ends ``ago`` days before the day: the first midnight in, the last out."""
    if moment is None:
        return False
    moment = moment if isinstance(moment, datetime) else midnight(moment)
    return midnight(as_of) - timedelta(days=days + ago) <= moment < midnight(as_of) - timedelta(days=ago)


def days_between(early: datetime | date, late: datetime | date) -> int:
    """Midnights passed between two moments."""
    return (as_day(late) - as_day(early)).days


def as_day(moment: datetime | date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def hours_between(early: datetime, late: datetime) -> float:
    """Whole seconds of the clock between two moments, in hours."""
    return (late.replace(microsecond=0) - early.replace(microsecond=0)).total_seconds() / 3600


def share(rows: list[Row], holds: Callable[[Row], Any]) -> float | None:
    return sum(bool(holds(row)) for row in rows) / len(rows) if rows else None


def mean(values: list[Any]) -> float | None:
    given = [value for value in values if value is not None]
    return float(sum(given) / Decimal(len(given))) if given else None


def middle(values: list[float]) -> float | None:
    return median(values) if values else None


def total(values: list[Any]) -> float | None:
    given = [value for value in values if value is not None]
    return float(sum(given)) if given else None


def most(values: list[Any], none: Any = None) -> Any:
    return max(values, default=none)


def least(values: list[Any]) -> Any:
    return min(values, default=None)


def divided(part: float | None, whole: float | None) -> float | None:
    """Part over whole; unknown where either is, or where there is no whole."""
    return part / whole if part is not None and whole else None


def capped(part: float | None, whole: float | None, cap: float) -> float | None:
    """Part over whole, at most the cap; unknown where either is unknown or there is no whole."""
    return min(part / whole, cap) if part is not None and whole is not None and whole > 0 else None


def change(now: float | None, before: float | None) -> float | None:
    return now - before if now is not None and before is not None else None


def per_100_seats(count: float | None, seats: float | None) -> float | None:
    return None if count is None else divided(100 * count, seats)
