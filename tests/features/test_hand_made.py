"""Small books whose values a person can count: the features that are easy to get wrong.

Each case is an account of its own, with the days it is looked at; all stand in one book, ingested and built once.
"""

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
Values = Mapping[str, Any]
TABLES: dict[str, list[Mapping[str, Any]]] = {}
LOOKS: list[tuple[str, str, str]] = []
IDS = ("account_id", "contract_id", "ticket_id")


def case(*days: str, contracts: Rows = YEAR, renewal: str = "2024-06-01", **tables: Rows) -> str:
    """The account that these rows (of account 'a') are put under, to be looked at on these days; the book ends in 2026."""
    account = f"case {len(TABLES.get('accounts', []))}"
    for name, rows in {"accounts": [{"account_id": "a"}], "contracts": contracts, **tables}.items():
        own = [
            row
            | {key: f"{account} {row[key]}" if key != "account_id" else account for key in IDS if key in row}
            for row in rows
        ]
        TABLES.setdefault(name, []).extend(own)
    LOOKS.extend((account, day, renewal) for day in days)
    return account


def features_of(
    folder: Path, tables: Mapping[str, Rows], looks: list[tuple[str, str, str]]
) -> dict[tuple[str, str], Values]:
    """What is known of each account on each day."""
    book = make_tables(folder, tables, last_day="2026-01-01", static=("is_auto_renew",))
    snapshots = pd.DataFrame(looks, columns=["account_id", "as_of", "renewal"]).drop_duplicates(
        ignore_index=True
    )
    snapshots = snapshots.assign(
        as_of=pd.to_datetime(snapshots["as_of"]), renewal=pd.to_datetime(snapshots["renewal"]), lead_days=90
    )
    built = build(book, snapshots, available(book))
    return {(row["account_id"], f"{row['as_of']:%Y-%m-%d}"): row for row in built.to_dict("records")}


case(contracts=[term("a", "2023-06-01", "2027-06-01")])  # somebody is a customer when the book ends


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Values]:
    """What is known of every case on its days."""
    return features_of(tmp_path_factory.mktemp("cases"), TABLES, LOOKS)


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

SPIKE = case(
    "2024-03-01", "2024-04-10", "2024-10-20", tickets=[ticket(n, f"2024-01-0{n}") for n in (2, 3, 4)]
)
ONE_OLD = case("2024-04-10", tickets=[ticket(1, "2024-01-02")])
TOPICS = case("2024-03-01", tickets=[
    ticket(n, "2024-02-01", topic=topic)
    for n, topic in enumerate(["Bug report", "BILLING", "Invoice wrong", "How-To", "roadmap"])
])  # fmt: skip
WAITING = case(
    "2024-02-20", "2024-02-21",
    tickets=[ticket(1, "2024-02-01", first_response_at="2024-02-20", resolved_at="2024-04-01")],
)  # fmt: skip
ANSWERS = case("2024-03-01", tickets=[
    ticket(1, "2023-08-01 08:00", first_response_at="2023-08-01 10:00"),
    ticket(2, "2024-02-01 08:00", first_response_at="2024-02-01 14:00"),
])  # fmt: skip
TWO_TICKETS = case("2024-03-01", tickets=[ticket(n, "2024-02-01") for n in (1, 2)])


@pytest.mark.parametrize(("as_of", "is_silent"), [("2024-03-01", 0), ("2024-04-10", 1), ("2024-10-20", 0)])
def test_silence_after_a_spike_needs_the_spike_and_the_silence(known, as_of: str, is_silent: int) -> None:
    """Three tickets in January: in March they are recent, in April they are a spike gone silent, in October long past."""
    assert known[SPIKE, as_of]["is_silent_after_spike"] == is_silent


def test_one_old_ticket_is_no_spike(known) -> None:
    assert known[ONE_OLD, "2024-04-10"]["is_silent_after_spike"] == 0


def test_topics_are_sorted_by_common_words_whatever_their_case(known) -> None:
    found = known[TOPICS, "2024-03-01"]
    shares = [found[f"{kind}_ticket_share_182d"] for kind in ("bug", "billing", "how_to")]
    assert shares == [0.2, 0.4, 0.2]
    assert found["complaint_tickets_365d"] == 0


def test_a_ticket_waits_for_its_first_answer_until_the_answer_is_known(known) -> None:
    days = [known[WAITING, day]["oldest_unanswered_ticket_days"] for day in ("2024-02-20", "2024-02-21")]
    assert days == [19, 0]


def test_answers_are_compared_with_the_half_year_before(known) -> None:
    assert known[ANSWERS, "2024-03-01"]["first_response_trend"] == 3


