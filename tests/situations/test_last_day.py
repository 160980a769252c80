"""Whose day is it: the last day is the least of the tables' own ends, and contracts that cannot be stop the run."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from tests.situations.situation import Row, Situation


def monthly(situation: Situation, *, until: str, accounts: int = 60, leave_each_month: int = 1) -> None:
    """Writes contracts of one calendar month each from 2023 on, the last of which begins before ``until``; a few leave each month."""
    rows, starts = [], [date(2023 + m // 12, m % 12 + 1, 1) for m in range(30)]
    names = [row["account_id"] for row in situation.rows("accounts")][:accounts]
    for start, end in pairwise(starts):
        if str(start) >= until:
            break
        gone = starts.index(start) * leave_each_month
        rows += [
            {"contract_id": f"{name}/{start}", "account_id": name, "start_date": start, "end_date": end, "arr": 1200}
            for name in names[gone:]
        ]  # fmt: skip
    situation.write("contracts", rows)


def daily_usage(situation: Situation, *, first: str, until: str) -> None:
    names = [row["account_id"] for row in situation.rows("accounts")][:60]
    days = (date.fromisoformat(until) - date.fromisoformat(first)).days
    situation.write(
        "usage",
        [
            {
                "account_id": names[n % 60],
                "occurred_at": date.fromisoformat(first) + timedelta(days=n % days),
                "quantity": 3,
            }
            for n in range(3 * days)
        ],
    )


def only(situation: Situation, *tables: str) -> None:
    """Leaves the book with these tables."""
    for table in ("usage", "tickets", "invoices"):
        if table not in tables:
            (situation.book / f"{table}.sql").unlink()
            situation.file(table).unlink()


@pytest.fixture
def early(situation: Situation) -> Situation:
    """Usage until the end of June, contracts exported when May was over."""
    situation.change("accounts", lambda row: {**row, "created_at": ""})
    only(situation, "usage")
    monthly(situation, until="2024-06-01")
    daily_usage(situation, first="2023-01-01", until="2024-07-01")
    situation.settings(last_day=None)
    return situation


def test_contracts_that_end_a_month_before_usage_set_the_last_day(early: Situation) -> None:
    printed = early.check()
    assert printed.code == 0
    assert "last day: 2024-06-01" in printed.text
    assert "contracts until 2024-06-01 (newest row 2024-05-01" in printed.text
    assert "usage until 2024-07-01" in printed.text


def test_what_lies_after_the_last_day_is_cut_and_not_refused(early: Situation) -> None:
    printed = early.check()
    assert "is on or after the last day" in printed.text
    early.run("ingest")
    assert set(early.quarantine("usage").reason) == {"is on or after the last day"}


def test_a_declared_day_a_month_too_late_is_refused_for_its_terrible_month(early: Situation) -> None:
    early.settings(last_day="2024-06-30")
    printed = early.check()
    assert printed.code == 2
    assert "no account has a live paid term on the last day 2024-06-30" in printed.text


def test_a_month_in_which_nearly_all_left_stops_the_run(situation: Situation) -> None:
    only(situation)
    monthly(situation, until="2024-06-01")
    kept = {row["account_id"] for row in situation.rows("contracts")[-3:]}
    ours = situation.rows("contracts")
    new = [{**row, "start_date": "2024-06-01", "end_date": "2024-07-01", "contract_id": row["contract_id"] + "x"} for row in ours
           if row["start_date"] == "2024-05-01" and row["account_id"] in kept]  # fmt: skip
    situation.write("contracts", [*ours, *new])
    situation.settings(last_day="2024-06-30")
    printed = situation.check()
    assert printed.code == 2
    assert "in June 2024" not in printed.text and "in May 2024" in printed.text
    assert "42 of 44 accounts left (95.5%)" in printed.text or "of 44 accounts left" in printed.text


def test_a_table_given_up_long_ago_asks_for_a_declared_day(situation: Situation) -> None:
    situation.settings(last_day=None)
    situation.change("tickets", lambda row: row if row["opened_at"] < "2023-09" else None)
    printed = situation.check()
    assert printed.code == 2 and "tickets until 2023-" in printed.text and "say 'last_day:'" in printed.text


def test_the_machines_clock_is_not_asked(situation: Situation) -> None:
    """A book of the year 2041 is as good as any other."""

    def later(row: Row) -> Row:
        return {
            name: (f"{int(value[:4]) + 17}{value[4:]}" if value[:2] == "20" and value[4:5] == "-" else value).replace(
                "-02-29", "-02-28"
            )
            for name, value in row.items()
        }  # fmt: skip

    for table in ("accounts", "contracts", "usage", "tickets", "invoices"):
        situation.change(table, later)
    situation.settings(last_day=None)
    printed = situation.check()
    assert printed.code == 0
    assert "last day: 2041-12-" in printed.text or "last day: 2042-01-01" in printed.text


def test_a_declared_last_day_before_the_newest_rows_cuts_a_month(situation: Situation) -> None:
    situation.settings(last_day="2024-11-01")
    printed = situation.check()
    assert printed.code == 0
    assert "last day: 2024-11-01" in printed.text
    assert situation.run("ingest").code == 0
    assert situation.tables().connect().sql(
        "SELECT max(period_start) < DATE '2024-11-01', count(*) FILTER (period_end > DATE '2024-11-01' AND known_at < DATE '2024-11-01') FROM usage"
    ).fetchall() == [(True, 0)]  # a week that was not over is not known


def test_a_declared_day_long_after_the_whole_export_is_refused(situation: Situation) -> None:
    """Nobody is gone, and nothing is known of the last three months."""
    situation.change("contracts", lambda row: {**row, "end_date": row["end_date"].replace("2025-", "2026-")})
    situation.settings(last_day="2025-04-01")
    printed = situation.check()
    assert printed.code == 2
    assert (
        "the newest row of all tables is of 2024-12-" in printed.text and "an older export?" in printed.text
    )


def test_contracts_that_stop_long_before_a_declared_day_are_refused(situation: Situation) -> None:
    """Whoever renewed since would count as one that left."""
    situation.change("contracts", lambda row: row if row["start_date"] < "2024-07-10" else None)
    printed = situation.check()
    assert printed.code == 2
    assert (
        "while terms ended that nothing follows: an older export of contracts than of the other tables?"
        in printed.text
    )


def test_a_table_that_stops_before_a_declared_day_is_named(situation: Situation) -> None:
    situation.change("usage", lambda row: row if row["occurred_at"] < "2024-11-15" else None)
    printed = situation.check()
    assert printed.code == 0
    assert "last_day: usage until 2024-11-" in printed.text
    assert "what it does not tell of them reads as silence" in printed.text
