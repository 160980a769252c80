"""A mapped table's rows, held once, in ``held.<table>``: ``mapped.<table>`` shows what was delivered, ``judged.<table>`` what is read of it.

Nearly all that a large table costs is moving its text. So the rows read from files are those of the table where a mapping hands its columns
on as they are, and a typed column is laid beside the written one: that is then ``<column>__raw``, and ``<column>__delivered`` what was
delivered where something was taken off to read it. What is changed later is changed in ``held.<table>``.
"""

from collections.abc import Iterable, Mapping

import duckdb
import numpy as np

from churnml.data.schema import RECORDING, Table
from churnml.ingest.values.casting import Reading
from churnml.ingest.values.forms import name

SCHEMA, ROW, FILE, DAY = "held", "churnml_row", "churnml_file", "churnml_day"
"""Where all rows are held, and the names that rows of files bear beside the columns of those."""

PERIOD = ("period_start", "period_end")
IDS = "no value stands twice"
JUDGED = (("since", "TIMESTAMP", "NULL"), ("superseded_at", "TIMESTAMP", "NULL"), ("is_folded", "BOOLEAN", "false"),
          ("is_bare", "BOOLEAN", "false"), ("reason", "VARCHAR", "NULL"))  # fmt: skip
"""What is found of each row: how long it was the newest version, and why it is refused."""


def held(view: str) -> str:
    """SQL for the table that holds the rows of a raw view's files.

    >>> held("events")
    'held."raw events"'
    """
    return f'{SCHEMA}."raw {view}"'


def create(con: duckdb.DuckDBPyConnection, table: str, sql: str) -> None:
    """Makes the table's rows of a SELECT."""
    con.execute(
        f'CREATE TABLE {SCHEMA}."{table}" AS SELECT row_number() OVER () AS row_number, * FROM ({sql}\n)'
    )


def take(con: duckdb.DuckDBPyConnection, table: str, view: str, columns: Mapping[str, str]) -> None:
    """Makes the table's rows of those that a raw view holds; ``columns`` are the names that its columns get."""
    columns = {ROW: "row_number", **columns}
    con.execute(f'ALTER TABLE {held(view)} RENAME TO "{table}"')
    for column in _columns(con, table):
        change = (
            f"RENAME {name(column)} TO {name(f'{column}__file')}"
            if column in columns
            else f"DROP {name(column)}"
        )
        con.execute(f'ALTER TABLE {SCHEMA}."{table}" {change}')
    for column, new in columns.items():
        con.execute(f'ALTER TABLE {SCHEMA}."{table}" RENAME {name(f"{column}__file")} TO {name(new)}')


def show_delivered(con: duckdb.DuckDBPyConnection, table: str, given: Iterable[str]) -> None:
    """Makes ``mapped.<table>`` of the columns that the mapping gave, as they were delivered."""
    there = set(_columns(con, table))
    listed = [f"{name(next(c for c in (f'{column}__delivered', f'{column}__raw', column) if c in there))} AS {name(column)}"
              for column in given]  # fmt: skip
    con.execute("CREATE SCHEMA IF NOT EXISTS mapped")
    con.execute(f'CREATE OR REPLACE VIEW mapped."{table}" AS SELECT row_number - 1 AS rowid, {", ".join(listed)} FROM {SCHEMA}."{table}"')  # fmt: skip


