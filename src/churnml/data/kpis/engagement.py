"""Who uses the product at each quarter's end: engaged accounts and engaged seats."""

import pandas as pd

from churnml.data.kpis.retention import quarters_back
from churnml.data.revenue import SERVICE_ENDS, create_ledger
from churnml.data.tables import Tables
from churnml.params.kpis import Kpis
from churnml.params.snapshots import Revenue


def share(part: float, whole: float) -> float:
    """The part's share of the whole; NaN where there is no whole.

    >>> share(3, 4)
    0.75
    """
    return part / whole if whole else float("nan")


def engagement(tables: Tables, settings: Kpis, revenue: Revenue) -> pd.DataFrame:
    """A row a quarter's end: ``engagement_rate`` and ``seat_engagement``, with the counts they are made of.

    Engagement rate: the share of accounts with ARR on the day that had any usage in the ``usage_days`` before it. Seat
    engagement: distinct users of those days per paid seat, both of the live accounts whose seats are known; at most 1 is
    not forced, since users may share or exceed seats. NaN where usage, users or seats are not given.
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
        seats AS (SELECT day, account_id, sum(seats) AS seats FROM days JOIN (SELECT *, {SERVICE_ENDS} AS stop_date FROM contracts)
                  ON start_date <= day AND day < stop_date GROUP BY ALL),
        used AS (SELECT day, account_id, count(DISTINCT user_id) AS users FROM usage JOIN days
                 ON occurred_at >= day - {settings.usage_days} AND occurred_at < day GROUP BY ALL)
        SELECT day, count(*) AS accounts, count(u.account_id) AS engaged_accounts,
               coalesce(sum(u.users) FILTER (s.seats > 0), 0) AS users, coalesce(sum(s.seats), 0) AS seats
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