def test_tickets_stand_beside_seats(known) -> None:
    assert known[TWO_TICKETS, "2024-03-01"]["tickets_per_100_seats_91d"] == 20


# --- touches ---

ANSWERED = case("2024-03-01", touches=[
    touch("2024-01-01 09:00", False), touch("2024-01-15 08:59", True),  # answered in time
    touch("2024-02-01 09:00", False), touch("2024-02-15 09:00", True),  # a moment too late
    touch("2024-02-25 09:00", False),  # too young on March 1 to be judged
])  # fmt: skip
KNOWN_LATE = case("2024-03-01", "2024-03-06", touches=[
    touch("2024-02-10", False, known_at="2024-02-10"), touch("2024-02-12", True, known_at="2024-03-05"),
])  # fmt: skip
MEETINGS = case("2024-03-01", touches=[
    touch("2024-02-01", False, attended="true"), touch("2024-02-10", False, attended="false"),
    touch("2024-02-20", False),
])  # fmt: skip


def test_an_answer_counts_within_two_weeks_and_only_once_it_had_its_time(known) -> None:
    found = known[ANSWERED, "2024-03-01"]
    assert found["answered_touch_share_182d"] == 0.5
    assert found["unanswered_touches_365d"] == 1
    assert found["customer_touches_91d"] == 2
    assert found["vendor_touches_91d"] == 3


def test_an_answer_not_known_yet_is_none(known) -> None:
    days = ("2024-03-01", "2024-03-06")
    assert [known[KNOWN_LATE, day]["answered_touch_share_182d"] for day in days] == [0, 1]


def test_meetings_kept_and_missed(known) -> None:
    found = known[MEETINGS, "2024-03-01"]
    assert (
        found["meetings_kept_share_182d"],
        found["meetings_missed_182d"],
        found["meeting_silence_days_365d"],
    ) == (0.5, 1, 29)


# --- surveys ---

NPS = case("2024-03-10", "2024-03-11", surveys=[
    survey("2023-09-01", "2023-09-03", 9, "p"), survey("2024-03-01", "2024-03-10", 4, "p"),
])  # fmt: skip
PEOPLE = case("2024-03-01", surveys=[
    survey(day, day, score, person)
    for day, score, person in [
        ("2023-09-01", 3, "p"), ("2024-01-01", 10, "p"), ("2024-01-02", 6, "q"), ("2024-01-03", 8, "r"), ("2024-01-04", 9, "s"),
    ]
])  # fmt: skip
AT_ONCE = [survey("2024-01-01", "2024-01-02", score, "") for score in (3, 9)]
ONE_WAY, OTHER_WAY = (case("2024-03-01", surveys=rows) for rows in (AT_ONCE, AT_ONCE[::-1]))


def test_nps_moves_only_once_the_answer_is_given(known) -> None:
    """The second answer comes on March 10; until the day after, the account has one answer and no change."""
    before, after = (known[NPS, day] for day in ("2024-03-10", "2024-03-11"))
    assert pd.isna(before["nps_change_365d"])
    assert before["nps_latest_365d"] == 9
    assert after["nps_change_365d"] == -5
    assert after["nps_latest_365d"] == 4


def test_promoters_and_detractors_are_people_by_their_newest_answer(known) -> None:
    found = known[PEOPLE, "2024-03-01"]
    assert (found["nps_promoter_share_365d"], found["nps_detractor_share_365d"]) == (0.5, 0.25)
    assert found["survey_respondents_365d"] == 4


def test_two_answers_at_once_give_one_value_whatever_their_order(known) -> None:
    one, two = (known[each, "2024-03-01"] for each in (ONE_WAY, OTHER_WAY))
    assert one["nps_latest_365d"] == two["nps_latest_365d"] == 9
    assert one["nps_change_365d"] == two["nps_change_365d"] == 6


# --- contracts ---

