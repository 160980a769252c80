"""Several rows of one key are versions of one fact: the newest stands, and each is known from its own date on.

``judged.<table>`` holds every row. Here each clean one that others follow gets ``since`` (when it became known) and ``superseded_at``
(when the next one did, or its source deleted it), or is folded: it says again what is known, or came after its successor
(docs/decisions/0032).
"""

from dataclasses import dataclass
from datetime import date

import duckdb

from churnml.data.book import BookSettings
from churnml.data.schema import Table
from churnml.ingest.held_rows import differ, holds_ids
from churnml.ingest.values.places import Places
from churnml.ingest.versions.contradictions import ORDER, contradictions, lacks_id
from churnml.ingest.versions.full_dumps import Dumps, absent
from churnml.ingest.versions.rows_of_a_key import Rows

REPEATED = "key is repeated"
"""The reason of a row that says all of another row of its key again, its recording too: no fault, and under no limit."""


@dataclass(frozen=True)
class Folded:
    """What came of a table's versions: rows that stand no longer, changes recorded on or after the last day, and failures."""

    versions: int
    later: int
    failures: tuple[str, ...]

    def notices(self, table: str) -> list[str]:
        """What a person is told of it."""
        found = {
            f"{table}: {self.versions:,} rows are earlier versions of others, repeat them or were deleted by their source; "
            "the newest stands, each value known from its own date": self.versions,
            f"{table}: {self.later:,} newer versions were recorded on the last day or after it and are left out": self.later,
        }
        return [notice for notice, rows in found.items() if rows]


def fold(con: duckdb.DuckDBPyConnection, table: Table, present: set[str], last_day: date, book: BookSettings, places: Places) -> Folded:  # fmt: skip
    """What came of the versions in ``judged.<table>``, after folding them; ``last_day`` is the book's own or that of its tables.

    Rows that differ with nothing to say which is newer are a failure, and so is a folder of which one has to guess whether a row that is
    gone was deleted.
    """
    failures: list[str] = []
    later = 0
    for rows in Rows.of(table, present):
        if not rows.is_keyed:
            failures += lacks_id(con, rows, present, places)
        if not rows.is_keyed and not {"file_day", "is_deleted"} & present:
            continue
        kind = book.deliveries.get(table.name)
        if rows.is_keyed and kind != "full" and "is_deleted" not in present and _is_unique(con, rows):
            continue
        dumps = Dumps.of(con, rows, kind) if "file_day" in present else Dumps()
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE versions AS {_versions(rows, dumps, last_day, book.last_day)}"
        )
        failures += [*dumps.failures, *contradictions(con, rows, places)]
        later += con.execute("SELECT count(*) FROM versions WHERE is_later").fetchall()[0][0]
        _mark(con, rows)
    versions = con.execute(f"""SELECT count(*) FROM judged."{table.name}"
        WHERE reason IS NULL AND (is_folded OR superseded_at IS NOT NULL)""").fetchall()[0][0]
    return Folded(versions, later, tuple(failures))


def _is_unique(con: duckdb.DuckDBPyConnection, rows: Rows) -> bool:
    """Whether every row is the only one of its key, so that there is nothing to fold: most large tables need no more than this look."""
    return holds_ids(con, rows.table.name, rows.columns) or differ(
        con, f"({rows.plain})", ", ".join(rows.columns)
    )