def delivered(con: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    """The columns that the mapping gave, and their types."""
    described = con.execute(f'DESCRIBE mapped."{table}"').fetchall()
    return {row[0]: row[1] for row in described if row[0] != "rowid"}


def lay_canonical(
    con: duckdb.DuckDBPyConnection, table: Table, given: Iterable[str], values: Mapping[Reading, str]
) -> None:
    """Makes ``judged.<table>``: the canonical values of the columns that are read, as SQL, the others' defaults, and room for what is found."""
    for reading in sorted(values, key=lambda r: r.column.name != "currency"):  # amounts are converted by it
        _lay_beside(con, table.name, reading, values[reading])
    present = {reading.column.name for reading in values}
    for blank in set(given) - present:
        rename(con, table.name, blank, f"{blank}__delivered")
    absent = [c for c in (*table.columns, *RECORDING) if c.name not in present]
    constants = {c.name: f"CAST({c.default or 'NULL'} AS {c.type})" for c in absent}
    completed = [c for c in absent if not table.is_event or c.name in PERIOD]  # by what other rows say
    for name_, type_, value in [(c.name, c.type, constants.pop(c.name)) for c in completed] + [*JUDGED]:
        add(con, table.name, name_, type_, value, is_constant=True)
    added = "".join(f", {value} AS {name(column)}" for column, value in constants.items())
    con.execute("CREATE SCHEMA IF NOT EXISTS judged")
    con.execute(f'CREATE VIEW judged."{table.name}" AS SELECT *{added} FROM {SCHEMA}."{table.name}"')
    show_delivered(con, table.name, given)


def _lay_beside(con: duckdb.DuckDBPyConnection, table: str, reading: Reading, value: str) -> None:
    """Lays a column's canonical value (SQL over its written one) beside that; text that is read as it was delivered is both."""
    column = reading.column.name
    raw = f"{column}__raw"
    if reading.written != name(column):
        add(con, table, raw, reading.written_type, reading.written)
        rename(con, table, column, f"{column}__delivered")
    elif value == name(raw):
        return
    else:
        rename(con, table, column, raw)
    if value == name(raw):
        rename(con, table, raw, column)
    else:
        add(con, table, column, reading.column.type, value)


def differ(con: duckdb.DuckDBPyConnection, rows: str, columns: str) -> bool:
    """Whether no two rows of a relation agree in some columns; by hash, so that a collision could only cost a closer look."""
    lines = np.asarray(con.execute(f"SELECT hash({columns}) AS line FROM {rows}").fetchnumpy()["line"])
    lines.sort()  # half of what counting distinct values costs
    return not bool((lines[1:] == lines[:-1]).any())


def note_ids(con: duckdb.DuckDBPyConnection, view: str, column: str) -> None:
    """Notes at a column of a raw view's rows that no value of it stands twice; the note goes where the column goes."""
    con.execute(f"COMMENT ON COLUMN {held(view)}.{name(column)} IS '{IDS}'")


def holds_ids(con: duckdb.DuckDBPyConnection, table: str, columns: Iterable[str]) -> bool:
    """Whether it is noted at one of the table's columns that no value of it stands twice."""
    noted = con.execute("SELECT column_name FROM duckdb_columns() WHERE schema_name = ? AND table_name = ? AND comment = ?", [SCHEMA, table, IDS])  # fmt: skip
    return bool({row[0] for row in noted.fetchall()} & set(columns))


def keep_delivered(con: duckdb.DuckDBPyConnection, table: str, column: str) -> None:
    """Keeps a text as it was delivered, so that its column may be changed."""
    if f"{column}__delivered" not in _columns(con, table):
        given = delivered(con, table)
        rename(con, table, column, f"{column}__delivered")
        add(con, table, column, "VARCHAR", name(f"{column}__delivered"))
        show_delivered(con, table, given)


def add(con: duckdb.DuckDBPyConnection, table: str, column: str, type_: str, value: str, *, is_constant: bool = False) -> None:  # fmt: skip
    """Adds a column to the rows, of SQL over the others."""
    default = f" DEFAULT {value}" if is_constant and value != "NULL" else ""
    con.execute(f'ALTER TABLE {SCHEMA}."{table}" ADD COLUMN {name(column)} {type_}{default}')
    if not is_constant:
        con.execute(f'ALTER TABLE {SCHEMA}."{table}" ALTER {name(column)} TYPE {type_} USING {value}')


def rename(con: duckdb.DuckDBPyConnection, table: str, column: str, new: str) -> None:
    """Gives a column of the rows another name."""
    con.execute(f'ALTER TABLE {SCHEMA}."{table}" RENAME {name(column)} TO {name(new)}')


def _columns(con: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    return [row[0] for row in con.execute(f'DESCRIBE {SCHEMA}."{table}"').fetchall()]
