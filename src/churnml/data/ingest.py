"""A book's raw files to canonical tables: map, type, check, quarantine; every failure in one message."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb

from churnml.data.book import BookSettings
from churnml.data.casting import as_day_macro, date_faults, typed, written
from churnml.data.schema import DAY, KNOWN_AT, MOMENT, TABLES, Table
from churnml.data.sources import open_raw, run_mapping
from churnml.data.validate import duplicate_key, reasons, references
from churnml.errors import BookError, TableError
from churnml.params import Ingest, did_you_mean
from churnml.progress import track


@dataclass
class Check:
    """What checking a book found: per table the rows read, kept and quarantined by reason; notices; failures."""

    last_day: date | None = None
    rows: dict[str, dict[str, int]] = field(default_factory=dict)
    quarantined: dict[str, dict[str, int]] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def as_json(self) -> str:
        """The check as stable JSON, for the record and for people."""
        content = {
            "last_day": str(self.last_day),
            "rows": self.rows,
            "quarantined": self.quarantined,
            "notices": self.notices,
        }
        return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def ingest_book(
    raw: Path, mapping: Path, book: BookSettings, ingest: Ingest, tables: Path, quarantine: Path
) -> Check:
    """The check of the book, after writing its canonical tables and its quarantine.

    Raises BookError or TableError listing every failure at once; the quarantine is written even then, so that nothing is lost.
    """
    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    check = Check(last_day=book.last_day)
    con.execute(as_day_macro(book))
    check.notices += open_raw(con, raw)
    present = _map_tables(con, mapping, book, check)
    if not check.failures:
        check.last_day = book.last_day or _last_day(con, present)
        for name in track(list(present), "checking"):
            _check_table(con, TABLES[name], present[name], check)
            _write_quarantine(con, name, quarantine)
            _apply_limit(name, ingest, check)
    if check.failures:
        count = len(check.failures)
        raise TableError.of(
            f"book '{mapping.name}' is refused, {count} failure(s); mend all and run again:", check.failures
        )
    tables.mkdir(parents=True, exist_ok=True)
    for name in present:
        _write_table(con, TABLES[name], tables)
    header = {"book": mapping.name, "last_day": str(check.last_day), "static": list(book.static),
              "columns": {name: _given(con, TABLES[name]) for name in present}, "check": json.loads(check.as_json())}  # fmt: skip
    (tables / "book.json").write_text(
        json.dumps(header, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    return check


def _map_tables(
    con: duckdb.DuckDBPyConnection, mapping: Path, book: BookSettings, check: Check
) -> dict[str, set[str]]:
    """Canonical columns given per table, after typing each mapped table."""
    present: dict[str, set[str]] = {}
    if not mapping.is_dir():
        raise BookError(
            f"book '{mapping.name}' has no folder '{mapping}'; write one SELECT a table there (docs/books.md)."
        )
    files = {path.stem: path for path in sorted(mapping.glob("*.sql"))}
    for stem in files.keys() - TABLES.keys():
        check.failures.append(f"{stem}.sql: no canonical table '{stem}'{did_you_mean(stem, list(TABLES))}")
    for name, table in TABLES.items():
        if name not in files:
            if table.required:
                check.failures.append(
                    f"{name}: required table has no mapping; write {mapping.name}/{name}.sql"
                )
            else:
                check.notices.append(f"{name}: no mapping, its features drop out")
            continue
        try:
            run_mapping(con, files[name])
        except BookError as error:
            check.failures.append(str(error))
            continue
        columns = _type_table(con, table, book, check)
        if columns:
            present[name] = columns
    return present


def _type_table(con: duckdb.DuckDBPyConnection, table: Table, book: BookSettings, check: Check) -> set[str]:
    """Columns present, after creating ``typed.<table>``; failures are added to the check."""
    described = con.execute(f'DESCRIBE mapped."{table.name}"').fetchall()
    given = {row[0]: row[1] for row in described}
    rows = con.execute(f'SELECT count(*) FROM mapped."{table.name}"').fetchall()[0][0]
    known = [*table.names, "known_at"]
    faults = [f"{table.name}.{c}: unknown column{did_you_mean(c, known)}" for c in given if c not in known]
    faults += [f"{table.name}.{c.name}: required column is missing from {table.name}.sql" for c in table.columns
               if c.required and c.name not in given]  # fmt: skip
    if rows == 0 and table.required:
        faults.append(f"{table.name}: required table is empty; check the raw file and {table.name}.sql")
    every = (*table.columns, KNOWN_AT)
    columns = [c for c in every if c.name in given]
    for column in columns:
        if column.type in (DAY, MOMENT) and given[column.name] == "VARCHAR":
            faults += date_faults(con, table.name, column, book)
    if faults:
        check.failures += faults
        return set()
    if rows == 0:
        check.notices.append(f"{table.name}: empty, its features drop out")
        return set()
    parts = [
        f'{typed(c, given[c.name], book)} AS "{c.name}", {written(c.name, given[c.name])} AS "{c.name}__raw"'
        for c in columns
    ]
    parts += [f'CAST(NULL AS {c.type}) AS "{c.name}"' for c in every if c.name not in given]
    con.execute("CREATE SCHEMA IF NOT EXISTS typed")
    con.execute(
        f'CREATE TABLE typed."{table.name}" AS SELECT row_number() OVER () AS row_number, {", ".join(parts)} FROM mapped."{table.name}"'
    )
    con.execute(f'DROP TABLE mapped."{table.name}"')
    return {c.name for c in columns}


def _check_table(con: duckdb.DuckDBPyConnection, table: Table, present: set[str], check: Check) -> None:
    """Creates ``clean.<table>`` and ``bad.<table>`` and counts both."""
    ledger: set[str] = {view for view in ("accounts", "contracts") if view in check.rows}
    bad = reasons(table, present, check.last_day, ledger)
    told = ", ".join(f"CASE WHEN {predicate} THEN '{reason}' END" for reason, predicate in bad.items())
    con.execute("CREATE SCHEMA IF NOT EXISTS judged")
    con.execute(
        f"CREATE TABLE judged.\"{table.name}\" AS SELECT t.*, nullif(concat_ws('; ', {told}), '') AS reason "
        f'FROM typed."{table.name}" t {references(table, ledger)}'
    )
    repeat = duplicate_key(table, present)
    if repeat:
        con.execute(f"""CREATE OR REPLACE TABLE judged."{table.name}" AS SELECT * REPLACE (
            nullif(concat_ws('; ', reason, CASE WHEN {repeat} THEN 'key is repeated' END), '') AS reason) FROM judged."{table.name}" """)
    con.execute(f'DROP TABLE typed."{table.name}"')
    total, kept = con.execute(
        f'SELECT count(*), count(*) FILTER (reason IS NULL) FROM judged."{table.name}"'
    ).fetchall()[0]
    check.rows[table.name] = {"read": total, "kept": kept, "quarantined": total - kept}
    counts = con.execute(f"""SELECT r, count(*) FROM (SELECT unnest(string_split(reason, '; ')) AS r FROM judged."{table.name}"
        WHERE reason IS NOT NULL) GROUP BY r ORDER BY 2 DESC, 1""").fetchall()
    check.quarantined[table.name] = dict(counts)
    if kept == 0:
        check.failures.append(
            f"{table.name}: no row is left after quarantine ({', '.join(f'{n} {r}' for r, n in counts)})"
        )
    _reference_views(con, table)


def _reference_views(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    """What later tables are checked against: which accounts and contracts exist, and since when."""
    source = f'FROM judged."{table.name}" WHERE reason IS NULL'
    if table.name == "accounts":
        con.execute(
            f"CREATE TABLE known_accounts AS SELECT account_id, min(created_at) AS created_at {source} GROUP BY account_id"
        )
    if table.name == "contracts":
        con.execute(f"CREATE TABLE known_contracts AS SELECT contract_id, start_date {source}")
        con.execute(
            f"CREATE TABLE first_contracts AS SELECT account_id, min(start_date) AS start_date {source} GROUP BY account_id"
        )


def _apply_limit(name: str, ingest: Ingest, check: Check) -> None:
    counts = check.rows[name]
    share, limit = counts["quarantined"] / counts["read"], ingest.limits.get(name, ingest.default_limit)
    if share > limit and counts["kept"]:
        why = ", ".join(f"{n} {reason}" for reason, n in check.quarantined[name].items())
        check.failures.append(
            f"{name}: {counts['quarantined']} of {counts['read']} rows ({share:.1%}) quarantined, over the limit of {limit:.1%}: {why}. "
            f"Read data's quarantine/{name}.parquet; mend the source or raise ingest.limits.{name}"
        )


def _write_quarantine(con: duckdb.DuckDBPyConnection, name: str, quarantine: Path) -> None:
    quarantine.mkdir(parents=True, exist_ok=True)
    raw = [row[0] for row in con.execute(f'DESCRIBE judged."{name}"').fetchall() if row[0].endswith("__raw")]
    columns = ", ".join(f'"{c}" AS "{c.removesuffix("__raw")}"' for c in raw)
    con.execute(f"""COPY (SELECT reason, row_number, {columns} FROM judged."{name}" WHERE reason IS NOT NULL ORDER BY row_number)
        TO '{_sql_path(quarantine / name)}.parquet' (FORMAT parquet)""")


def _write_table(con: duckdb.DuckDBPyConnection, table: Table, tables: Path) -> None:
    """One canonical Parquet file in an order of its own, so that its bytes do not depend on how rows were delivered."""
    columns = ", ".join(f'"{name}"' for name in table.names)
    known = f"coalesce(known_at, {table.known})"
    known = f"greatest({known}, {table.clock})" if table.is_event else known
    con.execute(f"""COPY (
        SELECT {columns}, CAST({known} AS TIMESTAMP) AS known_at, CAST({table.clock} AS TIMESTAMP) AS clock
        FROM judged."{table.name}" WHERE reason IS NULL ORDER BY account_id, clock, {columns}, known_at
    ) TO '{_sql_path(tables / table.name)}.parquet' (FORMAT parquet, COMPRESSION zstd)""")


def _given(con: duckdb.DuckDBPyConnection, table: Table) -> list[str]:
    """The table's columns that hold at least one value."""
    counts = ", ".join(f'count("{name}")' for name in table.names)
    row = con.execute(f'SELECT {counts} FROM judged."{table.name}" WHERE reason IS NULL').fetchall()[0]
    return [name for name, count in zip(table.names, row, strict=True) if count]


def _last_day(con: duckdb.DuckDBPyConnection, present: Mapping[str, set[str]]) -> date:
    """The day after the newest event that does not lie in the real future."""
    today = datetime.now(UTC).date()
    events = [TABLES[name] for name in present if TABLES[name].is_event or name == "contracts"]
    clocks = " UNION ALL ".join(
        f'SELECT CAST({t.clock} AS DATE) AS day FROM typed."{t.name}"' for t in events
    )
    newest = con.execute(f"SELECT max(day) FROM ({clocks}) WHERE day < DATE '{today}'").fetchall()[0][0]
    return newest + timedelta(days=1) if newest else today


def _sql_path(path: Path) -> str:
    return str(path).replace("'", "''")
