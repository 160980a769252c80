"""What a person reads where rows or a whole book are refused: an example, its place, the likely cause, and no advice that harms (kind 14);
days that no business has and days in the wrong order (kind 3)."""

import pytest

from tests.situations.situation import Row, Situation

pytestmark = pytest.mark.slow


def without_leavers(situation: Situation) -> set[str]:
    """Takes the accounts without a live term out of the export of accounts; gives their ids."""
    contracts = situation.rows("contracts")
    live = {row["account_id"] for row in contracts if row["end_date"] > "2025-01-01"}
    gone = {row["account_id"] for row in contracts} - live
    situation.change("accounts", lambda row: None if row["account_id"] in gone else row)
    return gone


def test_customers_who_left_are_asked_for_and_no_limit_is_to_be_raised(situation: Situation) -> None:
    gone = without_leavers(situation)
    printed = situation.check()
    assert printed.code == 2
    assert (
        f"{len(gone)} account(s) with contracts are missing from accounts, none with a live term: customers who left? Deliver them"
        in printed.text
    )
    assert "raise ingest" not in printed.text
    assert "contracts          319       257           62" in printed.text
    assert "62 account is unknown, like account_id 'A0002' (contracts.csv line 6)" in printed.text
    assert "Read data/work/acme/quarantine/contracts.parquet" in printed.text


def test_a_few_customers_who_left_are_asked_for_below_the_limit(situation: Situation) -> None:
    situation.change("accounts", lambda row: None if row["account_id"] == "A0002" else row)
    situation.change("usage", lambda row: None if row["account_id"] == "A0002" else row)
    printed = situation.check()
    assert printed.code == 0
    assert (
        "contracts: 1 account(s) with contracts are missing from accounts, none with a live term"
        in printed.text
    )


ALIKE = {
    "without leading zeros": (lambda i: "00" + i[1:], lambda i: i[1:].lstrip("0") or "0", "but for zeros in front"),
    "in capitals": (lambda i: i, lambda i: i.lower(), "but for the case of letters"),
    "with a hyphen": (lambda i: i, lambda i: f"{i[0]}-{i[1:]}", "but for spaces and signs"),
    "of 18 letters": (lambda i: f"0015g00000{i}", lambda i: f"0015g00000{i}AAB", "in their first 15 signs (Salesforce writes ids of 15 and of 18)"),
}  # fmt: skip


@pytest.mark.parametrize("kind", ALIKE)
def test_ids_that_differ_between_two_exports_name_how(situation: Situation, kind: str) -> None:
    of_accounts, of_others, words = ALIKE[kind]
    situation.change("accounts", lambda row: row | {"account_id": of_accounts(row["account_id"])})
    for table in ("contracts", "invoices", "tickets"):
        situation.change(table, lambda row: row | {"account_id": of_others(row["account_id"])})
    printed = situation.check()
    assert printed.code == 2
    assert f"unknown ids are ids of accounts {words}, like " in printed.text


def test_use_by_those_who_never_paid_is_told(situation: Situation) -> None:
    situation.append("accounts", *({"account_id": f"Z{n}", "created_at": "2022-01-01"} for n in range(2)))
    situation.append("usage", *({"account_id": f"Z{n}", "occurred_at": f"2023-05-{d:02d}", "quantity": 1} for n in range(2) for d in range(1, 9)))  # fmt: skip
    assert (
        "usage: 2 accounts have usage but never a contract (16 rows), like 'Z0': a child of another?"
        in situation.check().text
    )


def test_use_long_after_the_last_contract_is_told(situation: Situation) -> None:
    ends: dict[str, str] = {}
    for row in situation.rows("contracts"):
        ends[row["account_id"]] = max(ends.get(row["account_id"], ""), row["end_date"])
    account = next(a for a, end in sorted(ends.items()) if end < "2024-06-01")
    situation.append("usage", {"account_id": account, "occurred_at": "2024-12-20", "quantity": 1})
    assert (
        f"1 account has usage over 90 days after the last contract ended (1 rows), like '{account}'"
        in situation.check().text
    )


@pytest.mark.parametrize(("column", "word", "words"), [
    ("cancelled_at", "1970-01-01", "is before 1971-01-01"), ("cancelled_at", "1900-01-01 00:00:00", "is before 1971-01-01"),
    ("notice_at", "0001-01-01", "is before 1971-01-01"), ("notice_at", "9999-12-31", "is far in the future"),
    ("notice_at", "2038-01-19", "is far in the future"), ("cancelled_at", "2099-12-31T23:59:59Z", "is far in the future"),
])  # fmt: skip
def test_a_day_for_never_refuses_the_book_by_name(
    situation: Situation, column: str, word: str, words: str
) -> None:
    situation.change("contracts", lambda row: row | {column: row[column] or word})
    situation.settings(timezone="UTC")
    printed = situation.check()
    rows = 319 if column == "cancelled_at" else 293
    assert printed.code == 2
    assert (
        f"contracts.{column}: {rows} values like {word} (contracts.csv line 2) {words.replace('is ', 'are ', 1)}"
        in printed.text
    )
    assert f"Write nullif({column}, '{word}') AS {column} in contracts.sql" in printed.text


