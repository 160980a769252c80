"""Small books for tests, through the same ingest as real ones."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from churnml.data.book import BookSettings
from churnml.data.ingest import Check, ingest_book
from churnml.data.tables import Tables
from churnml.params import Ingest

Rows = Sequence[Mapping[str, Any]]
LENIENT = Ingest(default_limit=1.0, stray_share=0.01, stray_days=31)
STRICT = LENIENT.model_copy(update={"default_limit": 0.0})


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


def term(account: str, start: str, end: str, arr: float = 1000, **more: Any) -> dict[str, Any]:
    """One contract row."""
    return {"contract_id": f"{account}/{start}/{more.get('product', '')}", "account_id": account, "start_date": start,
            "end_date": end, "arr": arr, **more}  # fmt: skip
