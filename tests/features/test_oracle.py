"""Both engines agree with the plain-Python oracle on random small books: counts exactly, other numbers to 1e-9.

``ORACLE_EXAMPLES`` in the environment says how many books; a few by default.
"""

import os
import tempfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from churnml.data.tables import Tables
from churnml.features import peers
from churnml.features.build import build
from churnml.features.catalog import CATALOG, available
from tests.books import STRICT, ingest
from tests.features.oracle import Book, Row, Values
from tests.features.oracle_all import LEAST_PEERS, values_of
from tests.features.oracle_books import DAYS, LAST_DAY, books

EXAMPLES = int(os.environ.get("ORACLE_EXAMPLES", "6"))
STATIC = {"industry", "is_auto_renew"}
AHEAD = timedelta(days=90)


def looked_at(book: Book) -> pd.DataFrame:
    """Every account on every day."""
    rows = [
        (account, pd.Timestamp(day), pd.Timestamp(day + AHEAD), AHEAD.days)
        for account in book.accounts()
        for day in DAYS
    ]
    return pd.DataFrame(rows, columns=["account_id", "as_of", "renewal", "lead_days"])


def told_by_oracle(book: Book) -> list[Values]:
    return [
        values_of(book, row.account_id, row.as_of.date(), row.renewal.date())
        for row in looked_at(book).itertuples()
    ]


def differs(found: Any, told: Any) -> bool:
    if told is None or pd.isna(found):
        return not (told is None and pd.isna(found))
    if isinstance(told, str | int):
        return bool(found != told)
    return bool(abs(found - told) > 1e-9 * max(1.0, abs(told)))


def disagreements(tables: Tables, book: Book, engine: str, told: list[Mapping[str, Any]]) -> list[str]:
    snapshots = looked_at(book)
    found = build(tables, snapshots, available(tables), engine)
    return [
        f"{row.account_id} {row.as_of:%Y-%m-%d} {feature.column}: {engine} {found[feature.column][place]}, oracle {values[feature.column]}"
        for place, (row, values) in enumerate(zip(snapshots.itertuples(), told, strict=True))
        for feature in CATALOG
        if differs(found[feature.column][place], values[feature.column])
    ]


def test_the_books_move_every_column() -> None:
    """What is always the same in the random books is compared with nothing."""
    seen: dict[str, set[Any]] = {feature.column: set() for feature in CATALOG}

    @settings(max_examples=40, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    @given(rows=books())
    def look(rows: Mapping[str, list[Row]]) -> None:
        rows_told = told_by_oracle(Book(rows, STATIC))
        for column, values in seen.items():
            values |= {told[column] for told in rows_told}

    look()
    assert [column for column, values in seen.items() if len(values) < 2] == []


@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
@given(rows=books())
def test_both_engines_agree_with_the_oracle(rows: Mapping[str, list[Row]]) -> None:
    book = Book(rows, STATIC)
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        patch.setattr(peers, "LEAST_PEERS", LEAST_PEERS)
        ingest(Path(name), rows, STRICT, last_day=LAST_DAY, static=tuple(STATIC))
        tables = Tables(Path(name) / "tables")
        told = told_by_oracle(book)
        assert [f.column for f in available(tables)] == [f.column for f in CATALOG]
        assert disagreements(tables, book, "sweep", told) == []
        assert disagreements(tables, book, "sql", told) == []
