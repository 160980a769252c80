"""Rows that all reached the warehouse at once: what they tell of years is known from that day on only, and nothing can be learned before."""

import duckdb

from churnml.data.schema import Table

FEWEST = 20  # rows, to call it a pattern
LATE_DAYS = 90  # after what they tell of, in the middle
MOST = 0.9  # of the rows, that bear one day


def loaded_at_once(con: duckdb.DuckDBPyConnection, table: Table, present: set[str]) -> list[str]:
    """A notice where nearly all of a table's ``known_at`` are of one day, long after what most rows tell of."""
    if "known_at" not in present:
        return []
    clock = table.clock if table.is_event else table.known
    rows, day, late, first = con.execute(f"""
        SELECT count(*), mode(CAST(known_at AS DATE)), median(date_diff('day', CAST({clock} AS TIMESTAMP), known_at)), min(CAST({clock} AS DATE))
        FROM judged."{table.name}" WHERE reason IS NULL AND known_at IS NOT NULL""").fetchall()[0]
    if rows < FEWEST or late < LATE_DAYS:
        return []
    same = con.execute(
        f"""SELECT count(*) FROM judged."{table.name}" WHERE reason IS NULL AND CAST(known_at AS DATE) = DATE '{day}'"""
    ).fetchall()[0][0]
    if same < MOST * rows:
        return []
    notice = (
        f"{table.name}.known_at: {same:,} of {rows:,} rows bear {day}, though they tell of {first} and later: on no day before it is any of them known. "
        f"Is it the day of a sync? Leave known_at out of {table.name}.sql, or give the day on which each row first came"
    )
    return [notice]
