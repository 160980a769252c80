"""Snapshots: which decisions were open on which day, as one could have known then."""

from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from churnml.data.snapshots import current, history, in_grace
from churnml.data.tables import Tables
from churnml.errors import NotEnoughError
from churnml.outcomes import label
from churnml.params.snapshots import Revenue, Snapshots
from tests.books import make_tables, term

REVENUE = Revenue(grace_days=30, tolerance=0.02, min_fixed_term_days=45)
SNAPSHOTS = Snapshots(lead_days=(30, 90), min_history_days=60, rolling_horizon_days=90, rolling_every_days=91)


def book(folder: Path, *contracts: dict[str, Any], last_day: str = "2025-01-01") -> Tables:
    accounts = [{"account_id": a} for a in dict.fromkeys(c["account_id"] for c in contracts)]
    return make_tables(folder, {"accounts": accounts, "contracts": list(contracts)}, last_day=last_day)


def seen(tables: Tables) -> list[tuple[str, str, int]]:
    found = history(tables, REVENUE, SNAPSHOTS)
    return [(str(r.as_of.date()), str(r.renewal.date()), r.lead_days) for r in found.itertuples()]


def test_one_snapshot_for_each_lead(tmp_path: Path) -> None:
    tables = book(tmp_path, term("a", "2023-01-01", "2024-01-01"))
    assert seen(tables) == [("2023-10-03", "2024-01-01", 90), ("2023-12-02", "2024-01-01", 30)]


def test_a_decision_settled_early_is_no_longer_looked_at(tmp_path: Path) -> None:
    tables = book(
        tmp_path,
        term("a", "2023-01-01", "2024-01-01"),
        term("a", "2024-01-01", "2025-01-01", signed_at="2023-11-01"),
    )
    assert ("2023-10-03", "2024-01-01", 90) in seen(tables)
    assert ("2023-12-02", "2024-01-01", 30) not in seen(tables)


def test_a_cancellation_not_yet_known_keeps_the_planned_renewal(tmp_path: Path) -> None:
    tables = book(tmp_path, term("a", "2023-01-01", "2024-01-01", cancelled_at="2023-11-15"))
    assert seen(tables) == [("2023-10-03", "2024-01-01", 90)]


def test_an_account_needs_some_history(tmp_path: Path) -> None:
    with pytest.raises(NotEnoughError, match="no renewal to look at"):
        seen(book(tmp_path, term("a", "2023-01-01", "2023-03-15"), last_day="2023-03-15"))


def test_rolling_accounts_get_a_horizon_instead_of_a_date(tmp_path: Path) -> None:
    months = [term("a", f"2023-{m:02d}-01", f"2023-{m + 1:02d}-01") for m in range(1, 10)]
    found = history(book(tmp_path, *months), REVENUE, SNAPSHOTS)
    assert found["is_rolling"].all()
    assert set(found["lead_days"]) == {90}
    assert [str(d.date()) for d in found["as_of"]] == ["2023-03-13", "2023-06-12", "2023-09-11"]


def test_accounts_by_the_month_are_looked_at_on_every_day_of_their_terms(tmp_path: Path) -> None:
    """A list stands on any day of a month: a book that is learned from on one day of the billing month only is scored as no model saw it."""
    months = [
        term(f"a{n}", f"2023-{m:02d}-01", f"2023-{m + 1:02d}-01") for n in range(60) for m in range(1, 10)
    ]
    found = history(book(tmp_path, *months), REVENUE, SNAPSHOTS)
    first = found.drop_duplicates("account_id")["as_of"]
    assert first.min() >= pd.Timestamp("2023-03-02") and first.max() <= pd.Timestamp("2023-04-01")
    assert first.dt.day.nunique() > 20
    assert (found.groupby("account_id")["as_of"].diff().dropna().dt.days == 91).all()


def test_the_current_book_has_one_row_an_account_at_its_next_decision(tmp_path: Path) -> None:
    tables = book(tmp_path, term("a", "2024-01-01", "2025-06-01", product="core"), term("a", "2024-01-01", "2025-03-01", product="chat"),
                  term("b", "2023-01-01", "2024-01-01"), term("c", "2024-12-15", "2025-01-15"))  # fmt: skip
    found = current(tables, date(2025, 1, 1), REVENUE, SNAPSHOTS)
    assert list(found["account_id"]) == ["a", "c"]
    assert [str(d.date()) for d in found["renewal"]] == ["2025-03-01", "2025-04-01"]


def test_several_ends_of_one_account_are_several_renewals(tmp_path: Path) -> None:
    tables = book(
        tmp_path,
        term("a", "2023-01-01", "2024-06-01", product="core"),
        term("a", "2023-01-01", "2024-03-01", product="chat"),
    )
    assert {renewal for _, renewal, _ in seen(tables)} == {"2024-03-01", "2024-06-01"}


def test_a_rolling_account_is_not_looked_at_on_days_that_a_later_term_would_give(tmp_path: Path) -> None:
    months = [term("a", f"2023-{m:02d}-01", f"2023-{m + 1:02d}-01") for m in range(1, 12)]
    later = term("a", "2023-12-01", "2024-06-01", signed_at="2023-11-25")
    with_term = history(book(tmp_path / "1", *months, later), REVENUE, SNAPSHOTS)
    without = history(book(tmp_path / "2", *months), REVENUE, SNAPSHOTS)
    rolling = with_term[with_term["is_rolling"]]
    assert list(rolling["as_of"]) == [day for day in without["as_of"] if day < pd.Timestamp("2023-11-26")]


