"""The day a delivery was drawn, where the book does not declare it: the least of its tables' own ends.

The machine's clock is never asked: the same files mean the same day whenever they are read.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb

from churnml.data.schema import KNOWN_AT, TABLES, Table
from churnml.params.book import Ingest

YEAR = 365  # days before a table's newest row from which its pace is taken


@dataclass(frozen=True)
class TableEnd:
    """Until when a table was kept: its newest row, and the longest wait between two days with rows in the year before it.

    A table is whole until ``end`` (exclusive): so long after its newest row as it has been silent before.

    >>> TableEnd("invoices", date(2024, 5, 1), 31, date(2024, 6, 30)).end
    datetime.date(2024, 6, 1)
    """

    table: str
    newest: date
    pace_days: int
    newest_of_all: date

    @property
    def end(self) -> date:
        """The first day of which the table may say nothing although something happened."""
        return min(self.newest + timedelta(days=self.pace_days), self.newest_of_all + timedelta(days=1))

    @property
    def words(self) -> str:
        """The table's end and why, for people."""
        return f"{self.table} until {self.end} (newest row {self.newest}, never more than {self.pace_days} days apart in the year before)"


def infer_last_day(
    con: duckdb.DuckDBPyConnection, names: Iterable[str], ingest: Ingest
) -> tuple[date | None, list[str], list[str]]:
    """The last day (exclusive), notices that say its evidence, and failures; no day where no table holds a date.

    A few rows far after all others of their table are taken for wrong dates: they set no day and are quarantined.
    """
    tables = [TABLES[name] for name in names if TABLES[name].is_event or name == "contracts"]
    days = {table.name: days for table in tables if (days := _days(con, table, ingest))}
    if not days:
        return None, [], ["last_day: no table holds a date; say 'last_day:' (exclusive) in book.yaml"]
    newest = max(table_days[-1] for table_days in days.values())
    ends = sorted((_end(name, table_days, newest) for name, table_days in days.items()), key=_order)
    least, others = ends[0], ends[1:]
    evidence = f"last_day: {least.end}, the least of the tables' own ends: {'; '.join(end.words for end in ends)}; say 'last_day:' in book.yaml to be sure"
    if others and (lost := (others[0].end - least.end).days) > ingest.max_gap_days:
        return least.end, [], [
            f"last_day: {least.words} ends {lost} days before every other table ({'; '.join(end.words for end in others)}): an older export, "
            f"or a table that was given up? Deliver it anew, or say 'last_day:' (exclusive) in book.yaml"
        ]  # fmt: skip
    return least.end, [evidence], []


def _order(end: TableEnd) -> tuple[date, str]:
    return end.end, end.table


def _end(name: str, days: list[date], newest_of_all: date) -> TableEnd:
    newest = days[-1]
    lately = [day for day in days if (newest - day).days <= YEAR]
    waits = [(later - day).days for day, later in zip(lately, lately[1:], strict=False)]
    # One day says nothing of a pace: such a table bounds nothing.
    return TableEnd(name, newest, max(waits) if waits else (newest_of_all - newest).days + 1, newest_of_all)


def _days(con: duckdb.DuckDBPyConnection, table: Table, ingest: Ingest) -> list[date]:
    """The days with rows in order of time, without those of a few rows that stand apart after all others."""
    clock = table.clock if table.is_event else f"coalesce({KNOWN_AT.name}, {table.known})"
    counts = con.execute(f"""SELECT CAST({clock} AS DATE) AS day, count(*) FROM typed."{table.name}"
        WHERE {clock} IS NOT NULL GROUP BY day ORDER BY day""").fetchall()
    few, apart = sum(rows for _, rows in counts) * ingest.max_stray_share, 0
    for place in range(len(counts) - 1, 0, -1):
        apart += counts[place][1]
        if apart > few:
            break
        if (counts[place][0] - counts[place - 1][0]).days > ingest.max_gap_days:
            counts, apart = counts[:place], 0
    return [day for day, _ in counts]
