"""Small books for tests, through the same ingest as real ones."""

import csv
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from churnml.data.book import BookSettings
from churnml.data.tables import Tables
from churnml.data.usage_parts import CODES, PARTS, write_usage
from churnml.ingest.ingest import Check, ingest_book
from churnml.params.book import Ingest

Rows = Sequence[Mapping[str, Any]]
LENIENT = Ingest(
    max_quarantined_share=1.0,
    max_stray_share=0.01,
    max_gap_days=10_000,
    max_monthly_churn=1.0,
    max_monthly_churn_ratio=30,
    max_left_out_share=1.0,
    max_overlap_share=1.0,
)
STRICT = LENIENT.model_copy(update={"max_quarantined_share": 0.0})


def write_raw(folder: Path, tables: Mapping[str, Rows]) -> tuple[Path, Path]:
    """The raw folder and the mapping folder of a book whose CSV files already have canonical columns."""
    raw, mapping = folder / "raw", folder / "acme"
    raw.mkdir(parents=True, exist_ok=True)
    mapping.mkdir(exist_ok=True)
    for name, rows in tables.items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        with (raw / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, columns or ["account_id"])
            writer.writeheader()
            writer.writerows(rows)
        (mapping / f"{name}.sql").write_text(f"SELECT * FROM raw.{name}", encoding="utf-8")
    return raw, mapping


def ingest(folder: Path, tables: Mapping[str, Rows], limits: Ingest = LENIENT, **settings: Any) -> Check:
    """The check of a small book, after writing its tables to ``folder / 'tables'``."""
    raw, mapping = write_raw(folder, tables)
    return ingest_book(
        raw, mapping, BookSettings(**settings), limits, folder / "tables", folder / "quarantine"
    )


def make_tables(folder: Path, tables: Mapping[str, Rows], **settings: Any) -> Tables:
    """The canonical tables of a small book."""
    ingest(folder, tables, **settings)
    return Tables(folder / "tables")


def read_table(folder: Path, name: str) -> pd.DataFrame:
    """A canonical table of a tables' folder as text, its rows in order of their columns."""
    return Tables(folder).connect().execute(f'SELECT * FROM "{name}" ORDER BY ALL').df()


def differing_rows(one: Path, other: Path, name: str) -> list[Any]:
    """Rows of a canonical table, or the columns' types, that only one of two tables' folders has; each as often as it has them more."""
    con, tables = Tables(one).connect(), [f'SELECT * FROM "{name}"']
    theirs = Tables(other).connect().sql(tables[0]).to_arrow_table()
    con.register("theirs", theirs)
    tables.append("SELECT * FROM theirs")
    types = [con.execute(f"DESCRIBE {table}").fetchall() for table in tables]
    if types[0] != types[1]:
        return types
    only = " UNION ALL ".join(f"({a} EXCEPT ALL {b})" for a, b in (tables, tables[::-1]))
    return con.execute(only).fetchmany(5)


def replace_table(con: duckdb.DuckDBPyConnection, folder: Path, name: str, rows: str) -> None:
    """Writes other rows (SQL) for a table of a tables' folder, in the layout that ingest gives it."""
    if name != PARTS:
        con.execute(f"COPY ({rows}) TO '{folder / name}.parquet' (FORMAT parquet)")
        return
    for place in (PARTS, CODES):
        shutil.rmtree(folder / place)
    header = json.loads((folder / "book.json").read_text(encoding="utf-8"))
    header["usage_parts"] = write_usage(con, rows, folder)
    (folder / "book.json").write_text(json.dumps(header), encoding="utf-8")


def table_bytes(folder: Path) -> dict[str, bytes]:
    """The bytes of every canonical table's files, by their path in the tables' folder."""
    return {str(f.relative_to(folder)): f.read_bytes() for f in sorted(folder.rglob("*.parquet"))}


def term(account: str, start: str, end: str, arr: float = 1000, **more: Any) -> dict[str, Any]:
    """One contract row."""
    return {"contract_id": f"{account}/{start}/{more.get('product', '')}", "account_id": account, "start_date": start,
            "end_date": end, "arr": arr, **more}  # fmt: skip