def test_an_add_on_in_mid_term_settles_nothing(tmp_path: Path) -> None:
    tables = book(tmp_path, term("a", "2023-01-01", "2024-01-01", product="core"),
                  term("a", "2023-10-20", "2024-10-20", 10, product="chat", signed_at="2023-10-01"))  # fmt: skip
    assert ("2023-10-03", "2024-01-01", 90) in seen(tables)


def test_who_comes_back_later_is_not_known_to_be_live_in_the_gap(tmp_path: Path) -> None:
    back = term("a", "2024-01-20", "2025-01-20")
    for folder, more in (("1", [back]), ("2", [])):
        tables = book(tmp_path / folder, term("a", "2023-01-01", "2024-01-01"), *more)
        assert current(tables, date(2024, 1, 10), REVENUE, SNAPSHOTS).empty


def monthly(
    account: str, since: str, months: int, *, is_inclusive: bool = False, **last: Any
) -> list[dict[str, Any]]:
    """Monthly terms one after another, each recorded as it begins; an inclusive end is the day before the next begins."""
    starts = pd.date_range(since, periods=months + 1, freq="MS")
    rows = [
        term(account, f"{start:%Y-%m-%d}", f"{end - pd.Timedelta(days=int(is_inclusive)):%Y-%m-%d}")
        for start, end in pairwise(starts)
    ]
    return [*rows[:-1], rows[-1] | last]


@pytest.mark.parametrize(("day", "is_listed"), [(1, True), (2, True), (3, True), (4, False)])
def test_a_monthly_account_stays_while_its_next_charge_is_due(
    tmp_path: Path, day: int, is_listed: bool
) -> None:
    tables = book(
        tmp_path, *monthly("a", "2024-03-01", 10, is_inclusive=True), *monthly("b", "2024-03-01", 9), *monthly("gone", "2024-03-01", 9),
        term("year", "2023-12-31", "2024-12-31"), last_day="2025-01-10",
    )  # fmt: skip
    on = date(2025, 1, day)
    found = current(tables, on, REVENUE, SNAPSHOTS).set_index("account_id")
    assert list(found.index) == (
        ["a"] if is_listed else []
    )  # its term ended the day before; b's and gone's a month before
    late = in_grace(tables, on, REVENUE)["account_id"].tolist()
    assert ("a" in late) != is_listed and "year" in late
    if is_listed:
        assert found.loc["a", "is_rolling"]
        seen = found.reset_index()
        assert label(tables, seen, REVENUE)["arr_usd"].tolist() == [1000.0]


def test_who_cancelled_or_gave_notice_is_waited_for_no_day_longer(tmp_path: Path) -> None:
    tables = book(
        tmp_path, *monthly("a", "2024-03-01", 10, is_inclusive=True), *monthly("c", "2024-03-01", 10, is_inclusive=True, cancelled_at="2024-12-30"),
        *monthly("n", "2024-03-01", 10, is_inclusive=True, notice_at="2024-12-10"), last_day="2025-01-10",
    )  # fmt: skip
    assert current(tables, date(2025, 1, 2), REVENUE, SNAPSHOTS)["account_id"].tolist() == ["a"]


def test_who_is_looked_at_on_a_billing_day_and_stays_away_has_left_on_it(tmp_path: Path) -> None:
    tables = book(tmp_path, *monthly("a", "2023-01-01", 9, is_inclusive=True), last_day="2025-01-01")
    on = pd.DataFrame({"account_id": ["a"], "as_of": pd.Timestamp("2023-10-02"), "renewal": pd.Timestamp("2023-12-31"), "lead_days": 90,
                       "is_rolling": True})  # fmt: skip
    found = label(tables, on, REVENUE).iloc[0]
    assert (found["outcome"], found["arr_usd"], found["left_on"]) == (
        "churn",
        1000.0,
        pd.Timestamp("2023-10-02"),
    )


def test_who_pauses_before_a_term_that_is_signed_stays(tmp_path: Path) -> None:
    pause = [*monthly("a", "2024-03-01", 9), term("a", "2024-12-28", "2025-01-28", signed_at="2024-11-29")]
    year = [
        term("y", "2023-12-05", "2024-12-05"),
        term("y", "2024-12-20", "2025-12-20", signed_at="2024-12-01"),
    ]
    apart = [*monthly("z", "2024-03-01", 9), term("z", "2025-01-10", "2025-02-10", signed_at="2024-11-29")]
    tables = book(tmp_path, *pause, *year, *apart)
    found = current(tables, date(2024, 12, 15), REVENUE, SNAPSHOTS)
    assert found[["account_id", "is_rolling"]].to_numpy().tolist() == [["a", True], ["y", False]]
    assert str(found.loc[1, "renewal"].date()) == "2025-12-20"
    assert label(tables, found, REVENUE)["arr_usd"].tolist() == [1000.0, 1000.0]
