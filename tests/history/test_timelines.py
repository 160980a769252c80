"""An account's past, week by week: what was known on the day, and nothing later."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from churnml.history.timelines import read_timelines
from churnml.params.snapshots import Revenue
from tests.books import make_tables, term

DAY = date(2025, 1, 1)
REVENUE = Revenue(grace_days=30, tolerance=0.02, min_fixed_term_days=45)
LISTED = pd.DataFrame({"account_id": ["b", "a"], "renewal": pd.to_datetime(["2025-03-01", "2025-03-01"])})
TERMS = [
    term("a", "2024-03-01", "2025-03-01"),
    term("b", "2024-03-01", "2025-03-01"),
    term("z", "2024-03-01", "2025-03-01"),
]


def ago(days):
    return (DAY - timedelta(days=days)).isoformat()


def read(folder, weeks=4, **tables):
    return read_timelines(make_tables(folder, {"accounts": [{"account_id": n} for n in "abz"], "contracts": TERMS} | tables, last_day="2025-01-01"),
                          LISTED, DAY, weeks, REVENUE, folder / "lists")  # fmt: skip


def test_weeks_end_with_the_day_before_and_rows_follow_the_list(tmp_path):
    usage = [{"account_id": "a", "occurred_at": f"{ago(days)} 12:00:00", "user_id": user, "quantity": 2.5}
             for days, user in ((1, "u"), (1, "u"), (7, "v"), (8, "u"), (28, "u"), (29, "u"))]  # fmt: skip
    found = read(tmp_path, usage=usage)
    assert found.weeks == [date(2024, 12, 4), date(2024, 12, 11), date(2024, 12, 18), date(2024, 12, 25)]
    assert found.usage.tolist() == [[0, 0, 0, 0], [2.5, 0, 2.5, 7.5]]
    assert found.users.tolist() == [[0, 0, 0, 0], [1, 0, 1, 2]]


def test_what_became_known_later_is_not_drawn(tmp_path):
    usage = [
        {"account_id": "a", "occurred_at": f"{ago(2)} 12:00:00", "known_at": known}
        for known in (f"{ago(1)} 00:00:00", f"{DAY} 00:00:00")
    ]
    tickets = [
        {"ticket_id": str(n), "account_id": "a", "opened_at": f"{ago(days)} 12:00:00"}
        for n, days in enumerate((1, 2, 9))
    ]
    found = read(tmp_path, usage=usage, tickets=tickets)
    assert found.usage[1].tolist() == [0, 0, 0, 1] and found.tickets[1].tolist() == [0, 0, 1, 2]


def test_a_book_without_usage_tickets_or_users_has_no_such_drawing(tmp_path):
    found = read(tmp_path)
    assert found.usage is found.users is found.tickets is None
    unnamed = read(tmp_path / "unnamed", usage=[{"account_id": "a", "occurred_at": f"{ago(3)} 12:00:00"}])
    assert unnamed.users is None and unnamed.usage.sum() == 1


def test_every_day_of_the_weeks_is_counted_once(tmp_path):
    usage = [
        {"account_id": account, "occurred_at": f"{ago(days)} {hour}:00:00"}
        for account in "az"
        for days in range(1, 41)
        for hour in ("00", "23")
    ]
    found = read(tmp_path, usage=usage)
    assert found.usage.tolist() == [[0, 0, 0, 0], [14, 14, 14, 14]]


def test_terms_are_told_as_start_renewal_addition_and_end(tmp_path):
    terms = [
        term("a", "2023-03-01", "2024-03-01", 1000, product="Core"), term("a", "2023-06-01", "2024-03-01", 200, product="More"),
        term("a", "2024-03-10", "2025-03-10", 1500, product="Core", notice_at="2024-12-20 00:00:00"),
        term("b", "2024-11-01", "2024-12-01"), term("b", "2024-12-01", "2025-01-01"),
    ]  # fmt: skip
    marks = read(tmp_path, contracts=terms).marks
    told = [
        (a, f"{on:%Y-%m-%d}", what, None if np.isnan(arr) else arr)
        for a, on, what, arr in marks.iloc[:, :4].itertuples(index=False)
    ]
    assert told == [
        ("a", "2023-03-01", "customer since", 1000), ("a", "2023-06-01", "added", 200), ("a", "2024-03-10", "renewed", 1500),
        ("a", "2024-12-20", "notice given", None), ("a", "2025-03-10", "term ends", 1500), ("b", "2024-11-01", "customer since", 1000),
    ]  # fmt: skip


def test_a_notice_of_tomorrow_is_not_known(tmp_path):
    terms = [
        term("a", "2024-03-01", "2025-03-01", notice_at="2025-01-01 00:00:00"),
        term("b", "2024-03-01", "2025-03-01"),
    ]
    assert "notice given" not in read(tmp_path, contracts=terms).marks["what"].tolist()


@pytest.mark.parametrize("weeks", [1, 78])
def test_as_many_weeks_as_asked(tmp_path, weeks):
    assert len(read(tmp_path, weeks).weeks) == weeks