PRICE = case("2024-03-01", contracts=[
    term("a", "2022-06-01", "2023-06-01", arr=1000, seats=10, product="core"),
    term("a", "2023-06-01", "2024-06-01", arr=1620, seats=15, product="core"),
    term("a", "2023-06-01", "2024-06-01", arr=400, product="chat"),
])  # fmt: skip
FIRST_TERM = case("2024-03-01")
AHEAD = case("2024-05-31", "2024-06-02", renewal="2025-06-01", contracts=[
    *YEAR, term("a", "2024-06-01", "2025-06-01", arr=2000, seats=10, signed_at="2024-02-01"),
])  # fmt: skip
LATE = case("2024-03-01", contracts=[
    term("a", "2022-05-20", "2023-05-20", seats=10), term("a", "2023-06-01", "2024-06-01", arr=1010, seats=10),
])  # fmt: skip
ADD_ON = case("2024-03-01", contracts=[
    term("a", "2023-06-01", "2024-06-01", seats=10), term("a", "2023-09-01", "2024-06-01", arr=200, seats=2),
])  # fmt: skip
DISCOUNT_DAYS = [("2023-10-02", 0, 0, 0.2), ("2023-10-03", 1, 0, 0.2), ("2024-01-01", 1, 0, 0.2), ("2024-01-02", 0, 1, 0)]  # fmt: skip
DISCOUNT = case(
    *(day for day, *_ in DISCOUNT_DAYS),
    contracts=[term("a", "2023-06-01", "2024-06-01", discount_share=0.2, discount_ends_on="2024-01-01")],
)
HALF_DISCOUNT = case("2024-03-01", contracts=[
    term("a", "2023-06-01", "2024-06-01", product="core", discount_share=0.3),
    term("a", "2023-06-01", "2024-06-01", product="chat", discount_share=0.9, discount_ends_on="2023-07-01"),
])  # fmt: skip
NOTICE_DAYS = [("2024-03-01", 2), ("2024-03-03", 0), ("2024-04-01", 0)]
BY_ITSELF = case(*(day for day, _ in NOTICE_DAYS), contracts=[{**YEAR[0], "is_auto_renew": "true"}])
BY_HAND = case("2024-03-01", contracts=[{**YEAR[0], "is_auto_renew": "false"}])
PART_NOTICE = case("2024-03-01", contracts=[
    term("a", "2023-06-01", "2024-06-01", product="core", arr=300),
    term("a", "2023-06-01", "2024-06-01", product="chat", arr=100, notice_at="2024-02-01"),
])  # fmt: skip
TWO_ENDS = case("2024-03-01", contracts=[
    term("a", "2023-06-01", "2024-06-01", product="core", arr=300), term("a", "2023-06-01", "2025-06-01", product="chat", arr=100),
])  # fmt: skip


def test_price_at_the_last_renewal_is_a_seat_s_and_passes_over_products_without_seats(known) -> None:
    found = known[PRICE, "2024-03-01"]
    assert found["price_change_at_renewal"] == pytest.approx(1.08)
    assert (
        found["term_change"] == 1.0
    )  # a leap day lies in the newer term: it names the year, and is no change


def test_a_first_term_has_no_renewal_behind_it(known) -> None:
    found = known[FIRST_TERM, "2024-03-01"]
    assert pd.isna(found["price_change_at_renewal"])
    assert pd.isna(found["term_change"])
    assert found["renewals_survived"] == 0


def test_a_renewal_signed_ahead_is_no_renewal_before_it_begins(known) -> None:
    found = [known[AHEAD, day] for day in ("2024-05-31", "2024-06-02")]
    assert [f["renewals_survived"] for f in found] == [0, 1]
    assert [f["upsells_730d"] for f in found] == [0, 1]
    assert found[1]["price_change_at_renewal"] == 2
    assert found[1]["signed_ahead_days"] == 121


def test_a_late_renewal_is_neither_a_cut_nor_a_raise(known) -> None:
    found = known[LATE, "2024-03-01"]
    assert (found["upsells_730d"], found["downsells_730d"]) == (0, 0)
    assert found["price_change_at_renewal"] == pytest.approx(1.01)


def test_an_add_on_is_a_raise_in_mid_term(known) -> None:
    found = known[ADD_ON, "2024-03-01"]
    assert (found["add_ons_365d"], found["upsells_730d"]) == (1, 1)
    assert pd.isna(found["downsells_730d"])  # a customer for nine months was not 'never' cut in two years


@pytest.mark.parametrize(("as_of", "is_ending", "has_ended", "share"), DISCOUNT_DAYS)
def test_a_discount_ends_on_its_day(known, as_of: str, is_ending: int, has_ended: int, share: float) -> None:
    found = known[DISCOUNT, as_of]
    assert (found["is_discount_ending"], found["has_discount_ended_182d"], found["discount_share"]) == (
        is_ending,
        has_ended,
        share,
    )


def test_a_discount_on_half_of_the_money_is_half_a_discount(known) -> None:
    found = known[HALF_DISCOUNT, "2024-03-01"]
    assert found["discount_share"] == pytest.approx(0.15)
    assert pd.isna(found["discount_ends_in_days"])
    assert found["is_discount_ending"] == 0


def test_discounts_that_never_end_need_no_last_day(tmp_path) -> None:
    """A book of its own: what columns there are is a matter of the whole book."""
    tables = {"accounts": [{"account_id": "a"}], "contracts": [{**YEAR[0], "discount_share": 0.3}]}
    found = features_of(tmp_path, tables, [("a", "2024-03-01", "2024-06-01")])["a", "2024-03-01"]
    assert found["discount_share"] == pytest.approx(0.3)
    assert "is_discount_ending" not in found


