"""The book's KPIs in one place: the newest figures for ``dvc metrics``, the tables behind them, and what could not be told."""

import math
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from churnml.data.kpis.retention import DOLLARS, quarters_back, retention
from churnml.data.kpis.survey_scores import voice
from churnml.data.revenue import create_ledger
from churnml.data.schema import SERVICE_ENDS
from churnml.data.tables import NO_PRICES, Tables
from churnml.params.kpis import Kpis
from churnml.params.snapshots import Revenue

IS_MONTH = "(period_end - period_start >= INTERVAL 28 DAY)"
ASKED = ("nps", "csat", "csat_tickets", "ces")


@dataclass(frozen=True)
class Tracked:
    """KPIs over time as tables, and the newest of each as ``content`` for JSON."""

    content: dict[str, Any]
    retention: pd.DataFrame
    use: pd.DataFrame
    cohorts: pd.DataFrame


def track_kpis(tables: Tables, settings: Kpis, revenue: Revenue) -> Tracked:
    """All KPIs of a book; one whose table is absent is null in ``content``, with a notice that says which."""
    moved = retention(tables, settings.n_quarters, revenue.grace_days)
    used = engagement(tables, settings, revenue).merge(voice(tables, settings), on="closes_on")
    started = cohorts(tables, settings, revenue)
    if not tables.is_priced:
        moved[[name for name in moved if name in DOLLARS]] = float("nan")
        started["arr_retention"] = float("nan")
    newest = used.iloc[-1]
    content: dict[str, Any] = {"book": tables.book, "last_day": tables.last_day.isoformat()}
    content |= {span: _newest(moved, span, tables.last_day.isoformat()) for span in ("quarter", "year")}
    content |= {name: _rounded(newest[name]) for name in ("engagement_rate", "seat_engagement", *ASKED)}
    content["answers"] = {name: int(newest[f"{name}_answers"]) for name in ASKED}
    content["notices"] = _notices(tables, content)
    return Tracked(content, moved.round(6), used.round(6), started.round(6))


def _newest(moved: pd.DataFrame, span: str, last_day: str) -> dict[str, Any] | None:
    found = moved[(moved["span"] == span) & (moved["closes_on"] == last_day)]
    if found.empty:
        return None
    row = found.iloc[0].drop("span").to_dict()
    return {
        str(name): _rounded(value) if isinstance(value, float) else _plain(value)
        for name, value in row.items()
    }


def _rounded(value: float) -> float | None:
    return None if math.isnan(value) else round(float(value), 4)


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def _notices(tables: Tables, content: dict[str, Any]) -> list[str]:
    sources = {
        "engagement_rate": "usage", "seat_engagement": "usage with user_id, and contracts with seats",
        "nps": "surveys of kind nps answered in the quarter", "csat": "surveys of kind csat answered in the quarter on the scale of params.yaml",
        "csat_tickets": "tickets rated in the quarter on the scale of params.yaml", "ces": "surveys of kind ces answered in the quarter",
    }  # fmt: skip
    lost = [
        f"{name}: unknown; book '{tables.book}' has no {source}."
        for name, source in sources.items()
        if content[name] is None
    ]
    spans = [
        f"{span}: unknown; no account had ARR at its opening."
        for span in ("quarter", "year")
        if content[span] is None
    ]
    prices = [] if tables.is_priced else [f"grr, nrr and dollars: unknown; {NO_PRICES}."]
    return prices + spans + lost


def cohorts(tables: Tables, settings: Kpis, revenue: Revenue) -> pd.DataFrame:
    """A row a cohort (accounts that started in one calendar quarter) and age in months: the columns of ``retained``.

    A logo is alive on a day on which the ledger has ARR for it; a cell is told once the cohort's youngest account has reached it.
    """
    con = tables.connect()
    create_ledger(con, revenue.grace_days)
    ledger = con.execute("""SELECT account_id, CAST(from_day AS TIMESTAMP) AS from_day, CAST(to_day AS TIMESTAMP) AS to_day,
        CAST(arr AS DOUBLE) AS arr FROM ledger ORDER BY ALL""").df()
    ages = [settings.cohort_step_months * number for number in range(settings.n_cohort_steps + 1)]
    return retained(ledger, tables.last_day, ages)


