"""A folder of files by day: whether each holds the whole table, so that a row that is there no longer was deleted."""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from churnml.ingest.versions.rows_of_a_key import Rows


@dataclass(frozen=True)
class Dumps:
    """What is known of files by day.

    ``is_full``: the book says that each holds the whole table. ``holds_all``: it says so, or each holds every row of those before it: a
    row that an earlier file lacks was recorded after that file's day, whatever date it bears.
    """

    is_full: bool = False
    holds_all: bool = False
    failures: Sequence[str] = ()

    @classmethod
    def of(cls, con: duckdb.DuckDBPyConnection, rows: Rows, kind: str | None) -> "Dumps":
        """What the files of some rows are; a failure where rows are gone from files that seem to hold the whole table."""
        if kind == "full":
            return cls(True, True)
        days = con.execute(f"SELECT count(DISTINCT file_day) FROM ({rows.sql})").fetchall()[0][0]
        if kind == "changes" or days < 2:
            return cls()
        found = con.execute(_compared(rows)).fetchall()
        is_whole = [again * 2 >= before for _, before, again, *_ in found]
        gone = [row for row, whole in zip(found, is_whole, strict=True) if whole and row[3]]
        if not gone:
            return cls(holds_all=all(is_whole) and not any(row[4] for row in found))
        day, before, again, missing, _, row_number = gone[0]
        name, example = rows.table.name, _example(con, rows, row_number)
        failure = (
            f"{name}: the file of {day} holds {again:,} of the {before:,} rows that came before it, and {missing:,} of the file before it "
            f"are gone, for example {example}. Were they deleted? Say 'deliveries: {{{name}: full}}' in book.yaml if each file holds the "
            f"whole table, 'deliveries: {{{name}: changes}}' if a file leaves out what did not change or is over"
        )
        return cls(failures=[failure])


def absent(rows: Rows) -> str:
    """SQL for the first file day on which a row that an earlier file held is gone: the columns of ``rows.listed`` and ``file_day``."""
    return f"""WITH seen AS (SELECT DISTINCT {rows.listed}, file_day FROM ({rows.sql}) WHERE file_day IS NOT NULL),
        days AS (SELECT file_day, lead(file_day) OVER (ORDER BY file_day) AS next_day FROM (SELECT DISTINCT file_day FROM seen)),
        again AS (SELECT *, lead(file_day) OVER (PARTITION BY {rows.listed} ORDER BY file_day) AS again_on FROM seen)
        SELECT {rows.listed}, next_day AS file_day FROM again JOIN days USING (file_day)
        WHERE next_day IS NOT NULL AND again_on IS DISTINCT FROM next_day"""


def _compared(rows: Rows) -> str:
    """SQL by file day but the first: facts of the files before, how many of them it holds again, and how many of the last file it lacks.

    A fact older than all that a file holds has left its window: it is counted apart, as passed.
    """
    return f"""WITH seen AS (SELECT hash({rows.listed}) AS fact, file_day AS day, max({rows.table.clock}) AS clock, min(row_number) AS row_number
            FROM ({rows.sql}) WHERE file_day IS NOT NULL GROUP BY ALL),
        firsts AS (SELECT fact, min(day) AS first FROM seen GROUP BY fact),
        days AS (SELECT day, lag(day) OVER (ORDER BY day) AS before, min(clock) AS oldest FROM seen GROUP BY day),
        held AS (SELECT d.day, count(*) AS facts FROM days d JOIN firsts f ON f.first < d.day GROUP BY d.day),
        again AS (SELECT s.day, count(*) AS facts FROM seen s JOIN firsts f ON f.fact = s.fact AND f.first < s.day GROUP BY s.day),
        gone AS (SELECT d.day, p.row_number, p.clock < d.oldest AS is_passed FROM days d JOIN seen p ON p.day = d.before
            ANTI JOIN seen n ON n.fact = p.fact AND n.day = d.day)
        SELECT h.day, h.facts, coalesce(a.facts, 0), count(g.row_number) FILTER (NOT is_passed), count(*) FILTER (is_passed),
            min(g.row_number) FILTER (NOT is_passed)
        FROM held h LEFT JOIN again a USING (day) LEFT JOIN gone g USING (day) GROUP BY ALL ORDER BY h.day"""


def _example(con: duckdb.DuckDBPyConnection, rows: Rows, row_number: int) -> str:
    names = rows.columns if rows.is_keyed else rows.columns[:4]
    found = con.execute(
        f'SELECT {", ".join(names)} FROM judged."{rows.table.name}" WHERE row_number = {row_number}'
    ).fetchall()[0]
    return ", ".join(
        f"{name} '{value}'" for name, value in zip(names, found, strict=True) if value is not None
    )
