"""A few accounts of a book, ready to be delivered again as raw files in any other way."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from churnml.data.book import BookSettings
from churnml.data.schema import TABLES, TEXT, USAGE, quoted
from churnml.data.tables import VERSIONS, Tables
from churnml.errors import NotEnoughError
from churnml.ingest.ingest import ingest_book
from churnml.params.book import Ingest

BYSTANDER = " bystander"
"""An account beside the sample, on which nobody looks. It holds a row of each table, so that none is ever empty and drops out."""

FOREVER = 100_000  # days

Changes = Mapping[str, Sequence[str]]
"""By table the SELECTs whose rows are delivered, each as a file of its own; a table that is not named comes as it is."""


@dataclass(frozen=True)
class BookSample:
    """The rows of a few accounts, each canonical table beside its bystander's row as a table of ``con``."""

    con: duckdb.DuckDBPyConnection
    folder: Path
    columns: Mapping[str, Sequence[str]]
    settings: BookSettings
    ingest: Ingest

    def deliver(self, name: str, changes: Changes) -> Tables:
        """The canonical tables of the sample with other rows, or the same rows in other files; what has this name is delivered once."""
        raw, mapping, target = (self.folder / name / kind for kind in ("raw", "book", "tables"))
        if target.is_dir():
            return Tables(target)
        mapping.mkdir(parents=True)
        for table in self.columns:
            selects = [*changes.get(table, [f"FROM {table}"]), f"FROM {table}_of_bystander"]
            (raw / table).mkdir(parents=True)
            for number, rows in enumerate(selects):
                self.con.execute(
                    f"COPY ({rows}) TO {quoted(raw / table / f'{number}.parquet')} (FORMAT parquet)"
                )
            (mapping / f"{table}.sql").write_text(f"SELECT * FROM raw.{table}", encoding="utf-8")
        ingest_book(raw, mapping, self.settings, self.ingest, target, self.folder / name / "quarantine")
        return Tables(target)


def take(tables: Tables, folder: Path, accounts: int, seed: int, ingest: Ingest) -> BookSample:
    """A sample of the book's accounts with a contract, the same for the same seed. Raises NotEnoughError where there are not two."""
    con = tables.connect()
    con.execute(f"""CREATE TABLE sampled AS SELECT account_id FROM (SELECT DISTINCT account_id FROM contracts)
        ORDER BY md5(account_id || '{seed}') LIMIT {accounts}""")
    if len(con.execute("FROM sampled").fetchall()) < 2:
        raise NotEnoughError(
            f"book '{tables.book}' has a contract of one account only; time is proved by comparing several."
        )
    versioned = {name for name in TABLES if tables.has(name) and _has_versions(con, tables, name)}
    given: dict[str, list[str]] = {name: _given(tables, name) for name in TABLES if tables.has(name)}
    con.execute("CREATE SCHEMA taken")
    for name, columns in given.items():
        delivered = ", ".join(_as_delivered(name, columns))
        rows = f"SELECT {delivered} FROM main.{name}"
        if name in versioned:  # late or not, the source's own order says which is newer
            given[name] = [*columns, "updated_at"]
            rows = f"SELECT {delivered}, known_at AS updated_at FROM main.{VERSIONS.format(name)}"
        con.execute(f"CREATE TABLE taken.{name} AS {rows} WHERE account_id IN (FROM sampled) ORDER BY ALL")
        con.execute(
            f"CREATE TABLE taken.{name}_of_bystander AS SELECT * REPLACE ({_as_bystander(name, columns)}) FROM ({rows} ORDER BY ALL LIMIT 1)"
        )
    con.execute("SET schema = 'taken'")
    settings = BookSettings(
        last_day=tables.last_day, first_day=date.min, static=tuple(sorted(tables.static))
    )  # an undated account is known since 1900
    # A delivery without its future, or with half of it late, is no book that would be accepted: that is what is tried.
    shares = (
        "max_quarantined_share",
        "max_left_out_share",
        "max_overlap_share",
        "max_used_after_service_share",
        "max_monthly_churn",
    )
    every = ingest.model_copy(
        update=dict.fromkeys(shares, 1.0)
        | {"max_quarantined_share_of": {}, "max_gap_days": (tables.last_day - date.min).days}
    )
    return BookSample(con, folder, given, settings, every)


def _has_versions(con: duckdb.DuckDBPyConnection, tables: Tables, name: str) -> bool:
    """Whether rows of a table, told apart by its key, changed."""
    if name == USAGE.name or TABLES[name].key[0] not in _given(tables, name):
        return False
    found = f"SELECT 1 FROM {VERSIONS.format(name)} WHERE superseded_at IS NOT NULL LIMIT 1"
    return bool(con.execute(found).fetchall())


def _given(tables: Tables, name: str) -> list[str]:
    """The columns of a table that hold anything in this book, and ``known_at``."""
    header: Mapping[str, Sequence[str]] = tables.header["columns"]  # type: ignore[assignment]
    return [*(column for column in TABLES[name].mapped if column in header[name]), "known_at"]


def _as_delivered(name: str, columns: Sequence[str]) -> Iterator[str]:
    """SQL for each column as the book gave it: an end that ingest moved is the one that was agreed."""
    agreed = {c.name: c.moved_by[0] for c in TABLES[name].columns if c.moved_by}
    return (f"{agreed.get(column, column)} AS {column}" for column in columns)


def _as_bystander(name: str, columns: Sequence[str]) -> str:
    """SQL for what makes a row the bystander's, and its contract older than all usage."""
    schema = TABLES[name]
    own = {key: f"'{BYSTANDER}'" for key in ("account_id", *schema.key) if schema.column(key).type == TEXT}
    own |= {"created_at": "NULL"} if name == "accounts" else {}
    own |= {"start_date": "(SELECT min(start_date) FROM main.contracts)"} if name == "contracts" else {}
    return ", ".join(
        f"CAST({value} AS {schema.column(c).type}) AS {c}" for c, value in own.items() if c in columns
    )
