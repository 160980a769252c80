"""The growth side of a small book, from its tables to the published folder and the terminal."""

import json
from pathlib import Path

import pytest

from churnml.formats.growth_files import read_growth
from churnml.formats.terminal.account import explain
from churnml.formats.terminal.growth import render
from churnml.listing.columns import CELLS, read_list
from churnml.listing.growth.growth_lists import COLUMNS
from churnml.listing.list_settings import ListSettings
from churnml.publish.score import score_book
from churnml.results.stored import as_json
from tests.books import make_tables
from tests.listing.fakes import list_metadata
from tests.listing.growth.fakes import SETTINGS
from tests.listing.growth.test_growth_facts import PAST
from tests.publish.test_score import HEALTH, REVENUE, SCORE, SNAPSHOTS


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published day of a book without a proven signal: one account with idle seats, one without usage."""
    folder = tmp_path_factory.mktemp("book")
    tables = make_tables(folder, PAST, last_day="2025-01-01")
    verdicts = list_metadata(is_proven=False)
    (folder / "verdicts.json").write_text(
        json.dumps({v.outcome: as_json(v) for v in (verdicts.churn, verdicts.expansion)})
    )
    return score_book(
        tables.folder,
        folder,
        folder / "lists",
        ListSettings(SCORE, HEALTH, REVENUE, SNAPSHOTS, growth=SETTINGS),
        "latest",
    )


def test_the_lists_lie_beside_the_risk_list(day: Path) -> None:
    growth, said = read_growth(day)
    assert list(growth) == list(COLUMNS)
    assert said == read_list(day)[1]
    assert (day / "growth.csv").read_bytes().startswith(b"# acme as of 2025-01-01.")
    told = growth.set_index(["kind", "account_id"])["what"]
    assert told["onboarding", "a"] == "go live 10 days overdue"
    assert told["enablement", "a"].startswith("1 of 10 seats active in 28 days; stopped using alerts")
    assert told["enablement", "b"] == "0 of 5 seats active in 28 days"
    assert "1 of 10 seats active" in render(growth, said, 5)


def test_the_list_and_why_say_the_same(day: Path) -> None:
    listed, _ = read_list(day)
    assert {told.name for told in CELLS} <= set(listed)
    told = explain(day, "a")
    assert "GROW WITH\n  Paid for, unused: onboarding: go live 10 days overdue; 1 of 10 seats active" in told
