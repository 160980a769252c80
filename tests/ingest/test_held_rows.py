"""Rows are read once and held once: whatever a mapping makes of them, every value is read as it stands in its file."""

from pathlib import Path

import duckdb
import pytest

from churnml.data.book import BookSettings
from churnml.errors import TableError
from churnml.ingest.checks import Check
from churnml.ingest.ingest import ingest_book
from tests.books import LENIENT, term, write_raw

TERMS = [term("a", "2023-01-01", "2026-01-01"), term("b", "2023-01-01", "2026-01-01")]
ACCOUNTS = [{"account_id": "a", "segment": "x"}, {"account_id": "b", "segment": "y"}]
EVENTS = "event_id,account_id,occurred_at,quantity,row_number\ne1,a,2024-03-05 10:00:00,7,x\ne2, b ,2024-03-06,-999,y\n e3,c,2024-03-07,1,z\n"


def ingested(tmp_path: Path, events: str, sql: str, **book: object) -> tuple[Check, list[tuple[object, ...]]]:
    """What ingest found in a book of two customers with that file of events, and the usage it kept."""
    raw, mapping = write_raw(tmp_path, {"accounts": ACCOUNTS, "contracts": TERMS})
    (raw / "events").mkdir(exist_ok=True)
    (raw / "events" / "2024-03.csv").write_text(events, encoding="utf-8")
    (mapping / "usage.sql").write_text(sql, encoding="utf-8")
    settings = BookSettings.model_validate({"last_day": "2024-07-01", "timezone": "UTC"} | book)
    check = ingest_book(raw, mapping, settings, LENIENT, tmp_path / "tables", tmp_path / "quarantine")
    kept = duckdb.sql(
        f"""SELECT event_id, units / 10000 FROM '{tmp_path}/tables/usage/*.parquet' ORDER BY 1"""
    ).fetchall()
    return check, kept


HANDED_ON = "SELECT event_id, account_id, occurred_at, quantity FROM raw.events"


@pytest.mark.parametrize("sql", [
    HANDED_ON,
    "SELECT e.quantity, e.Event_ID AS event_id, occurred_at, account_id AS account_id FROM raw.events AS e",
    "SELECT * EXCLUDE (row_number, file_day) FROM raw.events",
    "SELECT event_id, account_id, occurred_at, CAST(quantity AS INTEGER) AS quantity FROM raw.events",
    "WITH t AS (SELECT * FROM raw.events) SELECT event_id, account_id, occurred_at, quantity FROM t",
])  # fmt: skip
def test_however_the_rows_are_handed_on_they_are_the_same(tmp_path: Path, sql: str) -> None:
    check, kept = ingested(tmp_path, EVENTS.replace("-999", "5"), sql)
    assert kept == [("e1", 7), ("e2", 5)]
    assert check.quarantined["usage"] == {"account is unknown": 1}
    refused = duckdb.sql(f"FROM '{tmp_path}/quarantine/usage.parquet'").fetchall()
    assert [row[:2] for row in refused] == [("account is unknown", 3)]
    assert "c" in refused[0] and "e3" in {str(value).strip() for value in refused[0]}


def test_a_row_that_is_left_out_or_comes_twice_in_the_sql_is_no_row_of_the_file(tmp_path: Path) -> None:
    check, kept = ingested(tmp_path, EVENTS.replace("-999", "5"), f"{HANDED_ON} WHERE account_id = 'a'")
    assert kept == [("e1", 7)]
    assert any("usage.sql kept 1 of 3 rows" in notice for notice in check.notices)


def test_two_mappings_read_one_file(tmp_path: Path) -> None:
    raw, mapping = write_raw(tmp_path, {"accounts": ACCOUNTS, "contracts": TERMS})
    (mapping / "accounts.sql").write_text("SELECT account_id FROM raw.contracts", encoding="utf-8")
    book = BookSettings(last_day="2024-07-01", timezone="UTC")
    check = ingest_book(raw, mapping, book, LENIENT, tmp_path / "tables", tmp_path / "quarantine")
    assert check.rows["accounts"]["kept"] == check.rows["contracts"]["kept"] == 2


def test_a_word_that_the_book_declares_means_nothing_although_it_is_a_plain_number(tmp_path: Path) -> None:
    """A sentinel such as -999 was read as an amount where all other values were plain numbers."""
    _, kept = ingested(tmp_path, EVENTS.replace("-999", "999"), HANDED_ON, files={"null_words": ["999"]})
    assert kept == [("e1", 7), ("e2", 0)]


def test_a_column_named_row_number_is_the_file_s_own(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"usage\.row_number: unknown column"):
        ingested(tmp_path, EVENTS, "SELECT event_id, account_id, occurred_at, row_number FROM raw.events")


def test_a_row_that_comes_again_far_down_is_found_although_the_first_rows_have_an_id_each(
    tmp_path: Path,
) -> None:
    rows = [f"e{i},a,2024-03-05 10:{i // 600 % 60:02}:{i // 10 % 60:02},{i},x" for i in range(12_000)]
    header = EVENTS.splitlines()[0]
    (tmp_path / "raw" / "events").mkdir(parents=True)
    again = "\n".join([header, rows[11_500], ""])
    (tmp_path / "raw" / "events" / "2024-04.csv").write_text(again, encoding="utf-8")
    check, kept = ingested(tmp_path, "\n".join([header, *rows, ""]), HANDED_ON)
    assert len(kept) == len(rows)
    assert check.rows["usage"]["read"] == check.rows["usage"]["kept"] == len(rows)
    assert any("2024-04.csv' repeat rows of" in notice for notice in check.notices)
