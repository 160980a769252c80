"""Kind 7: support, money and surveys. A reopened ticket is open, a credit is no debt, scores have a scale and amounts one currency."""

from datetime import date
from typing import Any

import pandas as pd
import pytest

from churnml.features.build import build
from churnml.features.catalog import available
from tests.situations.situation import Situation

LAST_DAY = date(2025, 1, 1)
OWED = (
    "invoices_overdue",
    "oldest_overdue_days",
    "overdue_arr_share",
    "late_invoice_share_365d",
    "failed_invoices_365d",
)


def facts(situation: Situation, account: str, as_of: date = LAST_DAY) -> dict[str, Any]:
    """What the features say of an account on a day, after ingest."""
    assert situation.run("ingest").text == ""
    tables, day = situation.tables(), pd.Timestamp(as_of)
    looked_at = pd.DataFrame({"account_id": [account], "as_of": [day], "renewal": [day], "lead_days": [0]})
    return dict(build(tables, looked_at, available(tables)).iloc[0])


# --- tickets ---


def one_ticket(situation: Situation, **moments: str) -> None:
    situation.change("tickets", lambda row: row if row["account_id"] != "A0001" else None)
    blank = dict.fromkeys(("first_response_at", "resolved_at", "reopened_at"), "")
    situation.append(
        "tickets",
        blank | {"ticket_id": "T-1", "account_id": "A0001", "opened_at": "2024-10-01 09:00"} | moments,
    )


@pytest.mark.parametrize(
    ("moments", "is_open"),
    [
        ({"resolved_at": "2024-10-02 09:00", "reopened_at": "2024-12-20 09:00"}, True),
        ({"resolved_at": "2024-12-24 09:00", "reopened_at": "2024-12-20 09:00"}, False),
        ({"resolved_at": "2024-10-02 09:00"}, False),
        ({"reopened_at": "2024-12-20 09:00"}, True),
    ],
)  # fmt: skip
def test_a_ticket_reopened_after_it_was_solved_is_open(
    situation: Situation, moments: dict[str, str], is_open: bool
) -> None:
    one_ticket(situation, **moments)
    found = facts(situation, "A0001")
    assert found["open_tickets"] == is_open
    assert found["oldest_open_ticket_days"] == (92 if is_open else 0)
    assert pd.isna(found["resolution_hours_182d"]) == is_open


def test_a_reopened_ticket_was_solved_until_it_was_reopened(situation: Situation) -> None:
    one_ticket(situation, resolved_at="2024-10-02 09:00", reopened_at="2024-12-20 09:00")
    found = facts(situation, "A0001", date(2024, 12, 20))
    assert (found["open_tickets"], found["resolution_hours_182d"]) == (0, 24)


def test_a_check_says_how_many_tickets_were_opened_again_and_how_they_are_read(situation: Situation) -> None:
    assert "reopened_at" not in situation.check().text
    one_ticket(situation, resolved_at="2024-10-02 09:00", reopened_at="2024-12-20 09:00")
    solved = {"account_id": "A0002", "opened_at": "2024-03-01 09:00", "reopened_at": "2024-03-04 09:00"}
    situation.append("tickets", solved | {"ticket_id": "T-2", "resolved_at": "2024-03-05 09:00"})
    told = "2 tickets were opened again; 1 of them were not solved after that and count as open"
    assert told in " ".join(situation.check().text.split())


# --- invoices ---


def test_a_credit_note_and_an_invoice_of_nothing_are_no_debt(situation: Situation) -> None:
    """Case 23."""
    invoice = {"account_id": "A0001", "issued_at": "2024-05-11", "due_at": "2024-06-10", "paid_at": ""}
    situation.append("invoices", invoice | {"amount": "-1500"}, invoice | {"amount": "0"})
    found = facts(situation, "A0001")
    assert {found[name] for name in OWED} == {0}


def test_a_check_says_how_many_invoices_owe_nothing(situation: Situation) -> None:
    assert "owe nothing" not in situation.check().text
    invoice = {"account_id": "A0001", "issued_at": "2024-05-11", "due_at": "2024-06-10", "paid_at": ""}
    situation.append("invoices", *(invoice | {"amount": amount} for amount in ("-1500", "-2", "0")))
    assert "2 credit notes (below 0) and 1 invoices of 0 owe nothing" in " ".join(
        situation.check().text.split()
    )


def test_a_debt_beside_a_credit_note_is_its_own_amount(situation: Situation) -> None:
    invoice = {"account_id": "A0001", "issued_at": "2024-09-02", "due_at": "2024-10-02", "paid_at": ""}
    situation.append("invoices", invoice | {"amount": "600"}, invoice | {"amount": "-250.50"})
    found = facts(situation, "A0001")
    assert (found["invoices_overdue"], found["oldest_overdue_days"], found["overdue_usd"]) == (1, 91, 600)


# --- surveys ---


def surveys(situation: Situation, *answers: tuple[str, Any]) -> None:
    """Answers by kind and score, all of account A0001 unless a score says otherwise."""
    rows = [
        {"account_id": "A0001", "kind": kind, "sent_at": f"2024-{month:02}-01", "answered_at": f"2024-{month:02}-02", "score": score}
        for month, (kind, score) in enumerate(answers, start=1)
    ]  # fmt: skip
    situation.write("surveys", rows)
    situation.mapping("surveys", "SELECT * FROM raw.surveys")


def lenient(situation: Situation) -> None:
    situation.settings(params={"ingest": {"max_quarantined_share_of": {"surveys": 0.5, "tickets": 0.5}}})


