"""Small books whose values a person can count: the features that are easy to get wrong."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from churnml.features.build import build
from churnml.features.catalog import CATALOG, available
from tests.books import Rows, make_tables, term

YEAR = [term("a", "2023-06-01", "2024-06-01", seats=10)]
NAMED = {feature.column: feature for feature in CATALOG}


def look(
    folder: Path, as_of: str, contracts: Rows = YEAR, renewal: str = "2024-06-01", **tables: Rows
) -> Mapping[str, Any]:
    """What is known of account 'a' on a day, in a book that ends in 2026."""
    book = make_tables(
        folder, {"accounts": [{"account_id": "a"}], "contracts": contracts, **tables},
        last_day="2026-01-01", static=("is_auto_renew",),
    )  # fmt: skip
    snapshot = pd.DataFrame(
        {
            "account_id": ["a"],
            "as_of": [pd.Timestamp(as_of)],
            "renewal": [pd.Timestamp(renewal)],
            "lead_days": [90],
        }
    )
    found: Mapping[str, Any] = build(book, snapshot, available(book)).iloc[0].to_dict()
    return found


def ticket(number: int, opened: str, **more: Any) -> dict[str, Any]:
    return {"ticket_id": str(number), "account_id": "a", "opened_at": opened, **more}


def touch(when: str, customer: bool, **more: Any) -> dict[str, Any]:
    return {
        "account_id": "a",
        "occurred_at": when,
        "channel": "email",
        "is_customer_initiated": customer,
        **more,
    }


def survey(sent: str, answered: str, score: float | str, person: str, kind: str = "nps") -> dict[str, Any]:
    return {
        "account_id": "a",
        "kind": kind,
        "sent_at": sent,
        "answered_at": answered,
        "score": score,
        "respondent_id": person,
    }


# --- tickets ---


@pytest.mark.parametrize(("as_of", "is_silent"), [("2024-03-01", 0), ("2024-04-10", 1), ("2024-10-20", 0)])
def test_silence_after_a_spike_needs_the_spike_and_the_silence(tmp_path, as_of: str, is_silent: int) -> None:
    """Three tickets in January: in March they are recent, in April they are a spike gone silent, in October long past."""
    found = look(tmp_path, as_of, tickets=[ticket(n, f"2024-01-0{n}") for n in (2, 3, 4)])
    assert found["is_silent_after_spike"] == is_silent


def test_one_old_ticket_is_no_spike(tmp_path) -> None:
    assert look(tmp_path, "2024-04-10", tickets=[ticket(1, "2024-01-02")])["is_silent_after_spike"] == 0


def test_topics_are_sorted_by_common_words_whatever_their_case(tmp_path) -> None:
    topics = ["Bug report", "BILLING", "Invoice wrong", "How-To", "roadmap"]
    found = look(
        tmp_path,
        "2024-03-01",
        tickets=[ticket(n, "2024-02-01", topic=topic) for n, topic in enumerate(topics)],
    )
    shares = [found[f"{kind}_ticket_share_182d"] for kind in ("bug", "billing", "how_to")]
    assert shares == [0.2, 0.4, 0.2]
    assert found["complaint_tickets_365d"] == 0


def test_a_ticket_waits_for_its_first_answer_until_the_answer_is_known(tmp_path) -> None:
    waiting = [ticket(1, "2024-02-01", first_response_at="2024-02-20", resolved_at="2024-04-01")]
    days = {
        day: look(tmp_path / day, day, tickets=waiting)["oldest_unanswered_ticket_days"]
        for day in ("2024-02-20", "2024-02-21")
    }
    assert days == {"2024-02-20": 19, "2024-02-21": 0}


def test_answers_are_compared_with_the_half_year_before(tmp_path) -> None:
    tickets = [
        ticket(1, "2023-08-01 08:00", first_response_at="2023-08-01 10:00"),
        ticket(2, "2024-02-01 08:00", first_response_at="2024-02-01 14:00"),
    ]
    assert look(tmp_path, "2024-03-01", tickets=tickets)["first_response_trend"] == 3


def test_tickets_stand_beside_seats(tmp_path) -> None:
    found = look(tmp_path, "2024-03-01", tickets=[ticket(n, "2024-02-01") for n in (1, 2)])
    assert found["tickets_per_100_seats_91d"] == 20


# --- touches ---


def test_an_answer_counts_within_two_weeks_and_only_once_it_had_its_time(tmp_path) -> None:
    touches = [
        touch("2024-01-01 09:00", False), touch("2024-01-15 08:59", True),  # answered in time
        touch("2024-02-01 09:00", False), touch("2024-02-15 09:00", True),  # a moment too late
        touch("2024-02-25 09:00", False),  # too young on March 1 to be judged
    ]  # fmt: skip
    found = look(tmp_path, "2024-03-01", touches=touches)
    assert found["answered_touch_share_182d"] == 0.5
    assert found["unanswered_touches_365d"] == 1
    assert found["customer_touches_91d"] == 2
    assert found["vendor_touches_91d"] == 3


def test_an_answer_not_known_yet_is_none(tmp_path) -> None:
    touches = [
        touch("2024-02-10", False, known_at="2024-02-10"),
        touch("2024-02-12", True, known_at="2024-03-05"),
    ]
    days = ("2024-03-01", "2024-03-06")
    assert [look(tmp_path / day, day, touches=touches)["answered_touch_share_182d"] for day in days] == [0, 1]


def test_meetings_kept_and_missed(tmp_path) -> None:
    touches = [
        touch("2024-02-01", False, attended="true"),
        touch("2024-02-10", False, attended="false"),
        touch("2024-02-20", False),
    ]
    found = look(tmp_path, "2024-03-01", touches=touches)
    assert (
        found["meetings_kept_share_182d"],
        found["meetings_missed_182d"],
        found["meeting_silence_days_365d"],
    ) == (0.5, 1, 29)


# --- surveys ---


def test_nps_moves_only_once_the_answer_is_given(tmp_path) -> None:
    """The second answer comes on March 10; until the day after, the account has one answer and no change."""
    surveys = [survey("2023-09-01", "2023-09-03", 9, "p"), survey("2024-03-01", "2024-03-10", 4, "p")]
    before, after = (look(tmp_path / day, day, surveys=surveys) for day in ("2024-03-10", "2024-03-11"))
    assert pd.isna(before["nps_change_365d"])
    assert before["nps_latest_365d"] == 9
    assert after["nps_change_365d"] == -5
    assert after["nps_latest_365d"] == 4


def test_promoters_and_detractors_are_people_by_their_newest_answer(tmp_path) -> None:
    answers = [
        ("2023-09-01", 3, "p"),
        ("2024-01-01", 10, "p"),
        ("2024-01-02", 6, "q"),
        ("2024-01-03", 8, "r"),
        ("2024-01-04", 9, "s"),
    ]
    found = look(
        tmp_path, "2024-03-01", surveys=[survey(day, day, score, person) for day, score, person in answers]
    )
    assert (found["nps_promoter_share_365d"], found["nps_detractor_share_365d"]) == (0.5, 0.25)
    assert found["survey_respondents_365d"] == 4


def test_two_answers_at_once_give_one_value_whatever_their_order(tmp_path) -> None:
    answers = [survey("2024-01-01", "2024-01-02", score, "") for score in (3, 9)]
    one, two = (
        look(tmp_path / str(n), "2024-03-01", surveys=rows) for n, rows in enumerate((answers, answers[::-1]))
    )
    assert one["nps_latest_365d"] == two["nps_latest_365d"] == 9
    assert one["nps_change_365d"] == two["nps_change_365d"] == 6


# --- contracts ---


def test_price_at_the_last_renewal_is_a_seat_s_and_passes_over_products_without_seats(tmp_path) -> None:
    contracts = [
        term("a", "2022-06-01", "2023-06-01", arr=1000, seats=10, product="core"),
        term("a", "2023-06-01", "2024-06-01", arr=1620, seats=15, product="core"),
        term("a", "2023-06-01", "2024-06-01", arr=400, product="chat"),
    ]
    found = look(tmp_path, "2024-03-01", contracts)
    assert found["price_change_at_renewal"] == pytest.approx(1.08)
    assert found["term_change"] == pytest.approx(366 / 365)  # a leap day lies in the newer term


def test_a_first_term_has_no_renewal_behind_it(tmp_path) -> None:
    found = look(tmp_path, "2024-03-01")
    assert pd.isna(found["price_change_at_renewal"])
    assert pd.isna(found["term_change"])
    assert found["renewals_survived"] == 0


def test_a_renewal_signed_ahead_is_no_renewal_before_it_begins(tmp_path) -> None:
    contracts = [*YEAR, term("a", "2024-06-01", "2025-06-01", arr=2000, seats=10, signed_at="2024-02-01")]
    days = ("2024-05-31", "2024-06-02")
    found = [look(tmp_path / day, day, contracts, "2025-06-01") for day in days]
    assert [f["renewals_survived"] for f in found] == [0, 1]
    assert [f["upsells_730d"] for f in found] == [0, 1]
    assert found[1]["price_change_at_renewal"] == 2
    assert found[1]["signed_ahead_days"] == 121


def test_a_late_renewal_is_neither_a_cut_nor_a_raise(tmp_path) -> None:
    contracts = [
        term("a", "2022-05-20", "2023-05-20", seats=10),
        term("a", "2023-06-01", "2024-06-01", arr=1010, seats=10),
    ]
    found = look(tmp_path, "2024-03-01", contracts)
    assert (found["upsells_730d"], found["downsells_730d"]) == (0, 0)
    assert found["price_change_at_renewal"] == pytest.approx(1.01)


def test_an_add_on_is_a_raise_in_mid_term(tmp_path) -> None:
    contracts = [
        term("a", "2023-06-01", "2024-06-01", seats=10),
        term("a", "2023-09-01", "2024-06-01", arr=200, seats=2),
    ]
    found = look(tmp_path, "2024-03-01", contracts)
    assert (found["add_ons_365d"], found["upsells_730d"], found["downsells_730d"]) == (1, 1, 0)


@pytest.mark.parametrize(("as_of", "is_ending", "has_ended", "share"),
                         [("2023-10-02", 0, 0, 0.2), ("2023-10-03", 1, 0, 0.2), ("2024-01-01", 1, 0, 0.2), ("2024-01-02", 0, 1, 0)])  # fmt: skip
def test_a_discount_ends_on_its_day(
    tmp_path, as_of: str, is_ending: int, has_ended: int, share: float
) -> None:
    contracts = [term("a", "2023-06-01", "2024-06-01", discount_share=0.2, discount_ends_on="2024-01-01")]
    found = look(tmp_path, as_of, contracts)
    assert (found["is_discount_ending"], found["has_discount_ended_182d"], found["discount_share"]) == (
        is_ending,
        has_ended,
        share,
    )


def test_a_discount_on_half_of_the_money_is_half_a_discount(tmp_path) -> None:
    contracts = [
        term("a", "2023-06-01", "2024-06-01", product="core", discount_share=0.3),
        term(
            "a", "2023-06-01", "2024-06-01", product="chat", discount_share=0.9, discount_ends_on="2023-07-01"
        ),
    ]
    found = look(tmp_path, "2024-03-01", contracts)
    assert found["discount_share"] == pytest.approx(0.15)
    assert pd.isna(found["discount_ends_in_days"])
    assert found["is_discount_ending"] == 0


def test_discounts_that_never_end_need_no_last_day(tmp_path) -> None:
    found = look(tmp_path, "2024-03-01", [{**YEAR[0], "discount_share": 0.3}])
    assert found["discount_share"] == pytest.approx(0.3)
    assert "is_discount_ending" not in found


@pytest.mark.parametrize(("as_of", "days"), [("2024-03-01", 2), ("2024-03-03", 0), ("2024-04-01", 0)])
def test_the_usual_notice_deadline_of_a_year_s_term_is_90_days_before_its_end(
    tmp_path, as_of: str, days: int
) -> None:
    assert look(tmp_path, as_of, [{**YEAR[0], "is_auto_renew": "true"}])["notice_deadline_in_days"] == days


def test_without_renewal_by_itself_there_is_no_deadline(tmp_path) -> None:
    assert pd.isna(
        look(tmp_path, "2024-03-01", [{**YEAR[0], "is_auto_renew": "false"}])["notice_deadline_in_days"]
    )


def test_notice_on_one_product_is_a_share_of_the_money(tmp_path) -> None:
    contracts = [term("a", "2023-06-01", "2024-06-01", product="core", arr=300),
                 term("a", "2023-06-01", "2024-06-01", product="chat", arr=100, notice_at="2024-02-01")]  # fmt: skip
    found = look(tmp_path, "2024-03-01", contracts)
    assert (found["has_notice"], found["notice_arr_share"], found["add_on_arr_share"]) == (0, 0.25, 0.25)


def test_what_ends_later_is_not_at_stake_at_this_renewal(tmp_path) -> None:
    contracts = [
        term("a", "2023-06-01", "2024-06-01", product="core", arr=300),
        term("a", "2023-06-01", "2025-06-01", product="chat", arr=100),
    ]
    found = look(tmp_path, "2024-03-01", contracts)
    assert (found["renewing_arr_share"], found["is_multi_year"]) == (0.75, 1)


# --- invoices, milestones, actions ---


def test_a_payment_counts_as_failed_a_month_after_it_was_due(tmp_path) -> None:
    invoices = [
        {
            "account_id": "a",
            "issued_at": "2023-12-01",
            "due_at": "2024-01-01",
            "paid_at": "2024-03-01",
            "amount": 250,
        }
    ]
    days = ("2024-01-31", "2024-02-01", "2024-03-10")
    found = [look(tmp_path / day, day, invoices=invoices) for day in days]
    assert [f["failed_invoices_365d"] for f in found] == [0, 1, 1]
    assert [f["overdue_arr_share"] for f in found] == [0.25, 0.25, 0]
    assert [f["worst_delay_days_365d"] for f in found] == [30, 31, 60]
    assert [f["late_invoice_share_365d"] for f in found] == [1, 1, 1]


def test_milestones_late_and_to_come(tmp_path) -> None:
    milestones = [
        {
            "account_id": "a",
            "milestone": "kickoff",
            "due_at": "2024-02-01",
            "achieved_at": "2024-02-09",
            "known_at": "2024-01-01",
        },
        {
            "account_id": "a",
            "milestone": "go-live",
            "due_at": "2024-03-01",
            "achieved_at": "",
            "known_at": "2024-01-01",
        },
    ]
    found = [
        look(tmp_path / day, day, milestones=milestones) for day in ("2024-02-09", "2024-02-29", "2024-03-02")
    ]
    assert [f["onboarding_stalled_days"] for f in found] == [8, 0, 1]
    assert [f["next_milestone_in_days"] for f in found[:2]] == [21, 1]
    assert pd.isna(found[2]["next_milestone_in_days"])
    assert found[1]["milestones_late_share"] == 1


def test_held_out_accounts_had_no_action(tmp_path) -> None:
    actions = [{"account_id": "a", "acted_at": "2024-02-01", "action": "call", "is_held_out": "false"},
               {"account_id": "a", "acted_at": "2024-02-10", "action": "call", "is_held_out": "true"}]  # fmt: skip
    found = look(tmp_path, "2024-03-01", actions=actions)
    assert (found["actions_182d"], found["action_kinds_365d"], found["action_age_days_365d"]) == (1, 1, 29)


# --- boundary days ---


@pytest.mark.parametrize(
    ("opened", "counts"),
    [
        ("2023-12-01 00:00", 1),
        ("2023-11-30 23:59:59", 0),
        ("2024-02-29 23:59:59", 1),
        ("2024-03-01 00:00", 0),
    ],
)
def test_a_window_begins_and_ends_at_midnight_across_a_leap_day(tmp_path, opened: str, counts: int) -> None:
    assert look(tmp_path, "2024-03-01", tickets=[ticket(1, opened)])["tickets_opened_91d"] == counts


def test_a_year_ago_from_a_leap_day_is_365_days_ago(tmp_path) -> None:
    contracts = [term("a", "2023-03-01", "2025-03-01", arr=500, seats=5)]
    assert (
        look(tmp_path, "2024-02-29", contracts, "2025-03-01")["arr_change_365d"] == 1
    )  # 2024-02-29 less 365 days is 2023-03-01
    assert pd.isna(look(tmp_path / "day_before", "2024-02-28", contracts, "2025-03-01")["arr_change_365d"])


# --- phrases ---


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("upsells_730d", 0, "ARR was never raised in the last 730 days"),
        ("notice_arr_share", 0.25, "25% of ARR is under notice"),
        ("price_change_at_renewal", 1.08, "the last renewal set the price per seat at 108% of the one before"),
        ("tickets_per_100_seats_91d", 20, "tickets opened per 100 seats in the last 91 days: 20"),
        ("answered_touch_share_182d", 0, "none of the team's contacts answered within two weeks in the last 182 days"),
        ("nps_change_365d", -5, "NPS answer moved by -5.0 against the one before"),
        ("is_silent_after_spike", 1, "no ticket in the last 91 days after three or more in the half year before"),
        ("overdue_arr_share", 0.25, "overdue invoices come to 25% of ARR"),
        ("discount_ends_in_days", 12, "a discount ends in 12 days"),
    ],
)  # fmt: skip
def test_a_value_is_said_as_a_plain_fact(column: str, value: float, said: str) -> None:
    assert NAMED[column].say(value) == said
