"""What came of earlier lists, on a small book whose leavers are known."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from churnml.data.tables import Tables
from churnml.history.list_facts import FILE, Facts, read_facts, to_bytes
from churnml.history.track_record import Record, track_record
from churnml.params.score import TrackRecord as Settings
from tests.books import make_tables, term
from tests.history.days import Account, facts
from tests.publish.test_score import DAY, REVENUE

SETTINGS = Settings(max_lists=24, confidence=0.9)
DUE = {
    "leaves": "2024-06-01",
    "stays": "2024-06-01",
    "lost": "2024-08-01",
    "kept": "2024-08-01",
    "later": "2025-06-01",
}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """Two accounts that left at their renewal, two that renewed, one whose renewal is still to come."""
    terms = [term(name, f"{int(due[:4]) - 1}{due[4:]}", due, 1000) for name, due in DUE.items()]
    terms += [term(name, DUE[name], f"2025{DUE[name][4:]}", 1000) for name in ("stays", "kept")]
    return make_tables(
        tmp_path_factory.mktemp("book"),
        {"accounts": [{"account_id": name} for name in DUE], "contracts": terms},
        last_day=DAY,
    )


def put(lists: Path, day: str, called: str, *, is_hindsight: bool = False) -> None:
    """A published day with every account live on it, and who was to be called."""
    live: Mapping[str, Account] = {
        n: {"renewal": due, "arr_usd": 1000.0} for n, due in DUE.items() if due > day
    }
    made = facts(date.fromisoformat(day), live, called=called.split())
    (lists / day).mkdir(parents=True)
    said = Facts(made.day, made.rows, made.features, is_hindsight=is_hindsight)
    (lists / day / FILE).write_bytes(to_bytes(said))


def record(lists: Path, book: Tables, day: date = DAY, settings: Settings = SETTINGS) -> Record:
    """The record as of a day."""
    found = track_record(lists, day, book, REVENUE, settings)
    assert found
    return found


def test_those_to_call_are_told_beside_the_others(tmp_path: Path, book: Tables) -> None:
    put(tmp_path, "2024-03-01", "leaves stays")
    put(tmp_path, "2024-07-05", "lost")
    found = record(tmp_path, book)
    assert found.rows[["called", "ripe", "left", "arr_left_usd"]].to_numpy().tolist() == [
        [2, 2, 1, 1000.0],
        [1, 1, 1, 1000.0],
    ]
    assert found.rows["share_left"].tolist() == [0.5, 1.0]
    assert found.lines[0] == (
        "Track record: 2 earlier lists (2024-03-01 to 2024-07-05) with renewals whose outcome is known. "
        "Of those to call 2 of 3 left: 67% (25% to 92%); of all others 0 of 1 left: 0% (0% to 73%)."
    )
    assert found.lines[1] == "Of $2,000 ARR that left, $2,000 (100%) was among those to call."


def test_a_renewal_counts_once_from_the_first_list_that_called_it(tmp_path: Path, book: Tables) -> None:
    put(tmp_path, "2024-03-01", "")
    put(tmp_path, "2024-04-01", "leaves")
    put(tmp_path, "2024-05-01", "leaves stays")
    found = record(tmp_path, book)
    assert found.rows["called"].tolist() == [0, 1, 1]
    assert "1 of 2 left" in found.lines[0]


def test_only_what_was_known_on_the_day_counts(tmp_path: Path, book: Tables) -> None:
    put(tmp_path, "2024-03-01", "leaves stays lost")
    assert "1 of 2 left" in record(tmp_path, book, date(2024, 7, 20)).lines[0]
    assert "2 of 3 left" in record(tmp_path, book).lines[0]
    before = record(tmp_path, book, date(2024, 6, 20))
    assert before.lines[0].startswith("Track record: none yet")
    assert before.rows["ripe"].tolist() == [0]


def test_lists_in_hindsight_and_damaged_ones_prove_nothing(tmp_path: Path, book: Tables) -> None:
    put(tmp_path, "2024-03-01", "leaves", is_hindsight=True)
    put(tmp_path, "2024-04-01", "leaves")
    (tmp_path / "2024-04-01" / FILE).write_bytes(b"")
    found = record(tmp_path, book)
    assert found.lines[0].startswith("Track record: none yet")
    assert found.rows.empty


def test_one_list_a_month_is_opened_and_no_more_than_asked_for(tmp_path: Path, book: Tables) -> None:
    for day in ("2024-03-01", "2024-03-15", "2024-04-01", "2024-05-01"):
        put(tmp_path, day, "leaves")
    assert record(tmp_path, book).rows["as_of"].dt.strftime("%m-%d").tolist() == [
        "03-01"
    ]  # what later ones add counts once
    newest = record(tmp_path, book, settings=Settings(max_lists=2, confidence=0.9))
    assert newest.rows["as_of"].dt.strftime("%m-%d").tolist() == ["04-01"]
    assert track_record(tmp_path, DAY, book, REVENUE, None) is None


def test_a_list_is_held_against_renewals_within_its_horizon_only(tmp_path: Path, book: Tables) -> None:
    put(tmp_path, "2024-02-01", "leaves lost")  # leaves: 121 days ahead, lost: 182
    file = tmp_path / "2024-02-01" / FILE
    file.write_bytes(to_bytes(replace(read_facts(file.parent), features=pd.DataFrame(), horizon_days=180)))
    assert record(tmp_path, book).rows[["called", "ripe", "left"]].to_numpy().tolist() == [[1, 1, 1]]
