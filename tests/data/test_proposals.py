"""Settings derived from terms, gaps and history: what made books with known ones ask for."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from churnml.data.proposals import Proposal, as_yaml, propose
from churnml.params.root import load_params
from churnml.timeline import add_months
from tests.books import make_tables, term

ROOT = Path(__file__).resolve().parents[2]
LAST_DAY = date(2025, 1, 1)


def asked(folder: Path, contracts: list[dict[str, Any]], **params: Any) -> dict[str, Proposal]:
    accounts = [{"account_id": name} for name in dict.fromkeys(row["account_id"] for row in contracts)]
    tables = make_tables(folder, {"accounts": accounts, "contracts": contracts}, last_day=str(LAST_DAY))
    return {found.setting: found for found in propose(tables, load_params(ROOT / "params.yaml", params))}


def changed(found: dict[str, Proposal]) -> dict[str, Any]:
    return {name: one.proposed for name, one in found.items() if one.differs}


def terms(months: int, history: int, accounts: int = 60, late: int = 0) -> list[dict[str, Any]]:
    """Accounts that began over the first term of the history and renewed since; every third renewal up to ``late`` days late."""
    rows = []
    for number in range(accounts):
        start = add_months(LAST_DAY, -history) + timedelta(days=number * months * 30 // accounts)
        for turn in range(history // months + 1):
            end = add_months(start, months)
            if start < LAST_DAY:
                rows.append(term(f"a{number:03d}", str(start), str(end)))
            is_late = late and (number + turn) % 3 == 0
            start = end + timedelta(days=1 + (number * 7 + turn) % late if is_late else 0)
    return rows


def test_a_book_of_annual_terms_and_four_years_keeps_the_defaults(tmp_path: Path) -> None:
    assert changed(asked(tmp_path, terms(12, history=48))) == {}


def test_eighteen_months_of_annual_terms_see_no_year_ahead_and_make_short_folds(tmp_path: Path) -> None:
    found = changed(asked(tmp_path, terms(12, history=18)))
    assert found["snapshots.lead_days"] == (30, 60, 90, 120, 180, 270)
    assert found["train.backtest.step_months"] == 1 and found["train.backtest.n_folds"] <= 3
    assert {name for name in found if name.startswith("revenue")} == {
        "revenue.question"
    }  # too few decisions yet


def test_six_months_of_monthly_terms(tmp_path: Path) -> None:
    found = changed(asked(tmp_path, terms(1, history=6)))
    assert found == {
        "revenue.min_fixed_term_days": 0, "revenue.grace_days": 15, "snapshots.lead_days": (7, 14), "snapshots.min_history_days": 14,
        "train.survival.lead_days": (7, 14), "train.backtest.n_folds": 2, "train.backtest.step_months": 1,
    }  # fmt: skip


def test_quarterly_terms_are_looked_at_within_a_quarter(tmp_path: Path) -> None:
    found = changed(asked(tmp_path, terms(3, history=36)))
    assert found["snapshots.lead_days"] == (7, 14, 30, 60, 90)
    assert "revenue.grace_days" not in found and "revenue.min_fixed_term_days" not in found


def test_the_grace_reaches_over_the_latest_renewals_and_no_further(tmp_path: Path) -> None:
    contracts = terms(12, history=48, late=19)
    grace = asked(tmp_path / "short", contracts, revenue={"grace_days": 7})["revenue.grace_days"]
    assert grace.proposed == 21 and "within 7 days" in grace.why.lower()
    for enough in (21, 30, 60):
        kept = asked(tmp_path / str(enough), contracts, revenue={"grace_days": enough})["revenue.grace_days"]
        assert not kept.differs
    beyond = asked(tmp_path / "long", contracts, revenue={"grace_days": 200})["revenue.grace_days"]
    assert beyond.proposed == 21 and "no outcome is read later" in beyond.why


def test_late_cancellations_of_annual_terms_count_as_late_decisions(tmp_path: Path) -> None:
    contracts = terms(12, history=48)
    for number, row in enumerate(contracts):
        if row["start_date"] > "2023" and number % 3 == 0:
            day = date.fromisoformat(row["start_date"]) + timedelta(days=2 + number % 24)
            row["cancelled_at"] = str(day)
    assert asked(tmp_path, contracts, revenue={"grace_days": 7})["revenue.grace_days"].proposed == 21


def test_a_monthly_grace_never_reaches_the_next_decision(tmp_path: Path) -> None:
    assert asked(tmp_path, terms(1, history=24, late=14))["revenue.grace_days"].proposed in (14, 15)


def test_terms_signed_long_ahead_are_not_looked_at_once_settled(tmp_path: Path) -> None:
    contracts = terms(12, history=48)
    for row in contracts:
        row["signed_at"] = str(date.fromisoformat(row["start_date"]) - timedelta(days=75))
    contracts += [term(f"new{n}", "2024-12-30", "2025-12-30", signed_at="2024-12-29") for n in range(9)]
    leads = asked(tmp_path, contracts)["snapshots.lead_days"]
    assert (
        leads.proposed == (90, 120, 180, 270, 365) and "30, 60 days ahead few of them were open" in leads.why
    )


def test_few_rolling_accounts_keep_their_horizon_where_the_history_holds_it(tmp_path: Path) -> None:
    annual = terms(12, history=48)
    monthly = [row | {"account_id": "m" + row["account_id"]} for row in terms(1, history=10, accounts=9)]
    assert changed(asked(tmp_path, annual + monthly)) == {}


def test_no_term_has_ended_yet(tmp_path: Path) -> None:
    assert asked(tmp_path, [term("a", "2024-12-20", "2025-12-20")]) == {}


def test_what_is_printed_is_ready_for_the_books_settings(tmp_path: Path) -> None:
    found = asked(tmp_path, terms(1, history=6))
    head, *lines = as_yaml(list(found.values()))
    assert "book.yaml" in head
    laid = yaml.safe_load("\n".join(lines))["params"]
    assert changed(asked(tmp_path / "again", terms(1, history=6), **laid)) == {}
