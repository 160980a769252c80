"""The files of one raw folder to one multiset of rows: what is delivered again counts once, in whatever order or cut it comes.

A row counts as often as the one file that holds it most often. Two equal clicks in one file stay two; the same month exported again,
sorted otherwise or in other pieces, adds nothing (docs/decisions/0010).
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb

from churnml.data.schema import quoted
from churnml.ingest.held_rows import FILE, differ, held, note_ids
from churnml.ingest.values.forms import name

SAMPLE = 10_000  # rows by which an id is known
TIMES = "churnml_times"  # a column beside those of the raw files, as FILE is


def unite(con: duckdb.DuckDBPyConnection, view: str, columns: Sequence[str], folder: Path) -> list[str]:
    """Notices of the rows that files of ``raw.<view>`` repeat of each other, after making the view count those once.

    A folder whose files share no row keeps its plain view.
    """
    source, listed = held(view), ", ".join(map(name, columns))
    # Most folders hold no row twice: to see that costs a third of what it costs to say which files share rows.
    is_each_once = _differ(con, view, source, columns) or differ(con, source, listed)
    repeats = [] if is_each_once else _repeats(con, source, listed)
    if not repeats:
        return []
    concerned = ", ".join(
        map(quoted, sorted({file for again, firsts, _ in repeats for file in (again, *firsts)}))
    )
    con.execute(f"""CREATE OR REPLACE VIEW raw."{view}" AS
        SELECT {listed} FROM {source} WHERE {FILE} NOT IN ({concerned})
        UNION ALL SELECT {listed} FROM (
            SELECT {listed}, unnest(range(max({TIMES}))) FROM (
                SELECT {listed}, count(*) AS {TIMES} FROM {source} WHERE {FILE} IN ({concerned}) GROUP BY {listed}, {FILE})
            GROUP BY {listed} ORDER BY {listed})""")
    return [
        f"{view}: {rows:,} rows of {_file_names([again], folder)} repeat rows of {_file_names(firsts, folder)}; counted once; "
        "if they are other events, give event_id or a quantity"
        for again, firsts, rows in repeats
    ]


def _differ(con: duckdb.DuckDBPyConnection, view: str, source: str, columns: Sequence[str]) -> bool:
    """Whether some column holds no value twice, so that no two rows can be the same: an id, if the first rows have one."""
    counts = ", ".join(f"count(DISTINCT {name(column)})" for column in columns)
    rows, *distinct = con.execute(
        f"SELECT count(*), {counts} FROM (FROM {source} LIMIT {SAMPLE})"
    ).fetchall()[0]
    for column in [c for c, values in zip(columns, distinct, strict=True) if values == rows][-1:]:
        if differ(con, source, name(column)):
            note_ids(con, view, column)
            return True
    return False


def _repeats(con: duckdb.DuckDBPyConnection, source: str, columns: str) -> list[tuple[str, list[str], int]]:
    """By file that repeats rows of files before it (in order of name): those files, and how many of its rows do.

    Rows are compared by hash: the union itself compares values, so that a collision could only misstate a notice.
    """
    found = con.execute(f"""
        WITH rows AS (SELECT hash({columns}) AS line, {FILE} AS file FROM {source}),
        shared AS MATERIALIZED (SELECT line FROM rows GROUP BY line HAVING min(hash(file)) <> max(hash(file))),
        held AS (SELECT line, file, count(*) AS times FROM rows WHERE line IN (FROM shared) GROUP BY line, file),
        again AS (SELECT file, times, max(times) OVER earlier AS counted, first(file) OVER earlier AS first FROM held
            WINDOW earlier AS (PARTITION BY line ORDER BY file ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING))
        SELECT file, list(DISTINCT first ORDER BY first), CAST(sum(least(times, counted)) AS BIGINT) FROM again
        WHERE counted IS NOT NULL GROUP BY file ORDER BY file""")
    return [(file, firsts, rows) for file, firsts, rows in found.fetchall()]


def _file_names(files: list[str], folder: Path) -> str:
    """The first of some files as a person knows it, and how many more there are."""
    more = f" and {len(files) - 1} more" if len(files) > 1 else ""
    return f"'{Path(files[0]).relative_to(folder)}'{more}"