@pytest.mark.parametrize(("as_of", "days"), NOTICE_DAYS)
def test_the_usual_notice_deadline_of_a_year_s_term_is_90_days_before_its_end(
    known, as_of: str, days: int
) -> None:
    assert known[BY_ITSELF, as_of]["notice_deadline_in_days"] == days


def test_without_renewal_by_itself_there_is_no_deadline(known) -> None:
    assert pd.isna(known[BY_HAND, "2024-03-01"]["notice_deadline_in_days"])


def test_notice_on_one_product_is_a_share_of_the_money(known) -> None:
    found = known[PART_NOTICE, "2024-03-01"]
    assert (found["has_notice"], found["notice_arr_share"], found["add_on_arr_share"]) == (0, 0.25, 0.25)


def test_what_ends_later_is_not_at_stake_at_this_renewal(known) -> None:
    found = known[TWO_ENDS, "2024-03-01"]
    assert (found["renewing_arr_share"], found["is_multi_year"]) == (0.75, 1)


# --- invoices, milestones, actions ---

INVOICE = {"account_id": "a", "issued_at": "2023-12-01", "due_at": "2024-01-01", "paid_at": "2024-03-01", "amount": 250}  # fmt: skip
case(invoices=[INVOICE | {"issued_at": "2022-01-01", "due_at": "2022-02-01"}])  # invoices were there before
PAID_LATE = case("2024-01-31", "2024-02-01", "2024-03-10", invoices=[INVOICE])
MILESTONES = case("2024-02-09", "2024-02-29", "2024-03-02", milestones=[
    {"account_id": "a", "milestone": "kickoff", "due_at": "2024-02-01", "achieved_at": "2024-02-09", "known_at": "2024-01-01"},
    {"account_id": "a", "milestone": "go-live", "due_at": "2024-03-01", "achieved_at": "", "known_at": "2024-01-01"},
])  # fmt: skip
HELD_OUT = case("2024-03-01", actions=[
    {"account_id": "a", "acted_at": "2024-02-01", "action": "call", "is_held_out": "false"},
    {"account_id": "a", "acted_at": "2024-02-10", "action": "call", "is_held_out": "true"},
])  # fmt: skip


def test_a_payment_counts_as_failed_a_month_after_it_was_due(known) -> None:
    found = [known[PAID_LATE, day] for day in ("2024-01-31", "2024-02-01", "2024-03-10")]
    assert [f["failed_invoices_365d"] for f in found] == [0, 1, 1]
    assert [f["overdue_arr_share"] for f in found] == [0.25, 0.25, 0]
    assert [f["worst_delay_days_365d"] for f in found] == [30, 31, 60]
    assert [f["late_invoice_share_365d"] for f in found] == [1, 1, 1]


def test_milestones_late_and_to_come(known) -> None:
    found = [known[MILESTONES, day] for day in ("2024-02-09", "2024-02-29", "2024-03-02")]
    assert [f["onboarding_stalled_days"] for f in found] == [8, 0, 1]
    assert [f["next_milestone_in_days"] for f in found[:2]] == [21, 1]
    assert pd.isna(found[2]["next_milestone_in_days"])
    assert found[1]["milestones_late_share"] == 1


def test_held_out_accounts_had_no_action(known) -> None:
    found = known[HELD_OUT, "2024-03-01"]
    assert (found["actions_182d"], found["action_kinds_365d"], found["action_age_days_365d"]) == (1, 1, 29)


# --- boundary days ---

OPENED = {"2023-12-01 00:00": 1, "2023-11-30 23:59:59": 0, "2024-02-29 23:59:59": 1, "2024-03-01 00:00": 0}
BOUNDARIES = {opened: case("2024-03-01", tickets=[ticket(1, opened)]) for opened in OPENED}
LEAP = case(
    "2024-02-29", "2024-02-28", renewal="2025-03-01",
    contracts=[term("a", "2023-03-01", "2025-03-01", arr=500, seats=5)],
)  # fmt: skip


@pytest.mark.parametrize("opened", OPENED)
def test_a_window_begins_and_ends_at_midnight_across_a_leap_day(known, opened: str) -> None:
    assert known[BOUNDARIES[opened], "2024-03-01"]["tickets_opened_91d"] == OPENED[opened]


def test_a_year_ago_from_a_leap_day_is_365_days_ago(known) -> None:
    assert known[LEAP, "2024-02-29"]["arr_change_365d"] == 1  # 2024-02-29 less 365 days is 2023-03-01
    assert pd.isna(known[LEAP, "2024-02-28"]["arr_change_365d"])


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