def _versions(rows: Rows, dumps: Dumps, last_day: date, declared_last_day: date | None) -> str:
    """SQL for all rows of facts that more than one row tells of, in order: ``place``, ``since``, and whether they come too late.

    A row that is deleted and follows no other stands at place 0 as it was before that.
    """
    table = rows.table
    facts, own = rows.listed, ", ".join(rows.columns)
    several = f"(is_deleted OR hash({own}) IN (SELECT hash({own}) FROM rows GROUP BY 1 HAVING count(*) > 1))"
    chosen = "true" if dumps.holds_all or not rows.is_keyed else several
    file_moment = "CAST(file_day AS TIMESTAMP)"
    moment = file_moment if dumps.is_full else f"coalesce(updated_at, known_at, {file_moment})"
    gone = (
        f"UNION ALL BY NAME SELECT *, true AS is_gone, true AS is_bare, {file_moment} AS moment FROM ({absent(rows)})"
        if dumps.is_full
        else ""
    )
    since = _since(table, dumps, last_day, declared_last_day)
    return f"""
        WITH rows AS ({rows.sql}),
        days AS (SELECT file_day, lag(file_day) OVER (ORDER BY file_day) AS lag_day FROM (SELECT DISTINCT file_day FROM rows)),
        told AS (
            SELECT row_number, {facts}, known_at, updated_at, file_day, coalesce(is_deleted, false) AS is_gone, is_bare,
                CAST({table.known} AS TIMESTAMP) AS undated_known, CAST({table.clock} AS TIMESTAMP) AS clock,
                CASE WHEN NOT is_gone THEN {rows.state} END AS state, {moment} AS moment
            FROM rows WHERE reason IS NULL AND {chosen} {gone}),
        ordered AS (
            SELECT *, row_number() OVER w AS place, lag(known_at) OVER w AS known_before,
                lag(updated_at) OVER w AS updated_before, place = 1 AND NOT is_gone AS is_first,
                row_number() OVER (PARTITION BY {facts}, {", ".join(ORDER)}, is_gone, state ORDER BY row_number) > 1 AS is_repeat
            FROM told WINDOW w AS (PARTITION BY {facts} ORDER BY {", ".join(f"{name} NULLS FIRST" for name in ORDER)}, is_gone, state, row_number)),
        completed AS (
            FROM ordered UNION ALL BY NAME
            SELECT row_number, {facts}, undated_known, clock, false AS is_gone, 0 AS place, true AS is_first, false AS is_repeat
            FROM ordered WHERE place = 1 AND is_gone AND NOT is_bare)
        SELECT *, {since} AS since, NOT is_first AND since >= TIMESTAMP '{last_day}' AS is_later
        FROM completed LEFT JOIN days USING (file_day)"""


def _since(table: Table, dumps: Dumps, last_day: date, declared_last_day: date | None) -> str:
    """SQL for the moment since when a version is known."""
    # A file of the last day holds what was known by then, though it bears that day.
    file_known = f"least(CAST(file_day AS TIMESTAMP), TIMESTAMP '{last_day}' - INTERVAL 1 SECOND)"
    if declared_last_day:
        file_known = (
            f"CASE WHEN file_day <= DATE '{last_day}' THEN {file_known} ELSE CAST(file_day AS TIMESTAMP) END"
        )
    late = "undated_known < lag_day" if dumps.holds_all else "false"
    first = f"coalesce(known_at, CASE WHEN {late} THEN {file_known} END, undated_known)"
    # A version is known from what tells it from the one before: a stamp that both bear is of the row and not of the change.
    change = f"""CASE WHEN known_at IS DISTINCT FROM known_before AND known_at IS NOT NULL THEN known_at
        ELSE greatest(undated_known, known_at, CASE WHEN updated_at IS DISTINCT FROM updated_before AND updated_at IS NOT NULL THEN updated_at
            ELSE coalesce({file_known}, updated_at) END) END"""
    since = f"CASE WHEN is_first THEN {first} ELSE {change} END"
    return f"greatest({since}, clock)" if table.is_event else since


def _mark(con: duckdb.DuckDBPyConnection, rows: Rows) -> None:
    """Writes to ``judged.<table>`` how long each version was known; one that no day saw is folded."""
    facts = rows.listed
    con.execute(f"""CREATE OR REPLACE TEMP TABLE stretches AS
        WITH told AS (SELECT *, row(is_gone, state) AS said FROM versions WHERE NOT is_later AND NOT is_repeat),
        marked AS (SELECT *, said IS DISTINCT FROM lag(said) OVER w OR lag(place) OVER w IS NULL AS is_new FROM told
            WINDOW w AS (PARTITION BY {facts} ORDER BY place)),
        runs AS (SELECT *, sum(CAST(is_new AS INTEGER)) OVER (PARTITION BY {facts} ORDER BY place) AS run FROM marked),
        changes AS (  -- versions that say the same are one, known since the first that came
            SELECT {facts}, run, arg_min(row_number, place) AS row_number, min(since) AS since, bool_and(is_gone) AS is_gone
            FROM runs GROUP BY {facts}, run),
        ended AS (SELECT *, min(since) OVER (PARTITION BY {facts} ORDER BY run ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)
            AS superseded_at FROM changes)
        SELECT row_number, since, superseded_at FROM ended WHERE NOT is_gone AND (since < superseded_at OR superseded_at IS NULL)""")
    con.execute(f"""UPDATE held."{rows.table.name}" j SET since = v.since, superseded_at = v.superseded_at, is_folded = v.since IS NULL,
            reason = CASE WHEN v.is_repeat THEN '{REPEATED}' END
        FROM (SELECT row_number, any_value(s.since) AS since, any_value(s.superseded_at) AS superseded_at, bool_and(is_repeat) AS is_repeat
            FROM versions LEFT JOIN stretches s USING (row_number) WHERE row_number IS NOT NULL GROUP BY row_number) v
        WHERE j.row_number = v.row_number""")
