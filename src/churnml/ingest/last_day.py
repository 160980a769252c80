"""The day a delivery was drawn, where the book does not declare it: the least of its tables' own ends.

The machine's clock is never asked: the same files mean the same day whenever they are read.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import duckdb

from churnml.data.schema import CONTRACTS, KNOWN_AT, TABLES, Table
from churnml.params.book import Ingest

YEAR = 365  # days before a table's newest row from which its pace is taken
WEEK = 7  # days of silence before a declared last day that nobody need look at
ENOUGH = 5  # days with rows in that year, to speak of a pace
DUE = 3  # terms that ended since, none of them followed: so many do not all leave unseen


@dataclass(frozen=True)
class TableEnd:
    """Until when a table was kept: its newest row, and the longest wait between two days with rows in the year before it.

    A table is whole until ``end`` (exclusive): so long after its newest row as it has been silent before. One without a pace (few
    days, or contracts of which none was due since) bounds nothing.

    >>> TableEnd("invoices", date(2024, 5, 1), 31, date(2024, 6, 30)).end
    datetime.date(2024, 6, 1)
    """

    table: str
    newest: date
    pace_days: int | None
    newest_of_all: date

    @property
    def end(self) -> date:
        """The first day of which the table may say nothing although something happened."""
        whole = self.newest_of_all + timedelta(days=1)
        if self.pace_days is None:
            return whole
        return min(self.newest + timedelta(days=self.pace_days), whole)

    @property
    def words(self) -> str:
        """The table's end and why, for people."""
        pace = f", its days at most {self.pace_days} apart in the year before" if self.pace_days else ""
        return f"{self.table} until {self.end} (newest row {self.newest}{pace})"


def settle_last_day(
    con: duckdb.DuckDBPyConnection, names: Iterable[str], declared: date | None, ingest: Ingest
) -> tuple[date | None, list[str], list[str]]:
    """The last day (exclusive), declared or not, with notices that say its evidence, and failures; none where no table holds a date."""
    days = _days_of_tables(con, names, ingest)
    if declared:
        before = {
            name: kept
            for name, table_days in days.items()
            if (kept := [d for d in table_days if d < declared])
        }
        return declared, *_late_tables(con, before, declared, ingest)
    return _least_end(con, days, ingest)


def _least_end(
    con: duckdb.DuckDBPyConnection, days: dict[str, list[date]], ingest: Ingest
) -> tuple[date | None, list[str], list[str]]:
    """The least of the tables' own ends.

    A few rows far after all others of their table are taken for wrong dates: they set no day and are quarantined.
    """
    if not days:
        return None, [], ["last_day: no table holds a date; say 'last_day:' (exclusive) in book.yaml"]
    newest = max(table_days[-1] for table_days in days.values())
    ends = sorted((_end(con, name, table_days, newest) for name, table_days in days.items()), key=_order)
    least, others = ends[0], ends[1:]
    listed = "; ".join(end.words for end in others)
    if others and (lost := (others[0].end - least.end).days) > ingest.max_gap_days:
        stale = (
            f"last_day: {least.words}: it ends {lost} days before every other table ({listed}). An older export, "
            "or a table that was given up? Deliver it anew, or say 'last_day:' (exclusive) in book.yaml"
        )
        return least.end, [], [stale]
    also = f", the least of the tables' own ends: {least.words}; {listed}" if others else f": {least.words}"
    return least.end, [f"last_day: {least.end}{also}; say 'last_day:' in book.yaml to be sure"], []


def _late_tables(
    con: duckdb.DuckDBPyConnection, days: dict[str, list[date]], last_day: date, ingest: Ingest
) -> tuple[list[str], list[str]]:
    """Notices of tables that are silent before a declared last day for longer than they ever were, and a failure where all tables are, or contracts.

    A table that was given up is silent for good reason; a declared day after the whole export is a day of which nothing is known.
    """
    until = last_day - timedelta(days=1)
    ends = sorted((_end(con, name, table_days, until) for name, table_days in days.items()), key=_order)
    late = [end for end in ends if (last_day - end.end).days >= WEEK]
    notices = [
        f"last_day: {end.words}, {(last_day - end.end).days} days before the declared {last_day}: what it does not tell of them reads as silence"
        for end in late
    ]
    newest = max((table_days[-1] for table_days in days.values()), default=last_day)
    contracts = [
        end for end in late if end.table == CONTRACTS.name and (last_day - end.end).days > ingest.max_gap_days
    ]
    if contracts and (last_day - newest).days <= ingest.max_gap_days:
        [end] = contracts
        gone = (
            f"last_day: {end.words}, {(last_day - end.end).days} days before the declared {last_day}, while terms ended that nothing follows: an older "
            "export of contracts than of the other tables? Whoever renewed since would count as one that left. Deliver it anew, or say an earlier "
            "'last_day:' (exclusive) in book.yaml; if no term was sold since, raise ingest.max_gap_days in book.yaml's params"
        )
        return [notice for notice in notices if end.words not in notice], [gone]
    if (last_day - newest).days <= ingest.max_gap_days:
        return notices, []
    stale = f"last_day: the newest row of all tables is of {newest}, {(last_day - newest).days} days before the declared {last_day}: an older export? "
    return notices, [stale + "Deliver it anew, or say an earlier 'last_day:' (exclusive) in book.yaml"]


def _days_of_tables(
    con: duckdb.DuckDBPyConnection, names: Iterable[str], ingest: Ingest
) -> dict[str, list[date]]:
    tables = [TABLES[name] for name in names if TABLES[name].is_event or name == CONTRACTS.name]
    return {table.name: days for table in tables if (days := _days(con, table, ingest))}


def _order(end: TableEnd) -> tuple[date, str]:
    return end.end, end.table


def _end(con: duckdb.DuckDBPyConnection, name: str, days: list[date], newest_of_all: date) -> TableEnd:
    newest = days[-1]
    lately = [day for day in days if (newest - day).days <= YEAR]
    pace = max((later - day).days for day, later in pairwise(lately)) if len(lately) >= ENOUGH else None
    if pace and name == CONTRACTS.name and _due(con, newest + timedelta(days=pace), newest_of_all) < DUE:
        pace = None
    return TableEnd(name, newest, pace, newest_of_all)


def _due(con: duckdb.DuckDBPyConnection, since: date, until: date) -> int:
    """How many accounts' last terms ended between two days: a table of long terms may rest for months and be whole."""
    ended = con.execute(f"""SELECT count(*) FROM (SELECT max(end_date) AS ended_on FROM judged."contracts" GROUP BY account_id)
        WHERE ended_on BETWEEN DATE '{since}' AND DATE '{until}'""")
    return int(ended.fetchall()[0][0])


def _days(con: duckdb.DuckDBPyConnection, table: Table, ingest: Ingest) -> list[date]:
    """The days with rows in order of time, without those of a few rows that stand apart after all others."""
    clock = table.clock if table.is_event else f"coalesce({KNOWN_AT.name}, {table.known})"
    counts = con.execute(f"""SELECT CAST({clock} AS DATE) AS day, count(*) FROM judged."{table.name}"
        WHERE {clock} IS NOT NULL GROUP BY day ORDER BY day""").fetchall()
    few, apart = sum(rows for _, rows in counts) * ingest.max_stray_share, 0
    for place in range(len(counts) - 1, 0, -1):
        apart += counts[place][1]
        if apart > few:
            break
        if (counts[place][0] - counts[place - 1][0]).days > ingest.max_gap_days:
            counts, apart = counts[:place], 0
    return [day for day, _ in counts]
