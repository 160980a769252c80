"""A book's raw files to canonical tables: map, type, check, quarantine; every failure in one message."""

import json
import shutil
from collections import Counter
from collections.abc import Mapping
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from churnml.data.book import BookSettings
from churnml.data.first_days import FirstDays, first_days
from churnml.data.schema import CONTRACTS, RECORDING, TABLES, USAGE, Table
from churnml.data.usage_parts import CODES, PARTS, write_usage
from churnml.errors import BookError
from churnml.ingest.amounts import (
    alike,
    amount_notices,
    converted,
    currency_faults,
    currency_notices,
    off_scale,
)
from churnml.ingest.canonical_rows import canonical, given_columns, write_table
from churnml.ingest.checks import (
    Check,
    RefusedBookError,
    apply_limit,
    check_table,
    write_quarantine,
)
from churnml.ingest.contract_checks import judge_contracts
from churnml.ingest.contracts.account_contracts import AccountContracts
from churnml.ingest.contracts.merged_accounts import follow_merges
from churnml.ingest.delivery_profile import delivery_profile
from churnml.ingest.held_rows import PERIOD, delivered, lay_canonical
from churnml.ingest.last_day import settle_last_day
from churnml.ingest.mapping_sql.filtered_rows import filtered_rows
from churnml.ingest.mapping_sql.mapping import lock, raw_views, run_mapping, views_of, words_of
from churnml.ingest.mapping_sql.mapping_digest import mapping_digest
from churnml.ingest.orphans import unpaid_use
from churnml.ingest.raw.sources import Raw, open_raw
from churnml.ingest.renamed_events import renamed_events
from churnml.ingest.reversals import reversals
from churnml.ingest.rollups import date_by_period, with_periods
from churnml.ingest.values.casting import Reading, as_day_macro, read_columns
from churnml.ingest.values.mapped_table import MappedTable
from churnml.ingest.values.places import Places
from churnml.ingest.versions.load_times import loaded_at_once
from churnml.params.book import Ingest
from churnml.params.section import did_you_mean
from churnml.progress import track
from churnml.results.delivery import Delivery


def ingest_book(
    raw: Path,
    mapping: Path,
    book: BookSettings,
    ingest: Ingest,
    tables: Path,
    quarantine: Path,
    *,
    with_usage: bool = True,
) -> Check:
    """The check of the book, after writing its canonical tables and its quarantine.

    Raises BookError or TableError listing every failure at once; the quarantine is written even then, so that nothing is lost. Nearly all
    that a check costs is writing usage: without it, the tables are those of a book that has none.
    """
    con, check, used = duckdb.connect(), Check(last_day=book.last_day), ""
    con.execute("SET TimeZone = 'UTC'")
    con.execute("SET checkpoint_threshold = '1TB'")  # in memory it only compresses, at the price of reading
    con.execute(as_day_macro(book))
    with TemporaryDirectory() as copies:
        opened = open_raw(con, raw, Path(copies), book.files, raw_views(con, mapping), words_of(mapping))
        check.notices += opened.notices
        check.files = opened.records()
        lock(con, opened.paths, [tables, quarantine])
        present = _map_tables(con, opened, raw, mapping, book, ingest, check)
    if not check.failures:
        check.add(*follow_merges(con, present))
    if not check.failures:
        check.last_day, *found = settle_last_day(con, present, book.last_day, ingest)
        check.add(*found)
        _judge_tables(con, present, book, ingest, check, Places(raw, mapping), quarantine)
        check.notices += amount_notices(con, present, book) + reversals(con, present)
        check.notices += renamed_events(con, present)
        check.notices += unpaid_use(con) if {"usage", "contracts"} <= check.rows.keys() else []
        judge_contracts(con, present, canonical(CONTRACTS), ingest, check)
        check.columns = {name: given_columns(con, TABLES[name], present[name]) for name in present}
        used = _usage(con, check)
    if check.failures:
        count = len(check.failures)
        refusal = RefusedBookError.of(
            f"book '{mapping.name}' is refused, {count} failure(s); mend all and run again:", check.failures
        )
        refusal.check = check
        raise refusal
    check.delivery = _delivery(con, mapping.name, check)
    written = {name: given for name, given in check.columns.items() if with_usage or name != USAGE.name}
    _write_tables(con, written, used, mapping, book, check, tables)
    return check


def _usage(con: duckdb.DuckDBPyConnection, check: Check) -> str:
    """SQL for clean rows of usage in the periods they sum up, after noting those in the check; nothing where there is no usage."""
    if USAGE.name not in check.columns:
        return ""
    given = check.columns[USAGE.name]
    rows, notices, failures = with_periods(con, canonical(USAGE), set(given))
    check.add(notices, failures)
    given += [column for column in PERIOD if notices and column not in given]
    return rows


def _delivery(con: duckdb.DuckDBPyConnection, book: str, check: Check) -> Delivery:
    """The profile of the rows that are kept, whether or not they are written."""
    for name in check.columns:
        con.execute(f'CREATE OR REPLACE TEMP VIEW "{name}" AS {canonical(TABLES[name])}')
    return delivery_profile(con, book, check.last_day or date.max, check.columns)


