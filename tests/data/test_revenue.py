"""Money: the ledger's identities hold to the cent, against a slow ledger in plain Python."""

import tempfile
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from churnml.data.revenue import Movements, movements
from tests.books import make_tables, term

START, GRACE = date(2023, 1, 1), 30
# Free pilots are terms of no ARR.
CENTS = st.one_of(st.just(0), st.integers(1, 10_000_000)).map(lambda cents: Decimal(cents) / 100)


@st.composite
def contracts(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Up to 12 terms of three accounts, overlapping, gapped, some cancelled."""
    rows = []
    for number in range(draw(st.integers(1, 12))):
        first = START + timedelta(days=draw(st.integers(0, 500)))
        days = draw(st.sampled_from([20, 31, 90, 365]))
        row = term(
            draw(st.sampled_from("abc")),
            str(first),
            str(first + timedelta(days=days)),
            contract_id=number,
            arr=draw(CENTS),
        )
        if draw(st.booleans()):
            row["cancelled_at"] = str(first + timedelta(days=draw(st.integers(0, 400))))
        rows.append(row)
    return rows


def slow_arr(rows: list[dict[str, Any]], account: str, day: date) -> Decimal:
    """ARR on a day, by looking at every term on every day back to the start of a gap."""

    def live(when: date) -> Decimal:
        total = Decimal(0)
        for row in rows:
            stop = date.fromisoformat(row["end_date"])
            if row.get("cancelled_at"):
                stop = min(stop, date.fromisoformat(row["cancelled_at"]))
            if row["account_id"] == account and date.fromisoformat(row["start_date"]) <= when < stop:
                total += row["arr"]
        return total

    if live(day):
        return live(day)
    before, after = day, day
    while not live(before):
        before -= timedelta(days=1)
        if (day - before).days > GRACE:
            return Decimal(0)
    while not live(after):
        after += timedelta(days=1)
        if (after - before).days - 1 > GRACE:
            return Decimal(0)
    return live(before)


def slow_movements(rows: list[dict[str, Any]], opening: date, closing: date) -> dict[str, Decimal]:
    pairs = [(slow_arr(rows, a, opening), slow_arr(rows, a, closing)) for a in "abc"]
    return {
        "opening": sum((b for b, _ in pairs), Decimal(0)),
        "churn": sum((b for b, a in pairs if not a), Decimal(0)),
        "contraction": sum((b - a for b, a in pairs if 0 < a < b), Decimal(0)),
        "expansion": sum((a - b for b, a in pairs if 0 < b < a), Decimal(0)),
        "new": sum((a for b, a in pairs if not b), Decimal(0)),
        "closing": sum((a for _, a in pairs), Decimal(0)),
    }


@settings(max_examples=25, deadline=None)
@given(contracts(), st.integers(0, 600), st.integers(0, 400))
def test_movements_equal_the_slow_ledger_and_add_up(
    rows: list[dict[str, Any]], first: int, length: int
) -> None:
    opening = START + timedelta(days=first)
    closing = opening + timedelta(days=length)
    with tempfile.TemporaryDirectory() as folder:
        accounts = [{"account_id": a} for a in "abc"]
        tables = make_tables(Path(folder), {"accounts": accounts, "contracts": rows}, last_day="2026-01-01")
        found = movements(tables, opening, closing, GRACE)
    assert {name: getattr(found, name) for name in slow_movements(rows, opening, closing)} == slow_movements(
        rows, opening, closing
    )
    assert found.opening - found.churn - found.contraction + found.expansion + found.new == found.closing
    if found.opening:
        assert 0 <= found.grr <= 1
        assert found.grr <= found.nrr
        assert 0 <= found.logo_churn <= 1


def test_a_gap_within_grace_is_no_churn_and_one_beyond_is(tmp_path: Path) -> None:
    rows = [term("a", "2023-01-01", "2024-01-01"), term("a", "2024-01-31", "2025-01-01"),
            term("b", "2023-01-01", "2024-01-01"), term("b", "2024-02-01", "2025-01-01")]  # fmt: skip
    tables = make_tables(
        tmp_path, {"accounts": [{"account_id": a} for a in "ab"], "contracts": rows}, last_day="2025-01-01"
    )
    found = movements(tables, date(2023, 12, 31), date(2024, 1, 15), GRACE)
    assert (found.churn, found.churned_accounts) == (Decimal("1000.00"), 1)


def test_an_empty_opening_has_no_rate() -> None:
    zero = Decimal(0)
    assert str(Movements(zero, zero, zero, zero, zero, zero, 0, 0).grr) == "nan"


@pytest.mark.parametrize(
    ("day", "opening"),
    [(date(2023, 6, 1), "1500.00"), (date(2023, 7, 1), "1700.00"), (date(2024, 1, 1), "0.00")],
)
def test_concurrent_terms_add_up_and_a_mid_term_seat_change_counts_at_once(
    tmp_path: Path, day: date, opening: str
) -> None:
    rows = [term("a", "2023-01-01", "2024-01-01", 1000, product="core"), term("a", "2023-01-01", "2024-01-01", 500, product="chat"),
            term("a", "2023-07-01", "2024-01-01", 200, product="core")]  # fmt: skip
    tables = make_tables(
        tmp_path, {"accounts": [{"account_id": "a"}], "contracts": rows}, last_day="2024-06-01"
    )
    assert movements(tables, day, day, GRACE).opening == Decimal(opening)
