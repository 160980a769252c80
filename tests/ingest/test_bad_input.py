"""Bad input: each message is read as its user would, and every row is either kept or in the quarantine."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from churnml.data.book import BookSettings
from churnml.data.tables import Tables
from churnml.errors import BookError, ChurnmlError, TableError
from churnml.ingest.ingest import ingest_book
from tests.books import LENIENT, STRICT, ingest, make_tables, read_table, table_bytes, term, write_raw

ACCOUNTS = [{"account_id": "a", "created_at": "2023-01-01"}, {"account_id": "b", "created_at": "2023-01-01"}]
CONTRACTS = [term("a", "2023-01-01", "2024-01-01"), term("b", "2023-02-01", "2024-02-01")]
USAGE = [
    {"account_id": "a", "occurred_at": "2023-05-01 10:00", "quantity": 3},
    {"account_id": "b", "occurred_at": "2023-05-02", "quantity": 1},
]


def refused(tmp_path: Path, tables: dict[str, Any], **settings: Any) -> str:
    with pytest.raises(ChurnmlError) as error:
        ingest(tmp_path, tables, STRICT, **settings)
    return str(error.value)


def test_a_clean_book_passes(tmp_path: Path) -> None:
    check = ingest(tmp_path, {"accounts": ACCOUNTS, "contracts": CONTRACTS, "usage": USAGE}, STRICT)
    assert check.rows["usage"] == {"read": 2, "kept": 2, "quarantined": 0}
    assert str(check.last_day) == "2023-05-03"
    assert any(notice.startswith("tickets: no mapping") for notice in check.notices)


def test_a_raw_folder_that_does_not_exist(tmp_path: Path) -> None:
    _, mapping = write_raw(tmp_path, {"accounts": ACCOUNTS, "contracts": CONTRACTS})
    with pytest.raises(BookError, match=r"raw folder 'nowhere' does not exist. Set book.raw in params.yaml"):
        ingest_book(Path("nowhere"), mapping, BookSettings(), STRICT, tmp_path / "t", tmp_path / "q")


def test_an_unknown_book(tmp_path: Path) -> None:
    raw, mapping = write_raw(tmp_path, {"accounts": ACCOUNTS, "contracts": CONTRACTS})
    with pytest.raises(BookError, match="book 'acmee' has no folder"):
        ingest_book(raw, mapping.with_name("acmee"), BookSettings(), STRICT, tmp_path / "t", tmp_path / "q")


def test_missing_required_column_and_misspelt_column_in_one_message(tmp_path: Path) -> None:
    contracts = [{k: v for k, v in row.items() if k != "contract_id"} for row in CONTRACTS]
    message = refused(
        tmp_path,
        {"accounts": ACCOUNTS, "contracts": contracts, "usage": [{**u, "quantiy": 1} for u in USAGE]},
    )
    assert "2 failure(s)" in message
    assert "contracts.contract_id: required column is missing from contracts.sql" in message
    assert "usage.quantiy: unknown column: did you mean 'quantity'?" in message


def test_a_required_table_without_mapping_and_one_misnamed(tmp_path: Path) -> None:
    message = refused(tmp_path, {"accounts": ACCOUNTS, "contract": CONTRACTS})
    assert "contract.sql: no canonical table 'contract': did you mean 'contracts'?" in message
    assert "contracts: required table has no mapping; write acme/contracts.sql" in message


def test_an_empty_required_table(tmp_path: Path) -> None:
    assert "contracts: required table is empty" in refused(tmp_path, {"accounts": ACCOUNTS, "contracts": []})


def test_an_empty_optional_table_is_a_notice(tmp_path: Path) -> None:
    raw, mapping = write_raw(tmp_path, {"accounts": ACCOUNTS, "contracts": CONTRACTS, "usage": USAGE})
    (raw / "usage.csv").write_text("account_id,occurred_at\n", encoding="utf-8")
    check = ingest_book(raw, mapping, BookSettings(), STRICT, tmp_path / "tables", tmp_path / "q")
    assert "usage: empty, its features drop out" in check.notices
    assert not Tables(tmp_path / "tables").has("usage")


@pytest.mark.parametrize(("table", "row", "reason"), [
    ("contracts", term("a", "2023-01-01", "2022-01-01", contract_id="x"), "end_date is before start_date"),
    ("contracts", term("a", "2023-01-01", "2024-01-01", arr="lots", contract_id="x"), "arr is not a number"),
    ("contracts", term("a", "2023-01-01", "2024-01-01", arr=-5, seats=3, contract_id="x"), "arr is below 0"),
    ("contracts", term("a", "2023-02-30", "2024-01-01", contract_id="x"), "start_date is not a date"),
    ("contracts", term("zz", "2023-01-01", "2024-01-01"), "account is unknown"),
    ("contracts", CONTRACTS[0], "key is repeated"),
    ("contracts", term("", "2023-01-01", "2024-01-01", contract_id="x"), "account_id is missing"),
    ("usage", {"account_id": "a", "occurred_at": "2031-05-01"}, "lies in the future"),
    ("usage", {"account_id": "b", "occurred_at": "2022-12-31 23:59"}, "is before the account was created"),
    ("usage", {"account_id": "a", "occurred_at": "2023-05-01", "quantity": "-1"}, "quantity is below 0"),
])  # fmt: skip
def test_a_bad_row_is_quarantined_with_its_reason(
    tmp_path: Path, table: str, row: dict[str, Any], reason: str
) -> None:
    tables = {"accounts": ACCOUNTS, "contracts": CONTRACTS, "usage": USAGE}
    tables[table] = [*tables[table], row]
    check = ingest(tmp_path, tables, last_day="2024-06-01")
    assert check.quarantined[table].get(reason) == 1
    bad = pd.read_parquet(tmp_path / "quarantine" / f"{table}.parquet")
    assert len(bad) == 1
    assert reason in bad["reason"].iloc[0]
    assert {k: v for k, v in bad.iloc[0].items() if k in row and v is not None} == {
        k: str(v) for k, v in row.items() if v != ""
    }
    kept = read_table(tmp_path / "tables", table)
    assert len(kept) + len(bad) == len(tables[table])


def test_over_the_limit_stops_the_run_and_names_every_table_and_reason(tmp_path: Path) -> None:
    contracts = [*CONTRACTS, term("a", "2023-01-01", "2022-01-01", contract_id="x")]
    usage = [*USAGE, {"account_id": "nobody", "occurred_at": "2023-05-01"}]
    message = refused(
        tmp_path, {"accounts": ACCOUNTS, "contracts": contracts, "usage": usage}, last_day="2024-06-01"
    )
    assert (
        "contracts: 1 of 3 rows (33.3%) quarantined, over the limit of 0.0%: 1 end_date is before start_date"
        in message
    )
    assert "usage: 1 of 3 rows (33.3%) quarantined, over the limit of 0.0%: 1 account is unknown" in message
    assert not (tmp_path / "tables").exists()
    assert len(pd.read_parquet(tmp_path / "quarantine" / "usage.parquet")) == 1


def test_ids_stay_what_they_were(tmp_path: Path) -> None:
    ids = ["00123", "NA", "Ünïcode-客户", "1" * 40, "1e5"]
    accounts = [{"account_id": i, "name": i} for i in ids]
    tables = make_tables(
        tmp_path, {"accounts": accounts, "contracts": [term(i, "2023-01-01", "2024-01-01") for i in ids]}
    )
    assert sorted(tables.accounts(tables.last_day)["account_id"]) == sorted(ids)
    assert sorted(pd.read_parquet(tables.folder / "contracts.parquet")["account_id"]) == sorted(ids)


def test_dates_in_two_styles_in_one_column_are_refused(tmp_path: Path) -> None:
    contracts = [*CONTRACTS, term("a", "31-01-2023", "2024-01-01")]
    message = refused(tmp_path, {"accounts": ACCOUNTS, "contracts": contracts})
    assert (
        "contracts.start_date: dates in two styles (2 rows like 2024-01-31, 1 rows like '31-01-2023'); write one style"
        in message
    )


@pytest.mark.parametrize(("day", "words"), [
    ("13-02-2023", "which is day-first (2 rows prove it); set 'dates: day-first' in book.yaml"),
    ("02/13/2023", "which is month-first (2 rows prove it); set 'dates: month-first' in book.yaml"),
    ("02-03-2023", "which may be day-first or month-first (no row proves either); set 'dates:' in book.yaml"),
])  # fmt: skip
def test_a_written_date_style_is_refused_by_name_not_guessed(tmp_path: Path, day: str, words: str) -> None:
    accounts = [{**a, "created_at": day} for a in ACCOUNTS]
    assert f"accounts.created_at: 2 dates are written like '{day}', {words}" in refused(
        tmp_path, {"accounts": accounts, "contracts": CONTRACTS}
    )


def test_a_declared_style_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    contracts = [term("a", "02-13-2023", "02-13-2024")]
    message = refused(
        tmp_path, {"accounts": [{"account_id": "a"}], "contracts": contracts}, dates="day-first"
    )
    assert "contracts.start_date: 'dates: day-first' does not fit, for example '02-13-2023'" in message


def test_day_first_dates_are_read_as_declared(tmp_path: Path) -> None:
    tables = make_tables(
        tmp_path,
        {"accounts": [{"account_id": "a"}], "contracts": [term("a", "03-04-2023", "03-04-2024")]},
        dates="day-first",
    )
    assert (
        str(pd.read_parquet(tables.folder / "contracts.parquet")["start_date"].iloc[0])[:10] == "2023-04-03"
    )


def moments(tables: Tables) -> list[str]:
    return [str(v) for v in read_table(tables.folder, "usage")["occurred_at"]]


def test_timestamps_with_a_zone_become_utc_and_those_without_take_the_books_zone(tmp_path: Path) -> None:
    usage = [
        {"account_id": "a", "occurred_at": "2023-07-01T10:00:00+02:00"},
        {"account_id": "a", "occurred_at": "2023-07-01 10:00:00"},
    ]
    book = {"accounts": ACCOUNTS, "contracts": CONTRACTS, "usage": usage}
    found = make_tables(tmp_path, book, timezone="America/New_York", last_day="2024-01-01")
    assert moments(found) == ["2023-07-01 08:00:00", "2023-07-01 14:00:00"]


def test_zoned_and_unzoned_timestamps_without_a_declared_zone_are_refused(tmp_path: Path) -> None:
    usage = [
        {"account_id": "a", "occurred_at": "2023-07-01T10:00:00Z"},
        {"account_id": "a", "occurred_at": "2023-07-01 10:00:00"},
    ]
    message = refused(tmp_path, {"accounts": ACCOUNTS, "contracts": CONTRACTS, "usage": usage})
    assert (
        "usage.occurred_at: 1 timestamps carry a zone and 1 do not; declare the zone of those with 'timezone:' in book.yaml"
        in message
    )


def test_a_file_delivered_twice_is_read_once(tmp_path: Path) -> None:
    raw, mapping = write_raw(tmp_path, {"accounts": ACCOUNTS, "contracts": CONTRACTS, "usage": USAGE})
    parts = raw / "events"
    parts.mkdir()
    text = (raw / "usage.csv").read_bytes()
    (parts / "2023-05.csv").write_bytes(text)
    (parts / "2023-05 (1).csv").write_bytes(text)
    (mapping / "usage.sql").write_text("SELECT * FROM raw.events", encoding="utf-8")
    check = ingest_book(raw, mapping, BookSettings(), STRICT, tmp_path / "tables", tmp_path / "q")
    assert check.rows["usage"]["kept"] == 2
    assert (
        "events: '2023-05.csv' repeats '2023-05 (1).csv' byte for byte (2 rows); read once" in check.notices
    )


def test_a_broken_mapping_names_the_file_and_the_raw_views(tmp_path: Path) -> None:
    raw, mapping = write_raw(tmp_path, {"accounts": ACCOUNTS, "contracts": CONTRACTS})
    (mapping / "contracts.sql").write_text("SELECT nothing FROM raw.contracts", encoding="utf-8")
    with pytest.raises(
        TableError, match=r"acme/contracts.sql: .*nothing.*\(raw views: accounts, contracts\)"
    ):
        ingest_book(raw, mapping, BookSettings(), LENIENT, tmp_path / "tables", tmp_path / "q")


def test_the_order_of_delivery_moves_no_byte(tmp_path: Path) -> None:
    usage = [
        {"account_id": a, "occurred_at": f"2023-05-{d:02d}", "quantity": d * 0.1}
        for a in "ab"
        for d in range(1, 20)
    ]
    one = make_tables(tmp_path / "1", {"accounts": ACCOUNTS, "contracts": CONTRACTS, "usage": usage})
    two = make_tables(
        tmp_path / "2", {"accounts": ACCOUNTS[::-1], "contracts": CONTRACTS[::-1], "usage": usage[::-1]}
    )
    assert "usage/2023-05.parquet" in table_bytes(one.folder)
    assert table_bytes(one.folder) == table_bytes(two.folder)


def test_json_lines_are_read_as_text_and_dates_in_them_are_not_guessed(tmp_path: Path) -> None:
    raw, mapping = write_raw(tmp_path, {"accounts": ACCOUNTS, "contracts": CONTRACTS})
    (mapping / "usage.sql").write_text("SELECT * FROM raw.events", encoding="utf-8")
    (raw / "events.jsonl").write_text(
        '{"account_id": "a", "occurred_at": "03-04-2023", "user_id": 1234567890123456789012345678901234567890}\n',
        encoding="utf-8",
    )
    with pytest.raises(
        TableError, match=r"usage.occurred_at: 1 dates are written like '03-04-2023', which may be day-first"
    ):
        ingest_book(raw, mapping, BookSettings(), STRICT, tmp_path / "tables", tmp_path / "q")
    (raw / "events.jsonl").write_text(
        '{"account_id": "a", "occurred_at": "2023-03-04", "user_id": 1234567890123456789012345678901234567890}\n',
        encoding="utf-8",
    )
    ingest_book(raw, mapping, BookSettings(), STRICT, tmp_path / "tables", tmp_path / "q")
    assert read_table(tmp_path / "tables", "usage")["user_id"].tolist() == [
        "1234567890123456789012345678901234567890"
    ]


def test_two_raw_sources_of_one_name_and_a_mixed_folder_are_refused(tmp_path: Path) -> None:
    raw, mapping = write_raw(tmp_path, {"accounts": ACCOUNTS, "contracts": CONTRACTS, "usage": USAGE})
    (raw / "usage").mkdir()
    (raw / "usage" / "one.csv").write_text("account_id\na\n", encoding="utf-8")
    (raw / "mixed").mkdir()
    (raw / "mixed" / "one.csv").write_text("account_id\na\n", encoding="utf-8")
    (raw / "mixed" / "two.jsonl").write_text("{}\n", encoding="utf-8")
    with pytest.raises(BookError) as error:
        ingest_book(raw, mapping, BookSettings(), STRICT, tmp_path / "tables", tmp_path / "q")
    assert "would both be raw.usage; rename one" in str(error.value)
    assert "folder 'mixed' mixes .csv and .jsonl files; keep one kind a folder" in str(error.value)


def test_several_currencies_are_refused_by_name(tmp_path: Path) -> None:
    contracts = [{**CONTRACTS[0], "currency": "USD"}, {**CONTRACTS[1], "currency": "JPY"}]
    message = refused(tmp_path, {"accounts": ACCOUNTS, "contracts": contracts})
    assert (
        "contracts.currency: 'JPY' 1 rows, 'USD' 1 rows: 2 currencies do not add up. Say 'currency:' and 'rates:'"
        in message
    )


def test_an_unreadable_known_at_is_no_known_at(tmp_path: Path) -> None:
    usage = [*USAGE, {"account_id": "a", "occurred_at": "2023-05-03", "quantity": 1, "known_at": "soon"}]
    check = ingest(tmp_path, {"accounts": ACCOUNTS, "contracts": CONTRACTS, "usage": usage})
    assert check.quarantined["usage"] == {"known_at is not a timestamp": 1}


def test_two_equal_rows_of_one_file_are_two_where_the_table_gives_no_id(tmp_path: Path) -> None:
    touch = {
        "account_id": "a",
        "occurred_at": "2023-05-01 10:00",
        "channel": "call",
        "is_customer_initiated": "true",
    }
    check = ingest(tmp_path, {"accounts": ACCOUNTS, "contracts": CONTRACTS, "touches": [touch, touch]})
    assert check.rows["touches"] == {"read": 2, "kept": 2, "quarantined": 0}


def test_a_term_recorded_ahead_is_no_future_row_and_one_recorded_later_is(tmp_path: Path) -> None:
    ahead = term("a", "2024-01-01", "2025-01-01", known_at="2023-11-01")
    later = term("b", "2024-02-01", "2025-02-01", known_at="2024-01-15")
    contracts = [{**c, "known_at": ""} for c in CONTRACTS]
    check = ingest(
        tmp_path, {"accounts": ACCOUNTS, "contracts": [*contracts, ahead, later]}, last_day="2024-01-01"
    )
    assert check.quarantined["contracts"] == {"is on or after the last day": 1}


def test_a_stray_late_event_does_not_set_the_last_day(tmp_path: Path) -> None:
    usage = [
        {"account_id": "a", "occurred_at": f"2023-{month:02d}-{day:02d}"}
        for month in range(2, 8)
        for day in range(1, 28)
    ]
    stray = {"account_id": "a", "occurred_at": "2025-12-30"}
    limits = LENIENT.model_copy(update={"max_gap_days": 31})
    check = ingest(tmp_path, {"accounts": ACCOUNTS, "contracts": CONTRACTS, "usage": [*usage, stray]}, limits)
    assert str(check.last_day) == "2023-07-28"
    assert check.quarantined["usage"] == {"lies in the future": 1}


def test_usage_without_a_quantity_counts_one_each(tmp_path: Path) -> None:
    usage = [{k: v for k, v in row.items() if k != "quantity"} for row in USAGE]
    tables = make_tables(tmp_path, {"accounts": ACCOUNTS, "contracts": CONTRACTS, "usage": usage})
    assert read_table(tables.folder, "usage")["quantity"].tolist() == [1, 1]
    assert "quantity" in tables.given()["usage"]
