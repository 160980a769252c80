"""Each accepted delivery leaves its profile, and a later one says what differs from it."""

import random

from churnml.evidence.load_report.delivery_changes import changes
from churnml.results.delivery import DELIVERY, Delivery
from churnml.results.stored import read_json
from tests.situations.situation import BOOK, Situation


def accepted(situation: Situation) -> Delivery:
    """The profile that ingest leaves of what it accepted."""
    assert situation.run("ingest").text == ""
    return read_json(situation.project / "data" / "work" / BOOK / "delivery.json", DELIVERY)


def months_of(situation: Situation, table: str, column: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for row in situation.rows(table):
        counts[row[column][:7]] = counts.get(row[column][:7], 0) + 1
    return counts


def test_a_profile_counts_what_was_accepted(situation: Situation) -> None:
    profile = accepted(situation)
    assert profile.last_day == "2025-01-01" and len(profile.accounts) == 120
    usage, contracts = profile.tables["usage"], profile.tables["contracts"]
    wanted = months_of(situation, "usage", "occurred_at")
    assert {month: found.rows for month, found in usage.months.items()} == wanted
    assert sum(day.rows for day in usage.days.values()) == usage.rows == sum(wanted.values())
    arr = sum(float(row["arr"]) for row in situation.rows("contracts"))
    assert round(sum(month.sums["arr"] for month in contracts.months.values()), 2) == round(arr, 2)


def test_a_profile_depends_on_no_order_of_rows(situation: Situation) -> None:
    first = accepted(situation)
    for table in ("contracts", "usage", "tickets"):
        rows = situation.rows(table)
        random.Random(1).shuffle(rows)
        situation.write(table, rows)
    assert accepted(situation) == first
    assert changes(first, first) == ["the same rows as the last accepted delivery"]


def test_what_a_later_delivery_changed_is_said(situation: Situation) -> None:
    situation.settings(last_day="2024-10-15")
    before = accepted(situation)
    situation.settings(last_day="2025-01-01")
    gone = situation.rows("accounts")[0]["account_id"]
    for table in ("accounts", "contracts", "usage", "tickets", "invoices"):
        situation.change(table, lambda row: row if row["account_id"] != gone else None)
    situation.change("usage", lambda row: None if row["occurred_at"][:7] == "2024-11" else row)
    situation.change("contracts", lambda row: row | {"arr": f"{float(row['arr']) * 1000:.2f}"})
    situation.change(
        "tickets", lambda row: row | {"priority": "P1"} if row["opened_at"] >= "2024-10" else row
    )
    (situation.book / "invoices.sql").unlink()
    text = "\n".join(changes(before, accepted(situation)))
    assert "ended before 2024-10-15, this one ends before 2025-01-01" in text
    assert "1 table gone: 'invoices'" in text and f"1 account gone: '{gone}'" in text
    assert "contracts: arr of the past months adds up to" in text and "(x99" in text
    assert "usage: 2024-11 has 0 rows" in text
    assert "tickets: priority 'P1' is new" in text
    assert "usage: " in text and "past months hold other rows" in text


def test_facts_filled_in_later_leave_the_past_as_it_was(situation: Situation) -> None:
    before = accepted(situation)
    situation.change("tickets", lambda row: row | {"resolved_at": ""})
    situation.change("invoices", lambda row: row | {"paid_at": ""})
    assert [text for text in changes(before, accepted(situation)) if "past month" in text] == []
