"""Limits count customers and dollars, not rows: whom refused rows take off the list is named on it."""

import json

from tests.situations.situation import TO_LIST, Row, Situation


def ends_missing(*accounts: str):
    """Blanks the end of each term of these accounts that is live on 2025-01-01."""

    def change(row: Row) -> Row:
        return (
            {**row, "end_date": "31 Dec"}
            if row["account_id"] in accounts and row["end_date"] > "2025-01-01"
            else row
        )

    return change  # fmt: skip


def test_a_hidden_customer_is_named_on_the_list(situation: Situation) -> None:
    smallest = min(
        (r for r in situation.rows("contracts") if r["end_date"] > "2025-01-01"),
        key=lambda r: float(r["arr"]),
    )["account_id"]
    situation.change("contracts", ends_missing(smallest))
    printed = situation.check()
    assert printed.code == 0
    assert f"1 accounts are not on the list because rows of theirs were refused: '{smallest}'" in printed.text
    assert situation.run(*TO_LIST).text == ""
    day = max(place for place in (situation.project / "data" / "lists" / "acme").iterdir() if place.is_dir())
    assert json.loads((day / "summary.json").read_text())["accounts_refused"] == [smallest]
    shown = " ".join(situation.cli("show").text.split())
    assert f"Not on the list because their contract rows are faulty: {smallest} (" in shown


def test_one_large_customer_is_more_than_two_percent_of_the_dollars(situation: Situation) -> None:
    """One row of 319 (0.3 %), and 1 of 81 live accounts (1.2 %), but 5 % of the ARR."""
    largest = max(
        (r for r in situation.rows("contracts") if r["end_date"] > "2025-01-01"),
        key=lambda r: float(r["arr"]),
    )["account_id"]
    situation.change("contracts", ends_missing(largest))
    printed = situation.check()
    assert printed.code == 2
    assert f"off the list, over the limit of 2.0% (ingest.max_left_out_share): '{largest}' (" in printed.text


def test_a_refused_row_of_a_customer_who_left_long_ago_hides_nobody(situation: Situation) -> None:
    situation.change("contracts", lambda row: {**row, "arr": "?"} if row["contract_id"] == "C0001-0" else row)
    printed = situation.check()
    assert printed.code == 0 and "not on the list because" not in printed.text