@pytest.mark.parametrize("kind", ["nps", "NPS", "Nps", "Net Promoter Score", "net_promoter_score"])
def test_nps_is_known_in_any_spelling(situation: Situation, kind: str) -> None:
    surveys(situation, (kind, 9), (kind, 7))
    assert facts(situation, "A0001")["nps_latest_365d"] == 7


@pytest.mark.parametrize("score", [38, -40, 10.5])
def test_a_score_off_the_nps_scale_is_refused(situation: Situation, score: float) -> None:
    surveys(situation, *[("NPS", 8)] * 5, ("nps", score))
    lenient(situation)
    assert facts(situation, "A0001")["nps_latest_365d"] == 8
    assert situation.quarantine("surveys").reason.tolist() == ["score is off the NPS scale of 0 to 10"]


def test_a_book_with_nps_on_another_scale_is_refused_by_name(situation: Situation) -> None:
    surveys(situation, ("nps", 100), ("nps", 50), ("nps", -100), ("nps", 0))
    printed = situation.check()
    assert printed.code == 2
    assert "surveys: 3 of 4 rows" in printed.text and "score is off the NPS scale of 0 to 10" in printed.text


def test_a_declared_scale_refuses_what_it_does_not_have(situation: Situation) -> None:
    surveys(situation, *[("CSAT", 4)] * 4, ("csat", 45), ("ces", 6), ("CES", 8))
    situation.settings(survey_scales={"csat": [1, 5], "ces": [1, 7]})
    lenient(situation)
    assert facts(situation, "A0001")["csat_survey_mean_365d"] == 4
    assert sorted(situation.quarantine("surveys").reason) == [
        "score is off the CES scale of 1 to 7",
        "score is off the CSAT scale of 1 to 5",
    ]


def test_a_scale_that_is_not_declared_is_asked_for_and_never_guessed(situation: Situation) -> None:
    surveys(situation, ("csat", 80), ("csat", 35), ("pulse", 3))
    printed = situation.check()
    assert printed.code == 0
    assert "surveys of kind csat: scores from 35 to 80 of a scale that is not declared" in printed.text
    assert "surveys.kind: 'pulse' 1 rows: not among nps, csat, ces" in printed.text


# --- quantities ---


def test_a_quantity_that_is_missing_is_not_one(situation: Situation) -> None:
    usage = [
        r for r in situation.rows("usage") if r["account_id"] == "A0001" and r["occurred_at"] >= "2024-11-20"
    ]
    assert usage
    situation.change(
        "usage", lambda row: row | {"quantity": "" if row in usage else row.get("quantity", "1")}
    )
    found = facts(situation, "A0001")
    assert found["usage_events_28d"] == 0 and found["features_used_28d"] > 0
    assert f"usage.quantity: {len(usage)} rows have none" in situation.check().text


# --- currencies ---


def in_euros(situation: Situation, table: str, written: str = "EUR") -> None:
    situation.change(
        table, lambda row: row | {"currency": written if row["account_id"] == "A0001" else "USD"}
    )


@pytest.mark.parametrize("written", ["EUR", "eur", " Eur "])
def test_amounts_are_converted_by_declared_rates(situation: Situation, written: str) -> None:
    before = situation.rows("invoices")
    for table in ("contracts", "invoices"):
        in_euros(situation, table, written)
    situation.settings(currency="usd", rates={"eur": 1.25})
    facts(situation, "A0001")
    assert situation.ledger("A0001")[0][2] == 6000 * 1.25
    con = situation.tables().connect()
    found = con.execute(
        "SELECT sum(amount), list(DISTINCT currency) FROM invoices WHERE account_id = 'A0001'"
    ).fetchall()
    assert found == [
        (sum(round(float(r["amount"]) * 1.25, 2) for r in before if r["account_id"] == "A0001"), ["USD"])
    ]


@pytest.mark.parametrize("table", ["contracts", "invoices"])
def test_two_currencies_without_a_rate_are_refused(situation: Situation, table: str) -> None:
    in_euros(situation, table)
    printed = situation.check()
    assert (
        printed.code == 2
        and f"{table}.currency: 'USD'" in printed.text
        and "2 currencies do not add up" in printed.text
    )
    situation.settings(currency="USD", rates={"GBP": 1.3})
    printed = situation.check()
    assert (
        printed.code == 2
        and "rows in 'EUR', and no rate to USD; say 'rates: {EUR: ...}' in book.yaml" in printed.text
    )


def test_invoices_in_another_currency_than_the_contracts_are_refused(situation: Situation) -> None:
    situation.change("contracts", lambda row: row | {"currency": "USD"})
    situation.change("invoices", lambda row: row | {"currency": "CHF"})
    assert situation.check().code == 2


def test_one_currency_in_several_spellings_is_one(situation: Situation) -> None:
    situation.change(
        "contracts", lambda row: row | {"currency": "usd" if row["account_id"] < "A0050" else " USD"}
    )
    assert situation.check().code == 0


@pytest.mark.parametrize("declared", [None, "EUR"])
def test_a_book_of_another_currency_is_told_that_dollar_signs_are_written(
    situation: Situation, declared: str | None
) -> None:
    situation.change("contracts", lambda row: row | {"currency": "EUR"})
    situation.settings(currency=declared)
    assert "contracts.currency: all amounts are in EUR, and are written with '$'" in situation.check().text
    situation.settings(currency="USD", rates={"EUR": 1.08})
    assert "written with '$'" not in situation.check().text
