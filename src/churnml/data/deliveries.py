"""The files of one raw folder to one multiset of rows: what is delivered again counts once, in whatever order or cut it comes.

A row counts as often as the one file that holds it most often. Two equal clicks in one file stay two; the same month exported again,
sorted otherwise or in other pieces, adds nothing (docs/decisions/0010).
"""

from pathlib import Path

import duckdb

FILE, TIMES = "churnml_file", "churnml_times"  # columns beside those of the raw files
UNORDERED = ("STRUCT", "MAP", "UNION", "VARIANT")


def unite(con: duckdb.DuckDBPyConnection, view: str, source: str, folder: Path) -> list[str]:
    """Notices of the rows that files of ``raw.<view>`` repeat of each other, after making the view count those once.

    ``source`` is SQL for the view's rows with the column FILE. Folders whose files share no row keep their plain view, and pay
    for one look at the least and greatest values of each file; only files that may overlap have their rows compared.
    """
    described = con.execute(f'DESCRIBE raw."{view}"').fetchall()
    columns = ", ".join(_name(row[0]) for row in described)
    ordered = [_name(row[0]) for row in described if not row[1].startswith(UNORDERED) and row[1][-1] != "]"]
    suspects = _overlapping(con, source, ordered)
    repeats = _repeats(con, source, columns, suspects) if suspects else []
    if not repeats:
        return []
    concerned = _listed({file for again, firsts, _ in repeats for file in (again, *firsts)})
    con.execute(f"""CREATE OR REPLACE VIEW raw."{view}" AS
        SELECT {columns} FROM ({source}) WHERE {FILE} NOT IN ({concerned})
        UNION ALL SELECT {columns} FROM (
            SELECT {columns}, unnest(range(max({TIMES}))) FROM (
                SELECT {columns}, count(*) AS {TIMES} FROM ({source}) WHERE {FILE} IN ({concerned}) GROUP BY {columns}, {FILE})
            GROUP BY {columns} ORDER BY {columns})""")
    return [
        f"{view}: {rows:,} rows of {_told([again], folder)} repeat rows of {_told(firsts, folder)}; counted once"
        for again, firsts, rows in repeats
    ]


def _overlapping(con: duckdb.DuckDBPyConnection, source: str, columns: list[str]) -> list[str]:
    """Files that may share a row with another: no column's values all lie below or above the other's."""
    spans = "".join(
        f", min({c}) AS low{i}, max({c}) AS high{i}, count({c}) = count(*) AS full{i}" for i, c in enumerate(columns)
    )  # fmt: skip
    apart = " OR ".join(
        f"coalesce((a.full{i} OR b.full{i}) AND (a.high{i} < b.low{i} OR b.high{i} < a.low{i}), false)"
        for i in range(len(columns))
    )
    found = con.execute(f"""WITH spans AS MATERIALIZED (SELECT {FILE} AS file{spans} FROM ({source}) GROUP BY 1)
        SELECT DISTINCT unnest([a.file, b.file]) FROM spans a JOIN spans b ON a.file < b.file AND NOT ({apart or "false"})""")
    return [row[0] for row in found.fetchall()]


def _repeats(
    con: duckdb.DuckDBPyConnection, source: str, columns: str, files: list[str]
) -> list[tuple[str, list[str], int]]:
    """By file that repeats rows of files before it (in order of name): those files, and how many of its rows do."""
    found = con.execute(f"""
        WITH held AS MATERIALIZED (SELECT hash({columns}) AS line, {FILE} AS file, count(*) AS times FROM ({source})
            WHERE {FILE} IN ({_listed(files)}) GROUP BY 1, 2),
        shared AS (SELECT file, times, max(times) OVER earlier AS counted, first(file) OVER earlier AS first FROM held
            WHERE line IN (SELECT line FROM held GROUP BY line HAVING count(*) > 1)
            WINDOW earlier AS (PARTITION BY line ORDER BY file ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING))
        SELECT file, list(DISTINCT first ORDER BY first), CAST(sum(least(times, counted)) AS BIGINT) FROM shared
        WHERE counted IS NOT NULL GROUP BY file ORDER BY file""")
    return [(file, firsts, rows) for file, firsts, rows in found.fetchall()]


def _told(files: list[str], folder: Path) -> str:
    """The first of some files as a person knows it, and how many more there are."""
    more = f" and {len(files) - 1} more" if len(files) > 1 else ""
    return f"'{Path(files[0]).relative_to(folder)}'{more}"


def _listed(files: set[str] | list[str]) -> str:
    return ", ".join("'" + file.replace("'", "''") + "'" for file in sorted(files))


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'
