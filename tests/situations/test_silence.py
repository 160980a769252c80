"""Kind 8: time before there was data. Before a table's first row, and before an account was a customer, nothing is known."""

from datetime import date, timedelta

import pandas as pd
import pytest

from tests.situations.situation import Situation
from tests.situations.test_amounts import LAST_DAY, facts

YOUNG = "A0900"


def newcomer(situation: Situation, days: int) -> None:
    """A customer since so many days."""
    start = LAST_DAY - timedelta(days=days)
    situation.append(
        "accounts", {"account_id": YOUNG, "name": "Young", "created_at": "2021-01-01", "segment": "large"}
    )
    term = {
        "contract_id": "Y",
        "account_id": YOUNG,
        "start_date": start,
        "end_date": start + timedelta(days=365),
        "arr": 900,
        "seats": 5,
    }
    situation.append("contracts", term)


def touches(situation: Situation, *rows: tuple[str, str]) -> None:
    """Calls begun by the customer, by account and day."""
    content = [
        {"account_id": a, "occurred_at": day, "channel": "call", "is_customer_initiated": "true"}
        for a, day in rows
    ]
    situation.write("touches", content)
    situation.mapping("touches", "SELECT * FROM raw.touches")


@pytest.mark.parametrize("days", [61, 100])
def test_a_silence_is_no_longer_than_the_customer_is_one(situation: Situation, days: int) -> None:
    newcomer(situation, days)
    touches(situation, ("A0001", "2023-01-10"), ("A0002", "2024-12-30"))
    assert facts(situation, YOUNG)["customer_silence_days_365d"] == days


@pytest.mark.parametrize(("first", "silence"), [("2024-06-15", 200), ("2024-11-02", 60)])
def test_a_silence_is_no_longer_than_contacts_are_noted(
    situation: Situation, first: str, silence: int
) -> None:
    touches(situation, ("A0002", first), ("A0002", "2024-12-30"))
    assert facts(situation, "A0001")["customer_silence_days_365d"] == silence


@pytest.mark.parametrize("opened", [date(2023, 7, 1), date(2024, 3, 1)])
def test_before_the_desk_opened_its_tickets_are_unknown_and_not_none(
    situation: Situation, opened: date
) -> None:
    situation.change("tickets", lambda row: row if row["opened_at"] >= str(opened) else None)
    before, after = facts(situation, "A0001", opened), facts(situation, "A0001", opened + timedelta(days=182))
    for name in (
        "tickets_opened_91d",
        "open_tickets",
        "oldest_open_ticket_days",
        "is_silent_after_spike",
        "complaint_tickets_365d",
    ):
        assert name not in before or pd.isna(before[name]), name
    assert after["tickets_opened_91d"] >= 0 and after["open_tickets"] >= 0


@pytest.mark.parametrize(("months", "has_quarters"), [(7, True), (6, False), (3, False)])
def test_a_short_export_has_no_level_over_the_year(
    situation: Situation, months: int, has_quarters: bool
) -> None:
    """The account arrives by the week: its last whole one ends days before the list, so that six months hold less than 26 weeks."""
    first = str(date(2024, 13 - months, 1))
    situation.change("usage", lambda row: row if row["occurred_at"] >= first else None)
    found = facts(situation, "A0001")
    assert pd.isna(found["usage_year_level"]) and pd.isna(found["usage_same_season"])
    assert found["usage_events_28d"] > 0
    assert pd.isna(found["usage_trend_quarter"]) != has_quarters


def test_nothing_was_ever_cut_in_two_years_is_not_said_of_a_newcomer(situation: Situation) -> None:
    newcomer(situation, 61)
    found = facts(situation, YOUNG)
    assert pd.isna(found["downsells_730d"]) and pd.isna(found["upsells_730d"])


def named_users(situation: Situation, *nameless: str) -> None:
    """Usage that names its users, but for some accounts."""
    situation.change(
        "usage",
        lambda row: row | {"user_id": "" if row["account_id"] in nameless else f"{row['account_id']}-u"},
    )


def test_rows_without_user_ids_do_not_show_that_nobody_came(situation: Situation) -> None:
    named_users(situation, "A0001", "A0003")
    for account, seats_used in (("A0001", None), ("A0003", None), ("A0004", 1)):
        found = facts(situation, account)
        assert found["usage_events_28d"] > 0
        assert (None if pd.isna(found["active_users_28d"]) else found["active_users_28d"]) == seats_used
        assert pd.isna(found["seat_utilisation"]) == (seats_used is None)


def test_an_account_whose_usage_ended_has_no_seat_in_use(situation: Situation) -> None:
    named_users(situation)
    situation.change(
        "usage",
        lambda row: None if row["account_id"] == "A0001" and row["occurred_at"] >= "2024-10-01" else row,
    )
    assert facts(situation, "A0001")["seat_utilisation"] == 0


def test_features_that_rows_do_not_name_are_unknown(situation: Situation) -> None:
    situation.change(
        "usage", lambda row: row | {"feature": "" if row["account_id"] == "A0001" else row["feature"]}
    )
    found = facts(situation, "A0001")
    assert pd.isna(found["features_used_28d"]) and pd.isna(found["features_used_365d"])