def retained(ledger: pd.DataFrame, last_day: date, ages: list[int]) -> pd.DataFrame:
    """By cohort and age in months: ``accounts`` that started, ``logo_retention`` and ``arr_retention`` (share of their starting ARR).

    Logo retention is at most 1 and may rise again where an account comes back; ARR retention grows with expansion.

    >>> ledger = pd.DataFrame({"account_id": ["a", "b"], "from_day": pd.to_datetime(["2023-01-05", "2023-02-01"]),
    ...                        "to_day": pd.to_datetime(["2024-01-05", "2023-04-01"]), "arr": [30.0, 10.0]})
    >>> retained(ledger, date(2024, 1, 1), [0, 3])[["cohort", "months", "logo_retention", "arr_retention"]].values.tolist()
    [['2023Q1', 0, 1.0, 1.0], ['2023Q1', 3, 0.5, 0.75]]
    """
    ledger = ledger[["account_id", "from_day", "to_day", "arr"]]
    first = ledger.sort_values("from_day").drop_duplicates("account_id")
    starts = first.rename(columns={"from_day": "start", "arr": "start_arr"})[
        ["account_id", "start", "start_arr"]
    ]
    starts = starts[starts["start"] < pd.Timestamp(last_day)]
    starts["cohort"] = starts["start"].dt.to_period("Q").astype(str)
    both = ledger.merge(starts, on="account_id")
    rows = []
    for months in ages:
        then = _later(both["start"], months)
        alive = both[(both["from_day"] <= then) & (then < both["to_day"])]
        arr, logos = alive.groupby("cohort")["arr"].sum(), alive.groupby("cohort")["account_id"].nunique()
        for cohort, members in starts.groupby("cohort", sort=True):
            if _later(members["start"], months).max() <= pd.Timestamp(last_day):
                rows.append({
                    "cohort": cohort, "months": months, "accounts": len(members),
                    "logo_retention": float(logos.get(cohort, 0)) / len(members),
                    "arr_retention": float(arr.get(cohort, 0.0)) / float(members["start_arr"].sum()),
                })  # fmt: skip
    columns = ["cohort", "months", "accounts", "logo_retention", "arr_retention"]
    return pd.DataFrame(rows, columns=columns).sort_values(["cohort", "months"], ignore_index=True)


def _later(days: pd.Series, months: int) -> pd.Series:
    """The same day of the month some months later; an offset of no months is none at all to pandas."""
    return days + pd.DateOffset(months=months) if months else days


def share(part: float, whole: float) -> float:
    """The part's share of the whole; NaN where there is no whole.

    >>> share(3, 4)
    0.75
    """
    return part / whole if whole else float("nan")


def engagement(tables: Tables, settings: Kpis, revenue: Revenue) -> pd.DataFrame:
    """A row a quarter's end: ``engagement_rate`` and ``seat_engagement``, with the counts they are made of.

    Engagement rate: the share of accounts with ARR on the day that had any usage in the ``usage_days`` before it; of usage by week or
    month, before the end of the last one that is over and delivered. Seat engagement: distinct users of those days, or their count where
    that is what comes, per paid seat, both of the live accounts whose seats are known and whose rows, if there are any, tell of users;
    at most 1 is not forced, since users may share or exceed seats. NaN where usage, users or seats are not given.
    """
    ends = [closing for _, closing in quarters_back(tables.last_day, settings.n_quarters)]
    empty = pd.DataFrame({"closes_on": [end.isoformat() for end in ends]})
    if not tables.has("usage"):
        return empty.assign(engagement_rate=float("nan"), seat_engagement=float("nan"))
    con = tables.connect()
    create_ledger(con, revenue.grace_days)
    days = ", ".join(f"(DATE '{end}')" for end in ends)
    found = con.execute(f"""
        WITH days AS (SELECT * FROM (VALUES {days}) d(day)),
        live AS (SELECT day, account_id FROM days JOIN ledger ON from_day <= day AND day < to_day),
        grouped AS (SELECT day, account_id, seat_group, sum(seats) AS seats FROM days JOIN (SELECT *, {SERVICE_ENDS} AS stop_date FROM contracts)
                    ON start_date <= day AND day < stop_date GROUP BY ALL),
        seats AS (SELECT day, account_id, max(seats) AS seats FROM grouped GROUP BY ALL),
        told AS (SELECT day, {IS_MONTH} AS is_month, max(period_end) AS told_to FROM days
                 JOIN (SELECT DISTINCT period_start, period_end FROM usage) ON period_end <= day GROUP BY ALL),
        near AS (SELECT day, account_id, user_id, active_users FROM usage JOIN days
                 ON occurred_at >= day - {settings.usage_days} AND occurred_at < day WHERE period_end IS NULL
                 UNION ALL SELECT day, account_id, user_id, active_users FROM usage JOIN told ON {IS_MONTH} = is_month
                 AND period_end > told_to - INTERVAL {settings.usage_days} DAY AND period_end <= told_to),
        used AS (SELECT day, account_id, greatest(count(DISTINCT user_id), max(active_users)) AS users FROM near GROUP BY ALL)
        SELECT day, count(*) AS accounts, count(u.account_id) AS engaged_accounts,
               coalesce(sum(u.users) FILTER (s.seats > 0), 0) AS users, coalesce(sum(s.seats) FILTER (u.users IS DISTINCT FROM 0), 0) AS seats
        FROM live LEFT JOIN used u USING (day, account_id) LEFT JOIN seats s USING (day, account_id)
        GROUP BY day ORDER BY day""").df()
    found["closes_on"] = pd.to_datetime(found.pop("day")).dt.strftime("%Y-%m-%d")
    found = empty.merge(found, on="closes_on", how="left").fillna(0)
    users = found["users"].where(found["users"] > 0, float("nan"))  # no user named at all: unknown, not none
    return found.assign(
        engagement_rate=[
            share(a, b) for a, b in zip(found["engaged_accounts"], found["accounts"], strict=True)
        ],
        seat_engagement=[share(a, b) for a, b in zip(users, found["seats"], strict=True)],
    )
