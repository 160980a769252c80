"""Both engines agree with the plain-Python oracle on random small books: counts exactly, other numbers to 1e-9.

The books are drawn once and compared as one: one ingest, one build an engine, one oracle. Where they disagree, and where ``ORACLE_EXAMPLES``
in the environment asks for so many more, Hypothesis looks at books one by one and shows the smallest that tells them apart.
"""

import os
import tempfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings

from churnml.data.tables import Tables
from churnml.features import peers
from churnml.features.build import build
from churnml.features.catalog import CATALOG, available
from churnml.features.spec import Feature
from tests.books import STRICT, ingest
from tests.features.oracle import Book, Row, Values
from tests.features.oracle_all import LEAST_PEERS, values_of
from tests.features.oracle_books import DAYS, FULL, LAST_DAY, books, drawn, united

pytestmark = pytest.mark.slow

Rows = Mapping[str, list[Row]]
BOOKS, FEW = 40, 20
EXAMPLES = int(os.environ.get("ORACLE_EXAMPLES", "0"))
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
        whole(values_of(book, row.account_id, row.as_of.date(), row.renewal.date()))
        for row in looked_at(book).itertuples()
    ]


def whole(values: Values) -> Values:
    """The oracle's values, once it has one of every feature; a feature without its line there is named, with what to do."""
    absent = [feature.column for feature in CATALOG if feature.column not in values]
    assert not absent, (
        f"feature '{absent[0]}' has no line in the oracle: say it once more in plain Python, from its phrase and not from its SQL, "
        "in tests/features/oracle_*.py, among the values of its table"
    )
    return values


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


Built = tuple[pd.DataFrame, Values]


@pytest.fixture(scope="module")
def one_account(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The account that has every column of every table, on one day: as its SQL has it (nothing to compile), and as the oracle says."""
    rows, folder = (
        {name: [row | {"ticket_id": "t"}] if name == "tickets" else [row] for name, row in FULL.items()},
        tmp_path_factory.mktemp("one"),
    )
    ingest(folder, rows, STRICT, last_day=LAST_DAY, static=tuple(STATIC))
    tables, book = Tables(folder / "tables"), Book(rows, STATIC)
    return build(tables, looked_at(book), available(tables), "sql"), told_by_oracle(book)[0]


def test_a_feature_without_its_line_is_named_with_what_to_do() -> None:
    values = dict.fromkeys(feature.column for feature in CATALOG)
    del values["tickets_trend"]
    with pytest.raises(
        AssertionError,
        match="feature 'tickets_trend' has no line in the oracle: say it once more in plain Python",
    ):
        whole(values)


@pytest.mark.parametrize("feature", CATALOG, ids=lambda feature: feature.column)
def test_the_oracle_agrees_on_a_hand_made_account(feature: Feature, one_account: Built) -> None:
    found, told = one_account
    assert not differs(found[feature.column][0], whole(told)[feature.column])


def disagreements_of(rows: Rows, folder: Path, told: list[Values]) -> list[str]:
    """Where either engine differs from the oracle on a book, after ingesting it strictly."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(peers, "LEAST_PEERS", LEAST_PEERS)
        ingest(folder, rows, STRICT, last_day=LAST_DAY, static=tuple(STATIC))
        tables, book = Tables(folder / "tables"), Book(rows, STATIC)
        assert [f.column for f in available(tables)] == [f.column for f in CATALOG]
        return [each for engine in ("sweep", "sql") for each in disagreements(tables, book, engine, told)]


def one_by_one(examples: int) -> None:
    """Looks at random books each by itself; Hypothesis makes one that fails as small as it can."""

    @settings(max_examples=examples, suppress_health_check=list(HealthCheck))
    @given(rows=books())
    def look(rows: Rows) -> None:
        with tempfile.TemporaryDirectory() as name:
            assert disagreements_of(rows, Path(name), told_by_oracle(Book(rows, STATIC))) == []

    look()


@pytest.fixture(scope="module")
def many() -> Rows:
    """Random books as one."""
    rng = Random(7)
    return united([drawn(lambda *values: rng.choice(values)) for _ in range(BOOKS)])


@pytest.fixture(scope="module")
def told(many: Rows) -> list[Values]:
    return told_by_oracle(Book(many, STATIC))


def test_the_books_move_every_column(told: list[Values]) -> None:
    """What is always the same in the random books is compared with nothing; of some peers' median there are too few to say."""
    seen = {feature.column: {values[feature.column] for values in told} for feature in CATALOG}
    assert [column for column, values in seen.items() if len(values) < 2] == []
    assert all(None in values for column, values in seen.items() if column.startswith("peer_"))


def test_both_engines_agree_with_the_oracle(many: Rows, told: list[Values], tmp_path: Path) -> None:
    found = disagreements_of(many, tmp_path, told)
    if found or EXAMPLES:
        one_by_one(EXAMPLES or FEW)
    assert found == []
