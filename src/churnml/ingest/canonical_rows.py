"""The clean rows of a table as canonical ones: what ``judged.<table>`` keeps, in the columns and the order that the tables' folder has."""

from pathlib import Path

import duckdb

from churnml.data.schema import Table, quoted


def write_table(con: duckdb.DuckDBPyConnection, table: Table, tables: Path) -> None:
    """One canonical Parquet file in an order of its own, so that its bytes do not depend on how rows were delivered."""
    columns = ", ".join(f'"{name}"' for name in table.names)
    con.execute(f"""COPY ({canonical(table, "superseded_at")} ORDER BY account_id, clock, {columns}, known_at, superseded_at)
        TO {quoted(tables / f"{table.name}.parquet")} (FORMAT parquet, COMPRESSION zstd)""")


def canonical(table: Table, *more: str) -> str:
    """SQL for a table's clean rows with their canonical columns, ``known_at``, ``clock`` and ``more``; without more the newest versions."""
    values = ", ".join(f'"{c.name}"' for c in table.columns)
    known = f"coalesce(known_at, {table.known})"
    known = f"greatest({known}, {table.clock})" if table.is_event else known
    columns = ", ".join(
        (
            values,
            f"CAST(coalesce(since, {known}) AS TIMESTAMP) AS known_at",
            f"CAST({table.clock} AS TIMESTAMP) AS clock",
            *more,
        )
    )
    stands = "true" if more else "superseded_at IS NULL"
    return f'SELECT {columns} FROM judged."{table.name}" WHERE reason IS NULL AND NOT is_folded AND {stands}'


def given_columns(con: duckdb.DuckDBPyConnection, table: Table, present: set[str]) -> list[str]:
    """The table's columns that hold at least one value; not ``arr`` in a book without prices, whose 1 is a weight and no amount."""
    counts = ", ".join(f'count("{name}")' for name in table.names)
    row = con.execute(
        f'SELECT {counts} FROM judged."{table.name}" WHERE reason IS NULL AND NOT is_folded'
    ).fetchall()[0]
    return [c.name for c, count in zip(table.columns, row, strict=True)
            if (count or c.default) and (c.name in present or not c.required)]  # fmt: skip
