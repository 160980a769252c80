"""Roadblocks: whatever the list, they sum to its accounts at risk to the cent, and quote what it says."""

import itertools

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from churnml.formats.summary import summary
from churnml.listing.status import to_keep
from churnml.listing.top_drivers import driver_line, middle, top_drivers
from tests.listing.fakes import list_snapshot, the_list

CONCEPTS = st.sampled_from(["", "tickets", "usage", "tone"])
ACCOUNTS = st.lists(
    st.fixed_dictionaries({
        "arr_usd": st.integers(0, 10**9).map(lambda cents: cents / 100),
        "expected_loss_usd": st.integers(0, 10**9).map(lambda cents: cents / 100) | st.just(float("nan")),
        "is_at_risk": st.booleans(), "band": st.sampled_from(["high", "normal", "notice given", "new", ""]),
        "reason_1_concept": CONCEPTS, "reason_2_concept": CONCEPTS, "number": st.integers(0, 99),
    }),
    max_size=12,
)  # fmt: skip


@settings(max_examples=40)
@given(ACCOUNTS)
def test_they_sum_to_the_accounts_at_risk(rows: list[dict[str, object]]) -> None:
    names = [
        "arr_usd",
        "expected_loss_usd",
        "is_at_risk",
        "band",
        "reason_1_concept",
        "reason_2_concept",
        "number",
    ]
    listed = pd.DataFrame(rows, columns=names).astype({"is_at_risk": bool})
    listed["reason_1"] = [
        f"{n} things" if c else "" for c, n in zip(listed["reason_1_concept"], listed["number"], strict=True)
    ]
    found, ours = top_drivers(listed), to_keep(listed)
    assert found["accounts"].sum() == len(ours)
    for dollars in ("arr_usd", "expected_loss_usd"):
        assert round(found[dollars].sum() * 100) == round(ours[dollars].sum() * 100)
    assert found["concept"].is_unique and list(found["concept"]).count("") == int(
        (ours["reason_1"] == "").any()
    )
    assert (found["accounts_mentioning"] >= found["accounts"]).all()
    assert "" not in list(found["concept"])[:-1]


def test_they_tell_the_list_of_awkward_accounts() -> None:
    found = top_drivers(the_list()[0])
    assert found["concept"].tolist() == ["active users", "usage rhythm"]
    assert driver_line(found.loc[0]) == "1 account, $182,400 ARR, $111,264 expected loss: active users"
    assert found["what"].tolist() == ["12 active users in the last 28 days", "last used 365 days or more ago"]
    told = summary(list_snapshot())
    assert sum(row["accounts"] for row in told["roadblocks"]) == told["accounts_at_risk"] == 2
    assert sum(row["expected_loss_usd"] for row in told["roadblocks"]) == told["expected_loss_at_risk_usd"]


def test_without_a_signal_no_loss_is_told() -> None:
    told = top_drivers(the_list(is_proven=False)[0])
    assert told["expected_loss_usd"].isna().all() and "expected loss" not in driver_line(told.loc[0])


def test_the_fact_told_is_one_accounts_own_and_windows_are_not_mixed() -> None:
    users = [f"{n} active users in the last 28 days; typical account: 38" for n in (12, 1, 30)]
    weeks = [f"used on {n} of the last 91 days" for n in (3, 4)]
    assert middle([*weeks, *users]) == "12 active users in the last 28 days (the middle of 3 accounts)"
    assert (
        middle([*weeks, "used on 2 of the last 28 days"])
        == "used on 3 of the last 91 days (the middle of 2 accounts)"
    )
    assert middle(["$1,200 overdue", "$900 overdue", "$15,000 overdue"]).startswith(
        "$1,200 overdue (the middle"
    )
    assert middle(["a single person uses the product"] * 2) == "a single person uses the product"


def test_how_long_a_fall_took_and_what_was_not_heard_make_no_fact_of_their_own() -> None:
    quiet = (
        "no ticket in 91 days",
        "no contact begun by the customer in 91 days, 3 surveys unanswered in a year",
        "",
    )
    falls = [
        f"events per seat in 28 days fell from {20 + n} to {n}.4 over {stretch}{', ' if words else ''}{words}; similar accounts: 6"
        for n, (stretch, words) in enumerate(itertools.product(("91 days", "a year", "2 years"), quiet))
    ]
    assert middle(
        [*falls, "active users rose from 1,004 to 2,008 over 91 days", *["last used 9 days ago"] * 5]
    ) == ("events per seat in 28 days fell from 24 to 4.4 (the middle of 9 accounts)")
    assert middle(["$900 was charged too much, no refund yet"]) == "$900 was charged too much, no refund yet"


def test_an_empty_book_of_risk_has_no_roadblocks() -> None:
    listed = the_list()[0]
    assert top_drivers(listed[~listed["is_at_risk"]]).empty