def test_a_few_days_for_never_refuse_it_too_and_a_slip_does_not(situation: Situation) -> None:
    resolved = [row["ticket_id"] for row in situation.rows("tickets")][:4]
    situation.change(
        "tickets", lambda row: row | {"resolved_at": "1970-01-01"} if row["ticket_id"] in resolved else row
    )
    printed = situation.check()
    assert printed.code == 2
    assert (
        "tickets.resolved_at: 4 values like 1970-01-01 (tickets.csv line 2) are before 1971-01-01: a zero date"
        in printed.text
    )
    situation.change("tickets", lambda row: row | {"resolved_at": "" if row["ticket_id"] in resolved[1:] else row["resolved_at"]})  # fmt: skip
    printed = situation.check()
    assert printed.code == 0
    assert (
        "tickets: 1 resolved_at is before 1971-01-01, like resolved_at '1970-01-01' (tickets.csv line 2)"
        in printed.text
    )


def test_an_old_book_says_its_first_day(situation: Situation) -> None:
    situation.change("accounts", lambda row: row | {"created_at": "1962-05-01"})
    assert "if the book is so old, say 'first_day:' in book.yaml" in situation.check().text
    situation.settings(first_day="1950-01-01")
    assert situation.check().code == 0


@pytest.mark.parametrize(("table", "change", "reason"), [
    ("contracts", {"signed_at": "2022-07-02", "notice_at": "2022-06-01"}, "notice_at is before signed_at, like notice_at '2022-06-01', signed_at '2022-07-02'"),
    ("contracts", {"cancelled_at": "2021-08-01"}, "cancelled_at is before start_date"),
    ("contracts", {"start_date": "2031-02-01", "end_date": "2032-02-01"}, "start_date is years after the last day"),
    ("tickets", {"reopened_at": "2020-01-05", "resolved_at": ""}, "reopened_at is before opened_at"),
    ("tickets", {"escalated_at": "2020-01-05 10:00"}, "escalated_at is before opened_at"),
    ("tickets", {"csat_at": "2020-01-05", "csat": "4"}, "csat_at is before opened_at"),
    ("invoices", {"paid_at": "2020-09-16"}, "paid_at is over 31 days before issued_at"),
    ("invoices", {"due_at": "2020-09-16"}, "due_at is before issued_at"),
    ("accounts", {"created_at": "2027-03-01"}, "lies in the future, like created_at '2027-03-01' (accounts.csv line 2)"),
])  # fmt: skip
def test_days_of_a_row_that_run_backwards_are_refused(
    situation: Situation, table: str, change: Row, reason: str
) -> None:
    rows = situation.rows(table)
    situation.write(table, [rows[0] | change, *({**dict.fromkeys(change, ""), **row} for row in rows[1:])])
    if table == "accounts":
        situation.settings(params={"ingest": {"max_left_out_share": 1.0}})
    assert f"{table}: 1 {reason}" in situation.check().text


def test_a_bare_day_is_the_same_day_at_any_hour(situation: Situation) -> None:
    situation.change("tickets", lambda row: row | {"resolved_at": row["opened_at"][:10]})
    assert "tickets            294       294            0" in situation.check().text


def test_a_reason_has_an_example_with_its_line_and_cause(situation: Situation) -> None:
    rows = situation.rows("contracts")
    rows[7]["notice_at"], rows[8]["arr"], rows[9]["end_date"] = "24-10-20", "12k", "#N/A"
    situation.write("contracts", rows)
    situation.settings(params={"ingest": {"max_left_out_share": 1.0}})
    printed = situation.check()
    assert (
        "contracts: 1 notice_at is not a timestamp, like notice_at '24-10-20' (contracts.csv line 9), such values have a year of two digits"
        in printed.text
    )
    assert (
        "contracts: 1 arr is not a number, like arr '12k' (contracts.csv line 10), such values are in thousands or millions by a letter"
        in printed.text
    )
    assert "contracts: 1 end_date is missing, like end_date '#N/A' (contracts.csv line 11)" in printed.text


def test_an_example_is_found_in_parts_and_behind_a_mapping_that_sorts(situation: Situation) -> None:
    rows = situation.rows("contracts")
    rows[200]["arr"] = "lots"
    for n in range(4):
        situation.write("contracts", rows[n * 80 : (n + 1) * 80], f"terms/{n}.csv")
    situation.mapping("contracts", "SELECT * FROM raw.terms WHERE account_id <> 'A0001' ORDER BY end_date")
    situation.settings(params={"ingest": {"max_left_out_share": 1.0}})
    assert "arr is not a number, like arr 'lots' (terms/2.csv line 42)" in situation.check().text
