"""What stands beside the usage of a made-up big book: codes, accounts, contracts and the header."""

import hashlib
import json
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd

from benchmarks.population import EPOCH, FEATURES, YEAR, Ints
from churnml.data.schema import TABLES

USAGE = ["account_id", "occurred_at", "user_id", "feature", "quantity"]
ACCOUNTS = ["account_id", "created_at"]
CONTRACTS = ["contract_id", "account_id", "start_date", "end_date", "arr", "seats"]


def account_ids(accounts: int) -> pd.Series:
    """The ids of a book's accounts, in order."""
    return "a" + pd.Series(range(accounts)).astype(str).str.zfill(7)


def write_codes(tables: Path, account_of_user: Ints, account_codes: Ints, user_codes: Ints) -> None:
    """Writes what each code stands for; who has not appeared has none."""
    folder = tables / "usage_codes"
    folder.mkdir(exist_ok=True)
    ids = account_ids(len(account_codes))
    accounts = pd.DataFrame({"account": account_codes.astype("int32"), "account_id": ids})
    place = pd.Series(range(len(user_codes))).astype(str).str.zfill(9)
    users = pd.DataFrame(
        {
            "user": user_codes.astype("int32"),
            "account": account_codes[account_of_user].astype("int32"),
            "user_id": "u" + place,
        }
    )
    features = pd.DataFrame({"feature": range(1, FEATURES + 1)}).astype("int32")
    features["name"] = "feature " + features["feature"].astype(str).str.zfill(2)
    for name, frame in (("accounts", accounts), ("users", users), ("features", features)):
        code = frame.columns[0]
        _write(folder / f"{name}.parquet", frame[frame[code] > 0], f"SELECT * FROM frame ORDER BY {code}")


def write_ledger(tables: Path, account_start: Ints, last: int) -> None:
    """Writes accounts, and for each one contract a year from its first day until after the book's last."""
    rows = []
    for account, start in zip(account_ids(len(account_start)), account_start.tolist(), strict=True):
        rows += [
            (account, day, term) for term, day in enumerate(range(start, max(last, start + 1) + YEAR, YEAR))
        ]
    terms = pd.DataFrame(rows, columns=["account_id", "day", "term"])
    first_days = terms[terms["term"] == 0]
    for name, frame, given in (
        ("accounts", first_days, {"account_id": "account_id", "created_at": f"DATE '{EPOCH}' + CAST(day AS INTEGER)"}),
        ("contracts", terms, {"contract_id": "account_id || '-' || term", "account_id": "account_id",
         "start_date": f"DATE '{EPOCH}' + CAST(day AS INTEGER)", "end_date": f"DATE '{EPOCH}' + CAST(day + {YEAR} AS INTEGER)", "arr": "12000", "seats": "40"}),
    ):  # fmt: skip
        schema = TABLES[name]
        columns = ", ".join(
            f"CAST({given.get(c.name, 'NULL')} AS {c.type}) AS {c.name}" for c in schema.columns
        )
        _write(tables / f"{name}.parquet", frame, f"""
            SELECT *, CAST({schema.known} AS TIMESTAMP) AS known_at, CAST({schema.clock} AS TIMESTAMP) AS clock
            FROM (SELECT {columns} FROM frame) ORDER BY ALL""")  # fmt: skip


def write_header(tables: Path, book: str, last_day: date) -> None:
    """Writes ``book.json`` as ingest does, with the SHA-256 of each part of usage."""
    parts = {
        path.stem: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((tables / "usage").glob("*.parquet"))
    }
    header = {
        "book": book, "last_day": str(last_day), "static": [],
        "columns": {"accounts": ACCOUNTS, "contracts": CONTRACTS, "usage": USAGE},
        "check": {"last_day": str(last_day), "rows": {}, "quarantined": {}, "notices": []}, "usage_parts": parts,
        "first_days": {"usage": [(f"{min(parts)}-01", f"{min(parts)}-01")] if parts else []},
    }  # fmt: skip
    (tables / "book.json").write_text(json.dumps(header, indent=2) + "\n", encoding="utf-8")


def _write(path: Path, frame: pd.DataFrame, sql: str) -> None:
    con = duckdb.connect()
    con.register("frame", frame)
    con.execute(f"COPY ({sql}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")
