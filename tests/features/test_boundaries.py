"""Days at their edges: midnight, leap days, clocks set forward and back, zone offsets, and the last day of an export."""

from pathlib import Path

import pandas as pd
import pytest

from churnml.data.tables import Tables
from churnml.features.build import build
from churnml.features.catalog import CATALOG
from tests.books import make_tables, read_table, term

COLUMNS = ("tickets_opened_91d", "usage_events_28d", "active_days_28d", "usage_recency_days_365d")
WANTED = [f for f in CATALOG if f.column in COLUMNS]
NEW_YORK = {"timezone": "America/New_York"}


def book(folder: Path, *moments: str, last_day: str = "2025-01-01", **settings: str) -> Tables:
    """Account 'a' with a ticket opened, and an event, at each moment."""
    tickets = [
        {"ticket_id": str(n), "account_id": "a", "opened_at": moment} for n, moment in enumerate(moments)
    ]
    usage = [{"account_id": "a", "occurred_at": moment, "quantity": 1} for moment in moments]
    # Another account's rows show that both tables were there all the time.
    tickets.append({"ticket_id": "b", "account_id": "b", "opened_at": "2022-01-01"})
    usage.append({"account_id": "b", "occurred_at": "2022-01-01", "quantity": 1})
    tables = {
        "accounts": [{"account_id": "a"}, {"account_id": "b"}],
        "contracts": [term("a", "2022-01-01", "2026-01-01"), term("b", "2021-01-01", "2026-01-01")],
        "tickets": tickets,
        "usage": usage,
    }
    return make_tables(folder, tables, last_day=last_day, **settings)


def counted(tables: Tables, *days: str) -> list[list[float]]:
    """For each day the tickets of 91 days, the events and days of 28, and the days since the last use; by both engines."""
    as_of = pd.to_datetime(list(days))
    snapshots = pd.DataFrame({"account_id": "a", "as_of": as_of, "renewal": as_of, "lead_days": 0})
    swept, told = (
        build(tables, snapshots, WANTED, engine)[list(COLUMNS)].to_numpy().tolist()
        for engine in ("sweep", "sql")
    )
    assert swept == told
    return swept


def test_midnight_belongs_to_the_day_it_begins(tmp_path) -> None:
    tables = book(tmp_path, "2024-05-31 23:59:59.999999", "2024-06-01 00:00:00")
    assert counted(tables, "2024-05-31", "2024-06-01", "2024-06-02") == [
        [0, 0, 0, 365],
        [1, 1, 1, 1],
        [2, 2, 2, 1],
    ]


def test_a_window_lets_go_at_midnight(tmp_path) -> None:
    """28 days before May 29 begin with the first moment of May 1."""
    tables = book(tmp_path, "2024-04-30 23:59:59.999999", "2024-05-01 00:00:00")
    assert [row[1] for row in counted(tables, "2024-05-28", "2024-05-29", "2024-05-30")] == [2, 1, 0]


@pytest.fixture(scope="module")
def leap(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    return book(tmp_path_factory.mktemp("leap"), "2024-02-28 12:00", last_day="2026-01-01")


@pytest.mark.parametrize(
    ("day", "recency"), [("2024-02-29", 1), ("2024-03-01", 2), ("2025-02-27", 365), ("2025-02-28", 365)]
)
def test_a_leap_day_is_a_day(leap: Tables, day: str, recency: int) -> None:
    """February 28, 2024 is 2 days before March 1 and 366 days before February 28, 2025, and so no longer in the year."""
    assert counted(leap, day)[0][3] == recency


MOMENTS = {
    "2024-03-10 01:59:59": "2024-03-10 06:59:59",
    "2024-03-10 02:30:00": "2024-03-10 07:30:00",  # a time that no clock showed: an hour on
    "2024-03-10 03:00:00": "2024-03-10 07:00:00",
    "2024-11-03 00:59:59": "2024-11-03 04:59:59",
    "2024-11-03 01:30:00": "2024-11-03 06:30:00",  # shown twice: the later, so that nothing is known too early
    "2024-11-03 02:00:00": "2024-11-03 07:00:00",
    "2024-07-01 23:30:00": "2024-07-02 03:30:00",
    "2024-07-01": "2024-07-01 00:00:00",  # a bare day stays that day
    "2024-07-01T12:00:00+05:30": "2024-07-01 06:30:00",
    "2024-07-01T03:00:00+05:30": "2024-06-30 21:30:00",
    "2024-07-01 12:00:00Z": "2024-07-01 12:00:00",
    "2024-07-01 12:00:00-04": "2024-07-01 16:00:00",
}


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], pd.Timestamp]:
    """The moment of each ticket and each event, which bear the local time as a name."""
    tables = {
        "accounts": [{"account_id": "a"}],
        "contracts": [term("a", "2023-01-01", "2026-01-01")],
        "tickets": [{"ticket_id": moment, "account_id": "a", "opened_at": moment} for moment in MOMENTS],
        "usage": [{"account_id": "a", "occurred_at": moment, "user_id": moment} for moment in MOMENTS],
    }
    folder = make_tables(tmp_path_factory.mktemp("local"), tables, last_day="2025-01-01", **NEW_YORK).folder
    columns = {"tickets": ("ticket_id", "opened_at"), "usage": ("user_id", "occurred_at")}
    return {
        (table, name): moment
        for table, pair in columns.items()
        for name, moment in read_table(folder, table)[[*pair]].itertuples(index=False)
    }


@pytest.mark.parametrize(("moment", "utc"), MOMENTS.items())
def test_a_local_time_is_one_moment(local, moment: str, utc: str) -> None:
    assert [local[table, moment] for table in ("tickets", "usage")] == [pd.Timestamp(utc)] * 2


def test_an_evening_in_new_york_is_known_the_day_after_in_utc(tmp_path) -> None:
    """As-of days begin at midnight UTC, also on the days on which clocks are set."""
    tables = book(
        tmp_path,
        "2024-03-09 18:59:59",
        "2024-03-09 19:00:00",
        "2024-03-10 19:59:59",
        "2024-03-10 20:00:00",
        **NEW_YORK,
    )
    assert [row[:3] for row in counted(tables, "2024-03-10", "2024-03-11", "2024-03-12")] == [
        [1, 1, 1],
        [3, 3, 2],
        [4, 4, 3],
    ]


def test_half_an_hour_of_offset_moves_the_day(tmp_path) -> None:
    tables = book(tmp_path, "2024-05-01T05:29:59+05:30", "2024-05-01T05:30:00+05:30")
    assert [row[0] for row in counted(tables, "2024-05-01", "2024-05-02")] == [1, 2]


def test_the_last_day_is_not_in_the_book_and_the_moment_before_it_is(tmp_path) -> None:
    tables = book(tmp_path, "2024-05-31 23:59:59.999999", "2024-06-01 00:00:00", last_day="2024-06-01")
    assert counted(tables, "2024-06-01", "2024-06-02") == [[1, 1, 1, 1], [1, 1, 1, 2]]
