"""What the growth side asks of a book's tables, as known on the day and no later."""

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from churnml.data.tables import Tables
from churnml.listing.growth.growth_facts import Facts, KnownTables
from tests.books import make_tables, term
from tests.listing.growth.fakes import SETTINGS

DAY = "2025-01-01"
Book = Mapping[str, list[dict[str, Any]]]

PAST: Book = {
    "accounts": [{"account_id": account, "name": account} for account in ("a", "b")],
    "contracts": [
        term("a", "2024-06-01", "2025-06-01", 900, product="Core", seats=10, plan="Team"),
        term("a", "2024-07-01", "2025-06-01", 90, product="Plus"),
        term("a", "2023-01-01", "2023-06-01", 50, product="Max"),
        term("a", "2025-02-01", "2026-02-01", 70, product="Next", signed_at="2024-12-20"),
        term("b", "2024-06-01", "2025-06-01", 500, seats=5), term("b", "2024-06-01", "2025-06-01", 5, product="Plus"),
    ],
    "usage": [
        {"account_id": "a", "occurred_at": day, "user_id": "u", "feature": feature}
        for feature, days in {"report": ("2024-02-01", "2024-12-30"), "alerts": ("2024-03-05", "2024-06-07"),
                              "old": ("2023-05-05",), "": ("2024-12-01",)}.items() for day in days
    ],
    "surveys": [
        {"account_id": "a", "kind": "NPS", "sent_at": "2024-10-01", "answered_at": "2024-10-02", "score": 3},
        {"account_id": "a", "kind": "nps", "sent_at": "2024-11-01", "answered_at": "2024-11-03", "score": 10},
        {"account_id": "a", "kind": "nps", "sent_at": "2024-11-01", "answered_at": "2024-11-04", "score": 77},
        {"account_id": "b", "kind": "nps", "sent_at": "2023-11-01", "answered_at": "2023-11-03", "score": 9},
    ],
    "tickets": [
        {"ticket_id": "1", "account_id": "a", "opened_at": "2024-12-01", "priority": "P1", "resolved_at": "2025-01-01"},
        {"ticket_id": "2", "account_id": "b", "opened_at": "2024-12-01", "priority": "low", "escalated_at": "2024-12-20", "resolved_at": ""},
        {"ticket_id": "3", "account_id": "b", "opened_at": "2024-11-01", "priority": "high", "resolved_at": "2024-11-02"},
    ],
    "milestones": [
        {"account_id": "a", "milestone": "go_live", "due_at": "2024-12-22", "achieved_at": ""},
        {"account_id": "a", "milestone": "kickoff", "due_at": "2024-06-22", "achieved_at": "2024-06-20"},
        {"account_id": "b", "milestone": "trained", "due_at": "2024-12-31", "achieved_at": "2025-01-01"},
    ],
}  # fmt: skip
FUTURE: Book = {
    "contracts": [
        term("b", "2025-01-01", "2026-01-01", 1, product="Late"),
        term("a", "2025-01-02", "2026-01-01", 9e5, product="Late", seats=99),
    ],
    "usage": [
        {"account_id": "a", "occurred_at": "2025-01-01", "user_id": "v", "feature": f}
        for f in ("alerts", "new")
    ],
    "surveys": [
        {"account_id": "a", "kind": "nps", "sent_at": "2024-12-01", "answered_at": "2025-01-01", "score": 0}
    ],
    "tickets": [
        {
            "ticket_id": "9",
            "account_id": "a",
            "opened_at": "2024-12-09",
            "priority": "low",
            "escalated_at": DAY,
        }
    ],
    "milestones": [{"account_id": "b", "milestone": "later", "due_at": "2025-01-01", "achieved_at": ""}],
}


def known(tables: Tables) -> Facts:
    """The facts of both accounts on the day."""
    day = pd.Timestamp(DAY)
    accounts = pd.DataFrame({"account_id": ["a", "b"], "as_of": day, "renewal": day + pd.Timedelta(151, "D")})
    return Facts.known(KnownTables.before(tables, accounts), SETTINGS)


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    """The facts of a book of which nothing later is known."""
    return known(make_tables(tmp_path_factory.mktemp("past"), PAST, last_day="2025-03-01"))


def test_products_are_known_only_where_every_term_names_one(facts: Facts) -> None:
    held = facts.products.set_index("thing")
    assert set(facts.products["account_id"]) == {"a"}
    assert held["is_held"].to_dict() == {"Core": True, "Max": False, "Next": True, "Plus": True}
    assert held["arr_usd"].to_dict() == {"Core": 900, "Max": 0, "Next": 0, "Plus": 90}
    assert facts.seat_arr.to_dict() == {"a": 900, "b": 500}


def test_features_in_use_of_a_year_ago_and_left(facts: Facts) -> None:
    used = facts.used.set_index("thing")
    assert list(used.index) == ["alerts", "report"]
    assert used["is_in_use"].to_dict() == {"alerts": False, "report": True}
    assert used["was_in_use"].all()
    assert used.loc["alerts", "last_used"] == pd.Timestamp("2024-06-07")


def test_answers_tickets_and_milestones(facts: Facts) -> None:
    assert facts.nps["nps"].to_dict() == {"a": 10}
    assert facts.tickets.loc["a"].tolist() == [False, True]
    assert facts.tickets.loc["b"].tolist() == [True, False]
    assert facts.milestones.values.tolist() == [["a", "go_live", 10], ["b", "trained", 1]]


def test_nothing_known_on_the_day_or_later_moves_a_fact(facts: Facts, tmp_path: Path) -> None:
    later = {name: [*rows, *FUTURE.get(name, [])] for name, rows in PAST.items()}
    whole = known(make_tables(tmp_path, later, last_day="2025-03-01"))
    for part in fields(Facts):
        found, told = getattr(whole, part.name), getattr(facts, part.name)
        assert len(told), part.name
        pd.testing.assert_frame_equal(pd.DataFrame(found), pd.DataFrame(told))


def test_a_book_of_contracts_alone_has_no_other_fact(tmp_path: Path) -> None:
    bare = [
        {k: v for k, v in row.items() if k not in ("product", "seats", "plan")} for row in PAST["contracts"]
    ]
    found = known(
        make_tables(tmp_path, {"accounts": PAST["accounts"], "contracts": bare}, last_day="2025-03-01")
    )
    assert all(len(getattr(found, part.name)) == 0 for part in fields(Facts))
