"""The day that stands in a file's name, offered to the mapping as column ``file_day``: of two rows that differ the later file's is newer."""

import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

import duckdb

from churnml.data.schema import quoted
from churnml.ingest.held_rows import DAY, FILE, held
from churnml.ingest.values.forms import name

FILE_DAY = "file_day"
PLAIN, BY_DAY = "plain", "by_day"
"""Schemas of the views of dated folders: what files repeat counted once, and every row with its file's day."""

YEAR, MONTH, DAY_OF_MONTH = r"(?<!\d)((?:19|20)\d\d)", r"(0[1-9]|1[0-2])", r"(0[1-9]|[12]\d|3[01])"
BETWEEN = (
    r"(?:[-_./]|[-_./]?(?:month|day|m|d)=)?"  # 2024-07-01, 20240701, 2024/07/01, year=2024/month=07/day=01
)
CLOCK = r"(?=$|\D|(?:\d{4}|\d{6})(?!\d))"  # a time of day may follow
DAY_WRITTEN = re.compile(YEAR + BETWEEN + MONTH + BETWEEN + DAY_OF_MONTH + CLOCK)
MONTH_WRITTEN = re.compile(YEAR + r"(?:[-_./]|[-_./]?(?:month|m)=)?" + MONTH + r"(?!\d)")


def file_days(files: Sequence[Path], raw: Path) -> dict[Path, date] | None:
    """The day in each file's path below the raw folder, of a month its last; None where one has none.

    >>> [*file_days([Path("raw/invoices_20240701.csv.gz"), Path("raw/invoices/2024-02.csv")], Path("raw")).values()]
    [datetime.date(2024, 7, 1), datetime.date(2024, 2, 29)]
    >>> file_days([Path("raw/dt=2024-07-01/part-0.parquet"), Path("raw/part-1.parquet")], Path("raw")) is None
    True
    """
    days = {file: _day(file.relative_to(raw).as_posix()) for file in files}
    return None if None in days.values() else {file: day for file, day in days.items() if day}


def _day(path: str) -> date | None:
    for year, month, day in reversed(DAY_WRITTEN.findall(path)):
        with suppress(ValueError):
            return date(int(year), int(month), int(day))
    for year, month in reversed(MONTH_WRITTEN.findall(path)):
        return date(int(year), int(month), monthrange(int(year), int(month))[1])
    return None


def offer_days(
    con: duckdb.DuckDBPyConnection, view: str, columns: Sequence[str], again: Mapping[Path, tuple[date, Path]]
) -> None:
    """Adds the column ``file_day`` to ``raw.<view>``, for mappings that hand it on; ``choose_rows`` takes it out for others.

    ``again`` are files that repeat another byte for byte: their day, and that other. Files that have a column of that name keep their own.
    """
    if FILE_DAY in (column.lower() for column in columns):
        return
    for schema in (PLAIN, BY_DAY):
        con.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    definition = con.execute(
        "SELECT sql FROM duckdb_views() WHERE schema_name = 'raw' AND view_name = ?", [view]
    ).fetchall()[0][0]
    con.execute(f'CREATE VIEW {PLAIN}."{view}" AS {definition.split(" AS ", 1)[1]}')
    listed = ", ".join(map(name, columns))
    selects = [f"SELECT {listed}, {DAY} AS {FILE_DAY} FROM {held(view)}"]
    selects += [f"SELECT {listed}, DATE '{day}' FROM {held(view)} WHERE {FILE} = {quoted(same)}" for day, same in again.values()]  # fmt: skip
    con.execute(f'CREATE VIEW {BY_DAY}."{view}" AS {" UNION ALL ".join(selects)}')
    con.execute(f'CREATE OR REPLACE VIEW raw."{view}" AS FROM {BY_DAY}."{view}"')


def choose_rows(con: duckdb.DuckDBPyConnection, sql: str, *, is_by_day: bool) -> None:
    """Lets the raw views of dated files, where a mapping names them, hold every row with its day, or each row once."""
    named = {name.lower() for name in re.findall(r'\braw\s*\.\s*"?(\w+)', sql)}
    dated = con.execute("SELECT view_name FROM duckdb_views() WHERE schema_name = ?", [PLAIN]).fetchall()
    for (view,) in dated:
        if view in named:
            con.execute(
                f'CREATE OR REPLACE VIEW raw."{view}" AS FROM {BY_DAY if is_by_day else PLAIN}."{view}"'
            )


def is_by_day(con: duckdb.DuckDBPyConnection, view: str) -> bool:
    """Whether a raw view now holds every row with its file's day."""
    query = (
        "SELECT count(*) FROM duckdb_views() WHERE schema_name = 'raw' AND view_name = ? AND contains(sql, ?)"
    )
    return bool(con.execute(query, [view, f"{BY_DAY}."]).fetchall()[0][0])
