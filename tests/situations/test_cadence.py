"""Kind 9: cadence. Usage by the week or month is read as what it is, and nothing finer is told."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest

from churnml.features.build import build
from churnml.features.catalog import available
from tests.situations.situation import Row, Situation

ACCOUNT = "A0001"
FIRST, LAST_DAY = date(2023, 1, 1), date(2025, 1, 1)
NIGHTS = [date(2024, 10, 20) + timedelta(days=night) for night in range(40)]
TRENDS = ("usage_trend", "usage_trend_quarter", "usage_year_level", "usage_same_season")
BY_DAY = (
    "active_days_28d",
    "active_days_7d",
    "longest_gap_days",
    "usage_recency_days_365d",
    "active_days_trend",
)
BY_WEEK = ("weekly_slope", "weekly_variation", "usage_trend_week", "active_weeks")


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def month_start(day: date) -> date:
    return day.replace(day=1)


def month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def work(day: date) -> int:
    """What an account does a day: more by a tenth from the middle of 2024 on, and half of it from October 2024 on."""
    return 40 if day < date(2024, 7, 1) else 44 if day < date(2024, 10, 1) else 22


def deliver(
    situation: Situation, account: str, stamp: Callable[[date], date] = lambda day: day, **more: Any
) -> None:
    """The account's usage of two years, summed up by the stamp of each day; of the others what they had."""
    sums: dict[date, int] = defaultdict(int)
    for number in range((LAST_DAY - FIRST).days):
        sums[stamp(FIRST + timedelta(days=number))] += work(FIRST + timedelta(days=number))
    own = [
        {"account_id": account, "occurred_at": day, "feature": "board", "quantity": total} | more
        for day, total in sums.items()
    ]
    situation.write("usage", [row for row in situation.rows("usage") if row["account_id"] != account] + own)


def nightly(situation: Situation, account: str = ACCOUNT, nights: list[date] = NIGHTS) -> pd.DataFrame:
    """The account's features on each of some nights."""
    assert situation.run("ingest").text == ""
    tables = situation.tables()
    days = pd.to_datetime(nights)
    looked_at = pd.DataFrame({"account_id": account, "as_of": days, "renewal": days, "lead_days": 0})
    return build(tables, looked_at, available(tables))


