"""Leaving because a charge was never paid has a chance of its own."""

from datetime import date
from typing import Any

import pandas as pd
import pytest

from churnml.data.tables import Tables
from churnml.data.unpaid import LATELY, NEVER, OPEN, charge_states, unpaid_part, unpaid_rates
from churnml.listing.horizon import unpaid_within
from churnml.listing.lifetime import WITHIN
from tests.books import make_tables, term

DAY = date(2025, 1, 1)


def failed(account: str, on: str, **more: Any) -> dict[str, Any]:
    """A charge that failed on a day and is tried for three weeks."""
    until = f"{pd.Timestamp(on) + pd.Timedelta(days=21):%Y-%m-%d}"
    return {"invoice_id": f"{account}{on}", "account_id": account, "issued_at": on, "amount": 100, "failed_at": on,
            "dunning_until": until} | more  # fmt: skip


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """Looked at on 2024-08-04 for the 90 days after: of ten with a charge open four left unpaid, of forty others none did and five left by will."""
    last = "2025-06-01"
    terms = [term(f"s{n}", "2023-06-01", last) for n in range(35)]
    terms += [term(f"w{n}", "2023-06-01", "2024-09-01") for n in range(5)]
    terms += [term(f"u{n}", "2023-06-01", last, cancelled_at="2024-08-22") for n in range(4)]
    terms += [term(f"p{n}", "2023-06-01", last) for n in range(6)]
    charges = [failed(f"u{n}", "2024-08-01") for n in range(4)]
    charges += [failed(f"p{n}", "2024-08-01", paid_at="2024-08-10") for n in range(6)]
    charges += [failed("s0", "2024-12-20"), failed("s1", "2024-12-31", dunning_until="2025-02-01")]
    accounts = [{"account_id": name} for name in sorted({row["account_id"] for row in terms})]
    return make_tables(
        tmp_path_factory.mktemp("book"), {"accounts": accounts, "contracts": terms, "invoices": charges}, last_day=DAY,
    )  # fmt: skip


def test_each_account_is_in_one_state_as_known_on_the_day(book: Tables) -> None:
    assert charge_states(book, DAY).loc[["p0", "s0", "s1"]].tolist() == [LATELY, OPEN, OPEN]
    then = charge_states(book, date(2024, 8, 4))
    assert (
        then.loc[["p0", "u0"]].tolist() == [OPEN, OPEN] and "s0" not in then
    )  # that it would be paid was not known


def test_the_rates_are_those_of_past_cases_shrunk_to_the_books(book: Tables) -> None:
    found = unpaid_rates(book, DAY, 90, 30)
    assert found
    assert found[OPEN] > 4 * found[NEVER] > 0 and found[NEVER] < 0.04


def test_a_book_too_young_has_no_rate(book: Tables) -> None:
    assert unpaid_rates(book, date(2023, 9, 1), 365, 30) is None


def test_the_part_is_never_more_than_the_chance_and_meets_the_rate_on_average() -> None:
    chance = pd.Series([0.1, 0.2, 0.3, 0.05])
    state = pd.Series([NEVER, NEVER, NEVER, OPEN])
    part = unpaid_part(chance, state, {NEVER: 0.05, OPEN: 0.4, LATELY: 0.1})
    assert part[:3].mean() == pytest.approx(0.05) and part[3] == 0.05
    assert (part <= chance).all()


def test_the_part_stands_on_the_list_for_who_is_judged(book: Tables) -> None:
    listed = pd.DataFrame({
        "account_id": ["s1", "s2", "w9", "s3"], "standing": ["", "", "new", "notice given"], WITHIN[90]: [0.2, 0.2, float("nan"), 1.0],
    })  # fmt: skip
    part = unpaid_within(book, DAY, listed, 90, 30)
    assert part[0] > 2 * part[1] > 0 and part[3] == 0 and pd.isna(part[2])
    assert unpaid_within(book, date(2023, 9, 1), listed, 90, 30).isna().all()