def _write_tables(
    con: duckdb.DuckDBPyConnection,
    columns: Mapping[str, list[str]],
    used: str,
    mapping: Path,
    book: BookSettings,
    check: Check,
    tables: Path,
) -> None:
    """Writes the canonical tables and their header, in the place of those of an earlier run."""
    _clear(tables)
    digests: dict[str, str] = {}
    firsts: FirstDays = {}
    for name in track(list(columns), "writing"):
        rows = used if name == USAGE.name else canonical(TABLES[name], "superseded_at")
        if name == USAGE.name:
            digests = write_usage(con, rows, tables)
        else:
            write_table(con, TABLES[name], tables)
        if not TABLES[name].required:
            firsts |= first_days(con, name, rows)
    header = {"book": mapping.name, "last_day": str(check.last_day), "static": list(book.static),
              "columns": columns, "usage_parts": digests, "first_days": firsts,
              "mapping": mapping_digest(mapping, book), "check": json.loads(check.as_json())}  # fmt: skip
    (tables / "book.json").write_text(
        json.dumps(header, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )


def _judge_tables(
    con: duckdb.DuckDBPyConnection, present: Mapping[str, set[str]], book: BookSettings, ingest: Ingest, check: Check,
    places: Places, quarantine: Path,
) -> None:  # fmt: skip
    """Judges each table's rows in turn, writes its quarantine and holds it to its limit."""
    for name in track(list(present), "checking"):
        more = off_scale(TABLES[name], present[name], book)
        together = AccountContracts(book, ingest, present) if name == CONTRACTS.name else None
        check_table(
            con, TABLES[name], present[name], book, check, more, places, ingest.max_stray_share, together
        )
        check.notices += loaded_at_once(con, TABLES[name], present[name])
        write_quarantine(con, TABLES[name], quarantine)
        apply_limit(con, name, ingest, check, quarantine)


def _clear(tables: Path) -> None:
    """Makes the tables' folder and takes out what an earlier run wrote, the header first: half a folder is no book."""
    tables.mkdir(parents=True, exist_ok=True)
    for file in ("book.json", *(f"{name}.parquet" for name in TABLES)):
        (tables / file).unlink(missing_ok=True)
    for place in (PARTS, CODES):
        shutil.rmtree(tables / place, ignore_errors=True)


def _map_tables(
    con: duckdb.DuckDBPyConnection,
    opened: Raw,
    raw: Path,
    mapping: Path,
    book: BookSettings,
    ingest: Ingest,
    check: Check,
) -> dict[str, set[str]]:
    """Canonical columns given per table, after typing each mapped table."""
    present: dict[str, set[str]] = {}
    if not mapping.is_dir():
        raise BookError(
            f"book '{mapping.name}' has no folder '{mapping}'; write one SELECT a table there (docs/books.md)."
        )
    files = {path.stem: path for path in sorted(mapping.glob("*.sql"))}
    readers = Counter(view for file in files.values() for view in views_of(con, file))
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
        views = views_of(con, files[name])
        if views and views <= opened.empty.keys():
            _is_empty(table, ", ".join(opened.empty[view] for view in sorted(views)), check)
            continue
        try:
            run_mapping(con, files[name], opened.unread, {v for v in views & opened.whole if readers[v] == 1})
        except BookError as error:
            check.failures.append(str(error))
            continue
        check.notices += filtered_rows(con, files[name], partial(opened.rows, con))
        if table == USAGE:
            check.failures += date_by_period(con)
        places = Places(raw, mapping)
        mapped = MappedTable(con, name, book, places.dialect(name, book), ingest.max_stray_share, places)
        columns = _type_table(mapped, table, check)
        if columns:
            present[name] = columns
    check.failures += currency_faults(con, present, book)
    check.notices += currency_notices(con, present, book)
    return present


def _is_empty(table: Table, files: str, check: Check) -> None:
    """Says of a table that its files hold not even a header: a fault where the table is required."""
    if table.required:
        check.failures.append(
            f"{table.name}: required table is empty: {files} holds nothing; export it again"
        )
    else:
        check.notices.append(f"{table.name}: empty, its features drop out ({files} holds not even a header)")


def _type_table(mapped: MappedTable, table: Table, check: Check) -> set[str]:
    """Columns present, after creating ``judged.<table>``; failures are added to the check."""
    con = mapped.con
    given = delivered(con, table.name)
    rows = con.execute(f'SELECT count(*) FROM mapped."{table.name}"').fetchall()[0][0]
    known = [*table.mapped, *(c.name for c in RECORDING)]
    faults = [f"{table.name}.{c}: unknown column{did_you_mean(c, known)}" for c in given if c not in known]
    faults += [f"{table.name}.{c.name}: required column is missing from {table.name}.sql" for c in table.columns
               if c.required and not c.default and c.name not in given]  # fmt: skip
    if rows == 0 and table.required:
        faults.append(f"{table.name}: required table is empty; check the raw file and {table.name}.sql")
    every = (*table.columns, *RECORDING)
    readings = read_columns(mapped, given, [c for c in every if c.name in given]) if rows else []
    check.failures += faults + mapped.faults
    check.notices += mapped.notices
    check.unjudged[table.name] = rows
    if faults or mapped.faults:
        return set()
    if rows == 0:
        check.notices.append(f"{table.name}: empty, its features drop out")
        return set()
    readings = [
        r
        for r in readings
        if not (r.column.default and not r.column.required and _is_blank(mapped, r, check))
    ]
    present = {r.column.name for r in readings}

    def value(reading: Reading) -> str:
        """SQL for the canonical value: typed, in one spelling, in the book's currency."""
        typed = alike(reading.column.name, reading.typed)
        return converted(table, reading.column.name, typed, present, mapped.book)

    lay_canonical(con, table, given, {r: value(r) for r in readings})
    return present


def _is_blank(mapped: MappedTable, reading: Reading, check: Check) -> bool:
    """Whether a column was given without a single value: it is then as good as absent, and a notice says so."""
    if mapped.con.execute(f'SELECT count({reading.written}) FROM mapped."{mapped.name}"').fetchall()[0][0]:
        return False
    check.notices.append(
        f"{mapped.name}.{reading.column.name}: holds no value; each row counts as {reading.column.default}"
    )
    return True