@pytest.fixture(scope="module")
def daily(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    situation = Situation(tmp_path_factory.mktemp("daily") / "project")
    deliver(situation, ACCOUNT)
    return nightly(situation)


@pytest.mark.parametrize(
    ("stamp", "days"),
    [(monday, 7), (month_start, 31), (month_end, 31)],
    ids=["weeks", "months", "month ends"],
)
def test_trends_of_a_roll_up_agree_with_those_of_its_events(
    situation: Situation, daily: pd.DataFrame, stamp: Callable[[date], date], days: int
) -> None:
    """Night after night a roll-up says what its events said when its last period ended."""
    deliver(situation, ACCOUNT, stamp)
    found = nightly(situation)
    for night, row in zip(NIGHTS, found.to_dict("records"), strict=True):
        ended = max(
            day
            for day in (night - timedelta(days=back) for back in range(40))
            if (stamp(day) == day) and (stamp is not month_end or day < night)
        )
        ended += timedelta(days=1) if stamp is month_end else timedelta(0)
        if ended not in NIGHTS:
            continue
        told = daily.iloc[NIGHTS.index(ended)]
        for name in TRENDS:
            assert row[name] == pytest.approx(told[name], abs=0.04), (night, name)
    for name in BY_DAY if days == 7 else BY_DAY + BY_WEEK:
        assert found[name].isna().all(), name


@pytest.mark.parametrize("stamp", [monday, month_start, month_end], ids=["weeks", "months", "month ends"])
def test_a_value_moves_when_a_period_ends_and_not_from_night_to_night(
    situation: Situation, stamp: Callable[[date], date]
) -> None:
    deliver(situation, ACCOUNT, stamp)
    found = nightly(situation)[list(TRENDS)]
    moves = int((found.diff().abs() > 1e-12).any(axis=1).sum())
    ends = sum(stamp(night) == night for night in NIGHTS[1:])
    assert 0 < moves <= ends


def test_a_month_that_is_not_over_is_not_known(situation: Situation) -> None:
    """November's row is dated November 1 and says nothing until December."""
    deliver(situation, ACCOUNT, month_start)
    nights = [date(2024, 10, 31), date(2024, 11, 1), date(2024, 11, 30), date(2024, 12, 1)]
    found = nightly(situation, nights=nights)["usage_events_28d"].tolist()
    assert found == pytest.approx([44 * 28, 22 * 28, 22 * 28, 22 * 28])


@pytest.mark.parametrize("engine", ["sweep", "sql"])
@pytest.mark.parametrize("days", [0, 1, 5])
def test_a_month_loaded_days_after_it_is_over_counts_whole_from_then_on(
    situation: Situation, days: int, engine: str
) -> None:
    """September's sum and November's, each as it was before it came and after; 'no use' on none of the nights."""
    deliver(situation, ACCOUNT, month_start)
    situation.write("usage", [row | {"known_at": loaded(row, days)} for row in situation.rows("usage")])
    nights = [date(2024, 10, 1), date(2024, 10, days + 1), date(2024, 10, days + 2), date(2024, 12, days + 1), date(2024, 12, days + 2)]  # fmt: skip
    assert situation.run("ingest").text == ""
    tables, stamps = situation.tables(), pd.to_datetime(nights)
    looked_at = pd.DataFrame({"account_id": ACCOUNT, "as_of": stamps, "renewal": stamps, "lead_days": 0})
    found = build(tables, looked_at, available(tables), engine)
    august, september, october, november = 44 * 28, 44 * 28, 22 * 28, 22 * 28
    assert found["usage_events_28d"].tolist() == pytest.approx([august, august, september, october, november])
    assert found["usage_trend"].min() > 0.4


def loaded(row: Row, days: int) -> str:
    """When a row of the account reached the warehouse: the night so many days after the month; others at once."""
    day = date.fromisoformat(str(row["occurred_at"])[:10])
    over = month_end(day) + timedelta(days=1 + days)
    return f"{over} 02:10" if row["account_id"] == ACCOUNT else str(row["occurred_at"])


def test_a_period_without_a_row_is_one_without_use(situation: Situation) -> None:
    deliver(situation, ACCOUNT, month_start)
    situation.change(
        "usage",
        lambda row: None if row["account_id"] == ACCOUNT and row["occurred_at"] >= "2024-10-01" else row,
    )
    others = [r for r in situation.rows("usage") if r["account_id"] == "A0004"]
    assert others
    deliver(situation, "A0004", month_start)
    found = nightly(situation, nights=[date(2024, 10, 15), date(2024, 11, 15), date(2024, 12, 15)])
    assert found["usage_events_28d"].tolist() == pytest.approx([44 * 28, 0, 0])
    assert found["usage_recency_days_365d"].tolist()[1:] == [31, 61]


@pytest.mark.parametrize("inclusive", [False, True])
def test_declared_periods_are_taken_at_their_word(situation: Situation, inclusive: bool) -> None:
    """Half months, which no rhythm would show; an end may be written as the last day."""

    def half(day: date) -> date:
        return day.replace(day=1 if day.day < 16 else 16)

    deliver(situation, ACCOUNT, half)

    def period(row: Row) -> dict[str, Any]:
        if row["account_id"] != ACCOUNT:
            return row | {"period_start": "", "period_end": ""}
        start = date.fromisoformat(row["occurred_at"])
        end = start.replace(day=16) if start.day == 1 else month_end(start) + timedelta(days=1)
        return row | {
            "period_start": start,
            "period_end": f"{end - timedelta(days=1)} 23:59:59" if inclusive else end,
        }

    situation.change("usage", period)
    found = nightly(situation, nights=[date(2024, 10, 1), date(2024, 10, 15), date(2024, 10, 16)])
    assert found["usage_events_28d"].tolist() == pytest.approx([44 * 28, 44 * 28, 33 * 28], rel=0.03)


def test_half_a_period_is_refused(situation: Situation) -> None:
    situation.change("usage", lambda row: row | {"period_end": row["occurred_at"]})
    printed = situation.check()
    assert printed.code == 2 and "period_start and period_end go together" in printed.text


def test_users_that_come_as_a_count_have_a_place(situation: Situation) -> None:
    deliver(situation, ACCOUNT, month_start, active_users=12)
    found = nightly(situation, nights=[date(2024, 12, 10)]).iloc[0]
    assert (found["active_users_28d"], found["seat_utilisation"]) == (12, 12 / 20)
    other = nightly(situation, "A0004", nights=[date(2024, 12, 10)]).iloc[0]
    assert pd.isna(other["active_users_28d"])


def test_a_count_of_users_of_one_account_beside_names_of_another(situation: Situation) -> None:
    deliver(situation, ACCOUNT, monday, active_users=7)
    situation.change("usage", lambda row: row | {"user_id": "" if row["account_id"] == ACCOUNT else "u"})
    day = [date(2024, 12, 10)]
    assert [
        nightly(situation, account, day).iloc[0]["active_users_28d"] for account in (ACCOUNT, "A0004")
    ] == [7, 1]


def test_an_account_that_turns_to_events_is_read_by_the_day_again(situation: Situation) -> None:
    deliver(situation, ACCOUNT, lambda day: month_start(day) if day < date(2024, 6, 1) else day)
    found = nightly(situation, nights=[date(2024, 12, 10)]).iloc[0]
    assert (found["active_days_28d"], found["usage_recency_days_365d"]) == (28, 1)


def test_an_account_of_few_events_is_not_taken_for_a_roll_up(situation: Situation) -> None:
    days = ["2024-09-03", "2024-09-10", "2024-10-04", "2024-11-05", "2024-12-03", "2024-12-17", "2024-12-24"]
    own = [{"account_id": ACCOUNT, "occurred_at": day, "feature": "board", "quantity": 1} for day in days]
    situation.write("usage", [row for row in situation.rows("usage") if row["account_id"] != ACCOUNT] + own)
    found = nightly(situation, nights=[LAST_DAY]).iloc[0]
    assert (found["active_days_28d"], found["usage_recency_days_365d"]) == (2, 8)


def test_rows_of_nothing_are_no_use(situation: Situation) -> None:
    situation.change(
        "usage",
        lambda row: (
            row
            | {
                "quantity": 0
                if row["account_id"] == ACCOUNT and row["occurred_at"] >= "2024-10-01"
                else row["quantity"]
            }
        ),
    )
    found = nightly(situation, nights=[LAST_DAY]).iloc[0]
    assert found["usage_events_28d"] == 0 and found["features_used_28d"] == 0
    assert found["usage_recency_days_365d"] >= 77


def test_check_says_how_usage_arrives(situation: Situation) -> None:
    deliver(situation, ACCOUNT, month_start)
    text = situation.check().text
    assert (
        "accounts arrive by the week" in text
        and "1 accounts arrive by the month: a row dated 2023-01-01 is read as the sum" in text
    )


def restated(situation: Situation, **more: Any) -> None:
    """May's sum of one kind is delivered again with another value."""
    deliver(situation, ACCOUNT, month_start)
    rows = [
        row | {"loaded": "", "from": "", "to": ""}
        for row in situation.rows("usage")
        if row["account_id"] == ACCOUNT
    ]
    for row in rows:
        first = date.fromisoformat(row["occurred_at"])
        after = month_end(first) + timedelta(days=1)
        row |= {"from": str(first), "to": str(after), "loaded": f"{after} 06:00"}
    may = next(row for row in rows if row["from"] == "2024-05-01")
    situation.write("usage", [*rows, may | {"quantity": "1300", "loaded": "2024-07-03 06:00"} | more])


def may(situation: Situation) -> list[tuple[float, str]]:
    """May's sums as the canonical table has them, and since when they are known."""
    assert situation.run("ingest").text == ""
    query = "SELECT CAST(quantity AS DOUBLE), CAST(known_at AS VARCHAR) FROM usage WHERE account_id = ? AND month(occurred_at) = 5 AND year(occurred_at) = 2024"
    return situation.tables().connect().execute(query, [ACCOUNT]).fetchall()


ROLLUP = 'SELECT account_id, "from" AS period_start, "to" AS period_end, feature, quantity'


def test_a_restated_sum_replaces_the_one_before_where_periods_are_given(situation: Situation) -> None:
    restated(situation)
    situation.mapping("usage", f"{ROLLUP}, loaded AS known_at FROM raw.usage")
    assert may(situation) == [(1300, "2024-07-03 06:00:00")]
    situation.mapping("usage", f"{ROLLUP} FROM raw.usage")
    words = situation.check().text
    assert (
        "usage: 1 times account_id, occurred_at, feature, period_start, period_end stand for rows that differ"
        in words
    )
    assert "quantity '1240.0000' and '1300.0000'" in words and "give each its own event_id" in words


def test_of_files_by_day_the_newest_sum_stands(situation: Situation) -> None:
    restated(situation)
    rows = situation.rows("usage")
    situation.file("usage").unlink()
    situation.write("usage", rows[:-1], "usage/2024-12-01.csv")
    situation.write("usage", rows[-1:], "usage/2024-12-02.csv")
    situation.mapping("usage", f"{ROLLUP}, file_day FROM raw.usage")
    situation.settings(deliveries={"usage": "changes"})
    assert [sums for sums, _ in may(situation)] == [1300]


@pytest.mark.parametrize(
    "more", [{}, {"quantity": "1240"}], ids=["another value", "the same value, loaded later"]
)
def test_two_sums_of_one_rhythm_are_never_added(situation: Situation, more: Row) -> None:
    restated(situation, **more)
    situation.mapping(
        "usage", "SELECT account_id, occurred_at, feature, quantity, loaded AS known_at FROM raw.usage"
    )
    printed = situation.check()
    assert printed.code == 2
    words = f"A0001 of 2024-05-01, board: 1240 and {more.get('quantity', '1300')}): a sum that was delivered again? Give period_start"
    assert words in printed.text


def test_sums_that_mostly_come_in_parts_are_added(situation: Situation) -> None:
    """Case 03's usage: nearly every week of an account comes in several rows, of which none says when it was loaded."""
    deliver(situation, ACCOUNT, month_start)
    rows = [row for row in situation.rows("usage") if row["account_id"] == ACCOUNT]
    situation.write("usage", [*rows, *(row | {"quantity": "7"} for row in rows[2:])])
    assert "most come in several rows, which are added up" in situation.check().text
    assert sorted(sums for sums, _ in may(situation)) == [7, 1240]


def test_events_that_fall_on_one_day_are_no_sums(situation: Situation) -> None:
    """Several events a month with an id each, or without a quantity, are counted as they are."""
    restated(situation)
    for columns in ("quantity, row_number() OVER () AS event_id", "loaded AS known_at"):
        situation.mapping("usage", f"SELECT account_id, occurred_at, feature, {columns} FROM raw.usage")
        assert len(may(situation)) == 2
