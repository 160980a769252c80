"""What could have been seen, in plain Python: nothing before a table's first row, nor before the account was a customer."""

import re
from datetime import date, datetime
from math import ceil

from tests.features.oracle import Book, Row, Values, as_day, default_known, happened, midnight


def observed_days(book: Book, table: str, account: str, as_of: date, column: str = "") -> int:
    """The days before a day on which a row of the account (that gives a column) could have stood in a table."""
    began = [row["start_date"] for row in book.known("contracts", account, as_of)]
    if table == "contracts":
        return (as_of - min(began)).days if began else 0
    if table != "usage":
        began += [as_day(row["clock"]) for row in book.known(table, account, as_of)]
    first = first_day(book, table, as_of, column)
    if first is None or not began:
        return 0
    return (as_of - max(first, min(began))).days


def first_day(book: Book, table: str, as_of: date, column: str) -> date | None:
    """The day of the earliest row of all accounts that is known before a day."""
    key = (table, as_of, column)
    if key not in book.first_days:
        clocks = [
            happened(table, row)
            for row in book.tables[table]
            if (not column or row[column] is not None) and known_at(table, row) < midnight(as_of)
        ]
        book.first_days[key] = as_day(min(clocks)) if clocks else None
    return book.first_days[key]


def known_at(table: str, row: Row) -> datetime:
    clock = happened(table, row)
    known = row.get("known_at") or default_known(table, row, clock)
    return max(known, clock) if table != "milestones" else known


def window(column: str) -> tuple[int, int] | None:
    """The days of a column's window, and how many days ago it ends."""
    found = re.search(r"_(\d+)d(?:_before_(\d+)d)?$", column)
    return (int(found[1]), int(found[2] or 0)) if found else None


def none_if_seen(values: Values, days: int, *columns: str) -> None:
    """Takes back that nothing happened where less than half of the time could have shown it."""
    for column in columns:
        stretch = window(column)
        needed = stretch[1] + ceil(stretch[0] / 2) if stretch else 1
        if not values[column] and days < needed:
            values[column] = None


def no_longer_than_seen(values: Values, days: int, *columns: str) -> None:
    """A silence is as long as somebody listened."""
    for column in columns:
        values[column] = min(values[column], days) if days >= 1 else None
